/** APGD: projected gradient ascent with momentum that halves its own steps and goes back to its best point. */
import { ParameterError } from "../../errors/index.ts";
import type { NdArray } from "../../ndarray/index.ts";
import { oneHotTargets, type TargetLoss } from "../../training/index.ts";
import { asImages, chunkSize, isRight } from "../model.ts";
import { type Ball, checkBall } from "./ball.ts";
import { startAt } from "./pgd.ts";
import { type Attacked, attackInChunks, imageSize, moveImage, steepestInPlace, type Target } from "./result.ts";

export interface ApgdOptions {
  steps: number;
  loss: TargetLoss;
  seed?: number;
  /** Which random start; another number gives another. */
  restart?: number;
}

/** Momentum: how much of a step is the new direction, and how much the last change. */
const alpha = 0.75;
/** Share of steps since the last checkpoint that must have raised the loss for a step size to be kept. */
const rho = 0.75;

/**
 * Checkpoints at which step sizes are looked at, as numbers of steps done.
 *
 *   p_0 = 0, p_1 = 0.22, p_{j+1} = p_j + max(p_j - p_{j-1} - 0.03, 0.06),   w_j = ceil(p_j steps)
 */
export function checkpoints(steps: number): number[] {
  const shares = [0, 0.22];
  while (shares[shares.length - 1] < 1) shares.push(shares[shares.length - 1] + Math.max(shares[shares.length - 1] - shares[shares.length - 2] - 0.03, 0.06));
  return [...new Set(shares.slice(1).map((share) => Math.ceil(share * steps - 1e-9)).filter((at) => at <= steps))];
}

/**
 * Auto-PGD: no step size to choose.
 *
 *   z = move(x_t, eta g_t),   x_{t+1} = move(x_t, alpha (z - x_t) + (1 - alpha) (x_t - x_{t-1})),   eta = 2 radius at first
 *
 * At a checkpoint an image's eta is halved, and it goes back to its best point, if fewer than rho of the steps since the last one
 * raised its loss, or if neither eta nor the best loss changed since then. As with pgd, an image counts as fooled when any point was.
 * Errors: as pgdAttack.
 * Source: Croce & Hein, arXiv 2003.01690, algorithm 1 and the values of its section 4; with loss "dlr" their APGD-DLR.
 */
export function apgdAttack(target: Target, indices: ArrayLike<number>, ball: Ball, { steps, loss, seed = 0, restart = 0 }: ApgdOptions): Attacked {
  if (!Number.isInteger(steps) || steps < 1) throw new ParameterError({ where: "apgdAttack", problem: `steps = ${steps} is out of range.`, expected: "an integer >= 1." });
  const { model } = target;
  const { classes } = model.network;
  const size = imageSize({ shape: [1, ...model.network.image] } as NdArray);
  checkBall("apgdAttack", ball, size);
  const looks = checkpoints(steps);
  return attackInChunks(target, indices, Math.min(chunkSize, Math.max(1, indices.length)), (clean, labels, used, own) => {
    const cleanData = clean.data as Float32Array;
    const targets = oneHotTargets(labels, classes);
    const n = labels.length;
    const result = Float32Array.from(cleanData);
    const fooled = new Array<boolean>(n).fill(false);
    let zeroGradient = 0;
    let at: Float32Array = ball.radius === 0 ? Float32Array.from(cleanData) : startAt(cleanData, own, size, ball, seed, restart);
    let before: Float32Array = Float32Array.from(at);
    const eta = new Float64Array(n).fill(2 * ball.radius);
    const etaAtLook = Float64Array.from(eta);
    const bestLoss = new Float64Array(n).fill(-Infinity);
    const bestAtLook = new Float64Array(n).fill(-Infinity);
    const lastLoss = new Float64Array(n).fill(-Infinity);
    const raised = new Int32Array(n);
    const best = Float32Array.from(at);
    const bestGradient = new Float32Array(at.length);
    let sinceLook = 0;
    for (let step = 0; step <= (ball.radius === 0 ? 0 : steps); step++) {
      const found = model.lossGradient(asImages(at, model.network), targets, loss);
      const right = isRight(found.logits, labels, classes);
      for (let i = 0; i < n; i++) {
        const [from, to] = [i * size, (i + 1) * size];
        if (!fooled[i] && i < used) {
          result.set(at.subarray(from, to), from);
          fooled[i] = !right[i];
        }
        const zero = steepestInPlace(found.gradient, from, to, ball.norm);
        if (zero && step === 0 && i < used) zeroGradient++;
        if (step > 0 && found.loss[i] > lastLoss[i]) raised[i]++;
        lastLoss[i] = found.loss[i];
        if (found.loss[i] > bestLoss[i]) {
          bestLoss[i] = found.loss[i];
          best.set(at.subarray(from, to), from);
          bestGradient.set(found.gradient.subarray(from, to), from);
        }
      }
      if (step === steps || ball.radius === 0 || fooled.slice(0, used).every(Boolean)) break;
      if (step > 0) sinceLook++;
      if (looks.includes(step)) {
        for (let i = 0; i < n; i++) {
          const stalled = raised[i] < rho * sinceLook || (eta[i] === etaAtLook[i] && bestLoss[i] === bestAtLook[i]);
          etaAtLook[i] = eta[i];
          bestAtLook[i] = bestLoss[i];
          raised[i] = 0;
          if (!stalled) continue;
          const [from, to] = [i * size, (i + 1) * size];
          eta[i] /= 2;
          at.set(best.subarray(from, to), from);
          before.set(best.subarray(from, to), from);
          found.gradient.set(bestGradient.subarray(from, to), from);
          lastLoss[i] = bestLoss[i];
        }
        sinceLook = 0;
      }
      const next = new Float32Array(at.length);
      for (let i = 0; i < n; i++) {
        const [from, to] = [i * size, (i + 1) * size];
        moveImage(next, at, found.gradient, cleanData, from, to, ball, eta[i]);
        // the first step has no change before it to keep
        if (step === 0) continue;
        for (let p = from; p < to; p++) next[p] = alpha * (next[p] - at[p]) + (1 - alpha) * (at[p] - before[p]);
        moveImage(next, at, next, cleanData, from, to, ball, 1);
      }
      before = at;
      at = next;
    }
    return { images: result, fooled, zeroGradient };
  });
}
