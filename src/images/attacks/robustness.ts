/** Robust accuracy that one can believe: several attacks, each on what the ones before left, and a warning where something looks wrong. */
import { batchOf, countOf, labelsOf } from "../image-set.ts";
import { chunkSize, inChunks, isRight } from "../model.ts";
import { apgdAttack } from "./apgd.ts";
import type { Ball } from "./ball.ts";
import { pgdAttack } from "./pgd.ts";
import type { Attacked, Target } from "./result.ts";

export interface RobustnessOptions {
  /** Steps of pgd and of each APGD; default 20 and 50. */
  pgdSteps?: number;
  apgdSteps?: number;
  /** Random restarts of pgd and of each APGD; default 2 and 1. */
  pgdRestarts?: number;
  apgdRestarts?: number;
  seed?: number;
}

export interface Robustness {
  /** Share right on clean images; right under pgd alone; right under every attack. */
  clean: number;
  pgd: number;
  worst: number;
  /** Share still right after each attack in turn. */
  after: { attack: string; accuracy: number }[];
  /** What makes the numbers doubtful, in sentences; empty when nothing does. */
  warnings: string[];
  /** Whether each image is still right after all attacks. */
  robust: boolean[];
  /** The images that fooled the network, or the last tried. */
  adversarial: Float32Array;
}

/**
 * pgd with restarts on the images that are right, then APGD on the cross-entropy and on the dlr loss, each on all of those images.
 *
 * Warns, as AutoAttack does, when gradients are exactly zero on many images (they hide, they do not defend), when the network answers
 * differently on equal images (it is randomised), and when the stronger attacks together leave more images right than pgd did.
 * Cost:   (pgdRestarts pgdSteps + 2 apgdRestarts apgdSteps) forward and backward passes at most.
 * Source: after Croce & Hein, arXiv 2003.01690; its FAB and Square attacks and targeted losses are not among them.
 */
export function robustness(target: Target, ball: Ball, options: RobustnessOptions = {}): Robustness {
  const { pgdSteps = 20, apgdSteps = 50, pgdRestarts = 2, apgdRestarts = 1, seed = 0 } = options;
  const total = countOf(target.images);
  const clean = cleanRight(target);
  const again = cleanRight(target);
  const warnings: string[] = [];
  if (clean.some((right, i) => right !== again[i])) warnings.push("the network gives different answers on equal images: it is randomised, and attacks that do not average over that overestimate its robustness.");
  const indices = clean.flatMap((right, i) => (right ? [i] : []));
  const size = target.images.pixels.length / Math.max(1, total);
  const adversarial = new Float32Array(target.images.pixels.length);
  inChunks(Int32Array.from({ length: total }, (_, i) => i), chunkSize, (chunk, used, from) => {
    adversarial.set((batchOf(target.images, chunk).data as Float32Array).subarray(0, used * size), from * size);
  });
  const standing = [...clean];
  const after: Robustness["after"] = [];
  const apply = (attack: string, found: Attacked): boolean[] => {
    indices.forEach((image, i) => {
      if (!standing[image]) return;
      adversarial.set(found.images.subarray(i * size, (i + 1) * size), image * size);
      standing[image] = !found.fooled[i];
    });
    after.push({ attack, accuracy: share(standing) });
    return found.fooled;
  };
  const pgd = pgdAttack(target, indices, ball, { steps: pgdSteps, restarts: pgdRestarts, seed });
  const fooledByPgd = apply(`pgd, ${pgdSteps} steps, ${pgdRestarts} restarts`, pgd);
  const fooledByStronger = new Array<boolean>(indices.length).fill(false);
  // with two classes the dlr loss is constant
  for (const loss of target.images.classes > 2 ? (["crossEntropy", "dlr"] as const) : (["crossEntropy"] as const)) {
    for (let restart = 0; restart < apgdRestarts; restart++) {
      const found = apgdAttack(target, indices, ball, { steps: apgdSteps, loss, seed: seed + 1, restart });
      apply(`APGD, ${loss === "dlr" ? "dlr loss" : "cross-entropy"}, ${apgdSteps} steps`, found).forEach((fooled, i) => { fooledByStronger[i] ||= fooled; });
    }
  }
  if (indices.length > 0 && pgd.zeroGradient > indices.length / 20) {
    warnings.push(`the loss has a gradient of exactly zero on ${pgd.zeroGradient} of ${indices.length} images: gradients are masked there, and gradient attacks say little.`);
  }
  const [byPgd, byStronger] = [fooledByPgd, fooledByStronger].map((list) => list.filter(Boolean).length);
  if (byStronger < byPgd) warnings.push(`the stronger attacks fooled ${byStronger} images and pgd ${byPgd}: the stronger ones did not work as they should here.`);
  return { clean: share(clean), pgd: after[0].accuracy, worst: share(standing), after, warnings, robust: standing, adversarial };
}

/** Whether each image is answered right. */
export function cleanRight({ model, images }: Target): boolean[] {
  const out: boolean[] = [];
  const total = countOf(images);
  inChunks(Int32Array.from({ length: total }, (_, i) => i), Math.min(chunkSize, Math.max(1, total)), (chunk, used) => {
    out.push(...isRight(model.logits(batchOf(images, chunk)), labelsOf(images, chunk), model.network.classes).slice(0, used));
  });
  return out;
}

/** Share of true ones. */
export function share(list: readonly boolean[]): number {
  return list.length === 0 ? NaN : list.filter(Boolean).length / list.length;
}
