import { describe, expect, it } from "vitest";
import { fromBuffer, mul, type Value } from "lemmagrad";
import { apgdAttack, batchOf, checkpoints, cleanRight, type ImageNetwork, type ImageSet, modelOf, pgdAttack, robustness, share, startAt, type Target, trainImages } from "lemmagrad/images";
import { adam } from "lemmagrad/training";
import { onEachBackend } from "../../support/arrays.ts";
import { messageOf } from "../../support/message-of.ts";
import { barImages, linearNetwork } from "../bars.ts";

const shape = [1, 4, 6] as const;
const size = 24;
const classes = 3;
const images = barImages(30, classes, shape, 1, 120);
const network = linearNetwork(shape, classes);
const weights = trainImages({ network, params: network.initialise(2), images: barImages(60, classes, shape, 2, 120), optimizer: adam(), rate: 0.02, epochs: 4, batchSize: 20, seed: 1 });
const target: Target = { model: modelOf(network, weights), images };
const all = Array.from({ length: 30 }, (_, i) => i);

/** Two classes, and grey images far from 0 and 1 so that the cube does not matter: then the worst case of a linear network has a closed form. */
const twoImages = barImages(30, 2, shape, 3, 160);
const grey: ImageSet = { ...twoImages, pixels: Float32Array.from(batchOf(twoImages, all).data as Float32Array, (x) => 0.45 + 0.1 * x) };
const twoNetwork = linearNetwork(shape, 2);
const twoWeights = trainImages({ network: twoNetwork, params: twoNetwork.initialise(2), images: grey, optimizer: adam(), rate: 0.1, epochs: 10, batchSize: 10, seed: 1 });

/** Its margin can fall by radius times the sum of |W_j - W_y| in l-infinity, and in l2 by radius times the length of W_j - W_y. */
function fooledInTheory(norm: "linf" | "l2", radius: number): boolean[] {
  const W = (twoWeights as { data: Float32Array }).data;
  return all.map((i) => {
    const y = grey.labels[i];
    let [margin, worst] = [0, 0];
    for (let p = 0; p < size; p++) {
      const off = W[p * 2 + y] - W[p * 2 + 1 - y];
      margin += off * (grey.pixels[i * size + p] as number);
      worst += norm === "linf" ? Math.abs(off) : off * off;
    }
    return margin < radius * (norm === "linf" ? worst : Math.sqrt(worst));
  });
}

describe.each([["linf", 0.012], ["linf", 0.02], ["l2", 0.06], ["l2", 0.1]] as const)("at %s radius %d", (norm, radius) => {
  const ball = { norm, radius };
  it("finds the worst case of a linear network, which has a closed form, and never more than that", () => {
    const worst = fooledInTheory(norm, radius);
    const own = { model: modelOf(twoNetwork, twoWeights), images: grey };
    for (const found of [pgdAttack(own, all, ball, { steps: 40, loss: "margin" }), pgdAttack(own, all, ball, { steps: 40 }), apgdAttack(own, all, ball, { steps: 60, loss: "crossEntropy" })]) {
      expect(found.fooled).toEqual(worst);
    }
    const count = worst.filter(Boolean).length;
    expect(count).toBeGreaterThan(2);
    expect(count).toBeLessThan(28);
  });
  it("stays in the ball and the cube, and what it calls fooled is fooled", () => onEachBackend(() => {
    for (const found of [pgdAttack(target, all, ball, { steps: 5, restarts: 2 }), apgdAttack(target, all, ball, { steps: 8, loss: "dlr" })]) {
      const clean = batchOf(images, all).data as Float32Array;
      for (let i = 0; i < 30; i++) {
        const off = Array.from({ length: size }, (_, p) => found.images[i * size + p] - clean[i * size + p]);
        expect(norm === "linf" ? Math.max(...off.map(Math.abs)) : Math.hypot(...off)).toBeLessThanOrEqual(radius + 1e-6);
      }
      expect(Math.min(...found.images)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...found.images)).toBeLessThanOrEqual(1);
      const right = cleanRight({ model: target.model, images: { ...images, pixels: found.images } });
      found.fooled.forEach((fooled, i) => { if (fooled) expect(right[i]).toBe(false); });
    }
  }));
});

describe("pgd", () => {
  it("at radius 0 is clean accuracy, and leaves the images", () => {
    const found = pgdAttack(target, all, { norm: "linf", radius: 0 }, { steps: 5 });
    expect(found.fooled.map((fooled) => !fooled)).toEqual(cleanRight(target));
    expect(found.images).toEqual(batchOf(images, all).data);
    expect(apgdAttack(target, all, { norm: "l2", radius: 0 }, { steps: 5, loss: "dlr" }).fooled).toEqual(found.fooled);
  });
  it("does to an image the same whichever others are attacked with it", () => {
    // short steps from a random start: where an image ends depends on where it began
    const ball = { norm: "l2", radius: 0.05 } as const;
    const whole = pgdAttack(target, all, ball, { steps: 1, seed: 9, stepSize: 0.005 });
    const some = pgdAttack(target, [7, 3], ball, { steps: 1, seed: 9, stepSize: 0.005 });
    expect(some.fooled).toEqual([whole.fooled[7], whole.fooled[3]]);
    expect(some.images.subarray(0, size)).toEqual(whole.images.subarray(7 * size, 8 * size));
  });
  it("starts at random, by the seed and the restart, and from the clean image if asked", () => {
    const clean = batchOf(images, all).data as Float32Array;
    const starts = [[1, 0], [1, 1], [2, 0], [1, 0]].map(([seed, restart]) => startAt(clean, all, size, { norm: "l2", radius: 0.3 }, seed, restart));
    expect(starts[0]).toEqual(starts[3]);
    expect(starts[0]).not.toEqual(starts[1]);
    expect(starts[0]).not.toEqual(starts[2]);
    expect(starts[0]).not.toEqual(clean);
  });
  it("refuses radii in grey levels, and steps that are none", () => {
    expect(messageOf(() => pgdAttack(target, all, { norm: "linf", radius: 8 }, { steps: 3 }))).toMatch(/^ParameterError: pgdAttack: the linf radius 8/);
    expect(messageOf(() => pgdAttack(target, all, { norm: "linf", radius: 0.1 }, { steps: 0 }))).toMatch(/steps = 0/);
    expect(messageOf(() => apgdAttack(target, all, { norm: "l2", radius: 76 }, { steps: 3, loss: "dlr" }))).toMatch(/apgdAttack: the l2 radius 76/);
  });
});

it("APGD looks at its steps where the paper does", () => {
  // p = 0.22, 0.41, 0.57, 0.70, 0.80, 0.87, 0.93, 0.99
  expect(checkpoints(100)).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
  expect(checkpoints(10)).toEqual([3, 5, 6, 7, 8, 9, 10]);
});

it("APGD comes close to a peak that steps of its first length jump over", () => {
  const clean = batchOf(grey, [0]).data as Float32Array;
  const peak = clean.map((x, p) => x + (p % 3 === 0 ? 0.02 : -0.01));
  let nearest = Infinity;
  // the loss falls with the squared distance from the peak; the answer is always right, so that nothing ends the attack
  const hill: Target = { images: grey, model: { ...modelOf(twoNetwork, twoWeights), lossGradient: (x) => {
    const at = x.data as Float32Array;
    let square = 0;
    for (let p = 0; p < size; p++) square += (at[p] - peak[p]) ** 2;
    nearest = Math.min(nearest, Math.sqrt(square));
    return { loss: Float32Array.of(-square), gradient: at.map((value, p) => 2 * (peak[p] - value)), logits: grey.labels[0] === 0 ? Float32Array.of(1, 0) : Float32Array.of(0, 1) };
  } } };
  apgdAttack(hill, [0], { norm: "l2", radius: 0.4 }, { steps: 100, loss: "crossEntropy" });
  // steps of 2 radius = 0.8 at first; eight checkpoints halve them to 0.8/256
  expect(nearest).toBeLessThan(0.02);
});

describe("robustness", () => {
  it("is not raised by any attack, agrees with what it counts, and warns of nothing on an honest network", () => onEachBackend(() => {
    const found = robustness(target, { norm: "linf", radius: 0.06 }, { pgdSteps: 8, apgdSteps: 12 });
    const series = [found.clean, ...found.after.map(({ accuracy }) => accuracy)];
    series.slice(1).forEach((accuracy, i) => expect(accuracy).toBeLessThanOrEqual(series[i]));
    expect(found.worst).toBe(series.at(-1));
    expect(share(found.robust)).toBe(found.worst);
    expect(share(cleanRight({ ...target, images: { ...images, pixels: found.adversarial } }))).toBe(found.worst);
    expect(found.warnings).toEqual([]);
    expect(found.worst).toBeLessThan(found.clean);
  }));
  it("breaks a network that hides its gradient behind huge logits, and warns of the zero gradient", () => {
    // the cross-entropy of logits 1e5 times as large is exactly 0 in float32, and so is its gradient; the dlr loss sees through it
    const hiding: ImageNetwork = { ...network, name: "hiding", apply: (params, x) => { const { logits, features } = network.apply(params, x); return { features, logits: mul(logits as Value, 1e5) }; } };
    const masked = { model: modelOf(hiding, weights), images };
    const ball = { norm: "linf", radius: 0.12 } as const;
    const weak = pgdAttack(masked, all, ball, { steps: 10, randomStart: false });
    const honest = pgdAttack(target, all, ball, { steps: 10, randomStart: false });
    expect(weak.zeroGradient).toBeGreaterThan(10);
    expect(share(weak.fooled)).toBeLessThan(share(honest.fooled) / 2);
    const found = robustness(masked, ball, { pgdSteps: 10, apgdSteps: 20 });
    expect(found.worst).toBeLessThanOrEqual(1 - share(honest.fooled) + 1e-9);
    expect(found.warnings.join()).toMatch(/gradient of exactly zero on \d+ of \d+ images/);
  });
  it("warns of a network that answers at random", () => {
    let calls = 0;
    const flipping: Target = { images, model: { ...target.model, logits: (x) => { calls++; const own = target.model.logits(x); return calls % 2 === 0 ? own : own.map((value) => -value); } } };
    expect(robustness(flipping, { norm: "linf", radius: 0.01 }, { pgdSteps: 2, apgdSteps: 2 }).warnings.join()).toMatch(/different answers on equal images/);
  });
  it("warns when the stronger attacks do worse than pgd", () => {
    let calls = 0;
    // a gradient that serves the first attack and then turns round
    const turning: Target = { images, model: { ...target.model, lossGradient: (x, targets, loss) => { const found = target.model.lossGradient(x, targets, loss); return ++calls <= 6 ? found : { ...found, gradient: found.gradient.map((value) => -value), loss: found.loss.map((value) => -value) }; } } };
    expect(robustness(turning, { norm: "linf", radius: 0.08 }, { pgdSteps: 6, pgdRestarts: 1, apgdSteps: 6 }).warnings.join()).toMatch(/stronger attacks fooled \d+ images and pgd \d+/);
  });
});

it("a model of several networks has their features side by side and the mean of their log-probabilities", () => {
  const other = network.initialise(5);
  const pair = modelOf(network, weights, other);
  const x = batchOf(images, [0, 1]);
  const logs = [weights, other].map((own) => {
    const logits = modelOf(network, own).logits(x);
    return Array.from({ length: 2 }, (_, n) => {
      const row = [...logits.subarray(n * classes, (n + 1) * classes)];
      const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
      return row.map((value) => value - total);
    });
  });
  pair.logits(x).forEach((value, i) => expect(value).toBeCloseTo((logs[0][Math.floor(i / 3)][i % 3] + logs[1][Math.floor(i / 3)][i % 3]) / 2, 5));
  const goal = [fromBuffer(new Float32Array(6).fill(1), [2, 3]), fromBuffer(new Float32Array(6).fill(2), [2, 3])];
  const features = pair.features(x);
  const { distance } = pair.featureGradient(x, goal);
  const square = features.reduce((sum, member, m) => sum + [0, 1, 2].reduce((own, j) => own + (member.data[j] - (m + 1)) ** 2, 0), 0);
  expect(distance[0]).toBeCloseTo(Math.sqrt(square), 5);
});
