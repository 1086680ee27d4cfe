import { describe, expect, it } from "vitest";
import { ParameterError } from "../../../src/errors/index.ts";
import { elements } from "../../../src/ndarray/index.ts";
import {
  classLearningTime, coupledDynamics, equivalentSetting, learningTimes, makeSetting, momentumDelay, neuronsAt, reducedDynamics, sampleData, sampleState, settingHypotheses, simulate, type Setting,
} from "../../../src/theories/robust-features/index.ts";
import { amplitudeMoment, amplitudeNodes } from "../../../src/theories/robust-features/variations.ts";

const small = { k: 2, m: 2, d: 6, P: 6, sR: 2, N: 4, sigmaN: 0.01 };
const train = (setting: Setting, steps: number, mode: "standard" | "adversarial" = "standard", seed = 5) => (
  simulate({ setting, mode, steps, threat: { name: "gradientAscent", loss: "margin" }, logEvery: 1, cosineEvery: 0, evaluate: [] }, seed));
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i])));

describe("variations of a setting", () => {
  it("left out or 0 they change no bit of data or training", () => {
    const [plain, zero] = [makeSetting(small), makeSetting({ ...small, alphaSpread: 0, betaSpread: 0, momentum: 0, batch: 0 })];
    expect(elements(sampleData(zero, 5).X)).toEqual(elements(sampleData(plain, 5).X));
    expect(train(zero, 5).record.U).toEqual(train(plain, 5).record.U);
  });
  it.each([["alphaSpread", 1.5], ["betaSpread", -0.1], ["momentum", 1], ["batch", 3], ["batch", 1.5], ["batch", -1], ["momentum", NaN]])("refuse %s = %s", (name, value) => {
    expect(() => makeSetting({ ...small, [name]: value })).toThrow(ParameterError);
    expect(() => makeSetting({ ...small, [name]: value })).toThrow(`setting: ${name} = ${value} is out of range.`);
  });
  it("are outside the theory's hypotheses, each of them", () => {
    for (const varied of [{ alphaSpread: 0.1 }, { betaSpread: 0.1 }, { momentum: 0.1 }, { batch: 2 }]) {
      expect(settingHypotheses(makeSetting({ ...small, ...varied }))[0]).toMatchObject({ name: "as in the theory", holds: false });
      expect(settingHypotheses(equivalentSetting(makeSetting({ ...small, ...varied }))).map(({ name }) => name)).not.toContain("as in the theory");
    }
  });
});

describe("random amplitudes", () => {
  it("have the amplitude as their mean, lie within the spread, and draw noise and places as without", () => {
    const of = (varied: object) => sampleData(makeSetting({ ...small, P: 400, sR: 200, N: 10, sigmaN: 0, basis: "identity", ...varied }), 3);
    const [plain, data] = [of({}), of({ alphaSpread: 0.5, betaSpread: 0.25 })];
    expect(data.isRobust).toEqual(plain.isRobust);
    for (const [robust, mean, spread] of [[1, 2, 0.5], [0, 0.4, 0.25]]) {
      const sizes = Array.from(data.isRobust.keys()).filter((patch) => data.isRobust[patch] === robust).map((patch) => Math.hypot(...elements(data.X).subarray(patch * 6, patch * 6 + 6)));
      // 2,000 uniform draws: the mean is known to spread/sqrt(3 * 2000), asked for within four of that
      expect(Math.abs(sizes.reduce((a, b) => a + b, 0) / sizes.length / mean - 1)).toBeLessThan(4 * spread / Math.sqrt(6000));
      expect(Math.min(...sizes) / mean).toBeGreaterThan(1 - spread);
      expect(Math.min(...sizes) / mean).toBeLessThan(1 - 0.97 * spread);
      expect(Math.max(...sizes) / mean).toBeLessThan(1 + spread);
    }
  });
  it("have the moments that an average over many amplitudes has; the nodes' too, to degree 5", () => {
    for (const q of [2, 3, 4, 5]) {
      for (const spread of [0, 0.3, 1]) {
        const fine = Array.from({ length: 20_000 }, (_, n) => (1 + spread * ((2 * n + 1) / 20_000 - 1)) ** q);
        const moment = fine.reduce((a, b) => a + b, 0) / fine.length;
        // the midpoint rule's error, q (q-1) spread^2 2^q / (24 n^2) at most
        expect(amplitudeMoment(spread, q)).toBeCloseTo(moment, 6);
        expect(amplitudeNodes(1, spread).reduce((sum, { amplitude, weight }) => sum + weight * amplitude ** q, 0)).toBeCloseTo(moment, 6);
      }
    }
  });
  it("are averaged by both reduced dynamics: they tell random amplitudes from their mean", () => {
    const of = (varied: object) => {
      const setting = makeSetting({ k: 2, m: 3, d: 8, P: 200, N: 100, sigmaN: 0, eta: 0.004, basis: "identity", ...varied });
      const { W, robust, nonRobust } = sampleState(setting, 5);
      return { setting, network: train(setting, 40).record, coupled: coupledDynamics(setting, { weights: elements(W), robust: elements(robust), nonRobust: elements(nonRobust) }, { mode: "standard", steps: 40 }) };
    };
    const [varied, plain] = [of({ betaSpread: 0.5 }), of({})];
    const end = (x: Float64Array) => x.subarray(40 * 6);
    const size = Math.max(...end(varied.network.V));
    const reduced = reducedDynamics(varied.setting, { u: varied.network.U.slice(0, 6), v: varied.network.V.slice(0, 6), residualGram: varied.network.initialResidualGram }, { mode: "standard", steps: 40 });
    expect(largestDifference(end(plain.network.V), end(varied.network.V)) / size).toBeGreaterThan(0.2);
    // 50 samples of 199 patches: E x^3 is known to some 0.75 / sqrt(9950) = 0.8 % there, V, which grows by E x^3 V^2, to a few times that
    expect(largestDifference(end(varied.coupled.V), end(varied.network.V)) / size).toBeLessThan(0.05);
    expect(largestDifference(end(reduced.V), end(varied.network.V)) / size).toBeLessThan(0.05);
  });
});

describe("momentum", () => {
  it("is heavy ball: steps repeat mu of the last change", () => {
    const mu = 0.5;
    const weights = (momentum: number, steps: number) => elements(train(makeSetting({ ...small, momentum }), steps).finalWeights);
    const [w0, w1, w2] = [0, 1, 2].map((steps) => weights(mu, steps));
    const { X, y, robust, nonRobust, isRobust } = sampleState(makeSetting(small), 5);
    const fromW1 = elements(simulate({ setting: makeSetting(small), mode: "standard", steps: 1, threat: { name: "suppress" }, logEvery: 1, cosineEvery: 0, evaluate: [] }, 5, {
      state: { X, y, robust, nonRobust, isRobust, W: train(makeSetting({ ...small, momentum: mu }), 1).finalWeights },
    }).finalWeights);
    expect(largestDifference(w1, weights(0, 1))).toBe(0);
    expect(largestDifference(w2, fromW1.map((x, i) => x + mu * (w1[i] - w0[i])))).toBeLessThan(1e-15);
    expect(largestDifference(w2, fromW1)).toBeGreaterThan(1e-9);
  });
  it.each(["standard", "adversarial"] as const)("is in the coupled dynamics as in the network (%s)", (mode) => {
    const setting = makeSetting({ k: 3, m: 3, P: 12, sR: 2, d: 8, alpha: 2, beta: 1, sigma0: 0.03, eta: 0.02, eps: 0.6, e: 60, N: 3, sigmaN: 0, momentum: 0.7 });
    const { W, robust, nonRobust } = sampleState(setting, 4);
    const run = (own: Setting) => coupledDynamics(own, { weights: elements(W), robust: elements(robust), nonRobust: elements(nonRobust) }, { mode, steps: 50 });
    const network = train(setting, 50, mode, 4).record;
    // the same sums in another order, as without momentum
    expect(largestDifference(run(setting).U, network.U) / Math.max(...network.U)).toBeLessThan(1e-9);
    expect(largestDifference(run({ ...setting, momentum: 0 }).U, network.U) / Math.max(...network.U)).toBeGreaterThan(0.1);
  });
  it("delays a learning time by the steps that its memory costs", () => {
    // one neuron of one class, the law of P1 with p = 1/k, iterated: no network, no closed form of its own
    const setting = makeSetting({ momentum: 0.9, eta: 0.00005 });
    const [q, k, level] = [3, 5, 0.3];
    let [z, last, steps] = [0.015, 0, 0];
    const F = (x: number) => 399 * 0.1 / q * (0.4 * x / 0.1) ** q;
    while (F(z) < level) {
      last = 0.9 * last + (0.00005 / k) * (1 - 1 / (1 + (k - 1) * Math.exp(-F(z)))) * 399 * 0.4 * (0.4 * z / 0.1) ** (q - 1);
      z += last;
      steps += 1;
    }
    const flow = classLearningTime(equivalentSetting(setting), "nonRobust", [0.015]);
    // dropped: relatively (tau + 1/2) (q-1) delta(z_l) = 9.5 * 2 * .0144 = .27 of the lag at the end, less before: a tenth of the delay, 37 steps
    const delay = momentumDelay(setting, "nonRobust", 0.015);
    expect(Math.abs(steps - flow - delay)).toBeLessThan(0.1 * delay + 1);
  });
});

describe("mini-batches", () => {
  it("take every sample once an epoch, in an order of their own each epoch", () => {
    // p stays at 1/2 and slopes at what they were, for steps this small, so an epoch adds up to the full batch's steps
    const setting = makeSetting({ ...small, N: 8, eta: 1e-6 });
    const weights = (batch: number, steps: number) => elements(train(makeSetting({ ...setting, batch }), steps).finalWeights);
    const start = weights(0, 0);
    const [full, batched] = [weights(0, 4), weights(2, 4)];
    const moved = largestDifference(full, start);
    expect(largestDifference(batched, full)).toBeLessThan(1e-3 * moved);
    expect(largestDifference(weights(2, 3), weights(0, 3))).toBeGreaterThan(0.05 * moved);
    const step = (from: number) => weights(2, from + 1).map((x, i) => x - weights(2, from)[i]);
    expect(largestDifference(step(0), step(4))).toBeGreaterThan(1e-3 * moved);
  });
  it("of all samples are the full batch, but for the order of additions", () => {
    const of = (batch: number) => train(makeSetting({ ...small, batch }), 20).record.V;
    expect(largestDifference(of(4), of(0)) / Math.max(...of(0))).toBeLessThan(1e-12);
  });
  it("are logged on all samples", () => {
    const { record } = train(makeSetting({ ...small, batch: 2 }), 3);
    expect(record.trueProbability.every((p) => p > 0 && p < 1)).toBe(true);
  });
  it("hardly change a learning time", () => {
    const setting = makeSetting({ k: 2, m: 3, d: 8, P: 40, N: 8, sigmaN: 1e-3, alpha: 0.6 });
    const time = (batch: number) => learningTimes(train({ ...setting, batch }, 400).record).nonRobust;
    time(0).forEach((full, i) => {
      expect(full).toBeLessThan(400);
      // an epoch of four steps, and what a step's own growth changes in it
      expect(Math.abs(time(2)[i] - full)).toBeLessThan(6);
    });
    expect(time(2)).not.toEqual(time(0));
  });
});

describe("several robust patches", () => {
  it("are in the energy: the robust feature's time is the closed form's", () => {
    const setting = makeSetting({ k: 2, m: 3, d: 8, P: 40, sR: 10, N: 2, sigmaN: 1e-3, beta: 0.1, eta: 0.001 });
    const { record } = train(setting, 300);
    learningTimes(record).robust.forEach((seen, i) => {
      expect(Math.abs(seen / classLearningTime(setting, "robust", neuronsAt(record, "U", 0, i)) - 1)).toBeLessThan(0.1);
      expect(seen / classLearningTime({ ...setting, sR: 1 }, "robust", neuronsAt(record, "U", 0, i))).toBeLessThan(0.2);
    });
  });
});
