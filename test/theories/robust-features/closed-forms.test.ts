import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accuracyDropRadius, classLearningTime, clock, conservedDrift, conservedQuantity, cosineLowerBound, featureSide, growthPerStep, injectLogitRatio, largestRelativeGrowth,
  learningTime, lotteryProbability, medianLargest, noFreezeMargin, predictedCosine, leadingRaceProbability, race, raceProbability, robustSizeBound,
  robustSizeAfter, robustSizeFromConserved, saturationSize, sizeAtClock, sizeAtLevel,
} from "../../../src/theories/robust-features/closed-forms.ts";
import { normalCdf, normalQuantile } from "../../../src/theories/robust-features/closed-forms/normal.ts";
import { makeSetting, type Setting } from "../../../src/theories/robust-features/setting.ts";
import { smoothedReluAt, smoothedReluInverse, smoothedReluSlopeAt } from "../../../src/theories/robust-features/smoothed-relu-scalar.ts";

// The activation and the vector field, written again from docs/theory, sections 3 and 7, so that nothing is checked against itself.
const slope = (z: number, { q, rho }: Setting) => (z <= 0 ? 0 : z >= rho ? 1 : (z / rho) ** (q - 1));
const value = (z: number, { q, rho }: Setting) => (z <= 0 ? 0 : z >= rho ? z - (1 - 1 / q) * rho : z ** q / (q * rho ** (q - 1)));
const logits = ([u, v]: number[], S: Setting) => S.sR * value(S.alpha * u, S) + (S.P - S.sR) * value(S.beta * v, S);
function field([u, v]: number[], S: Setting, p?: number): number[] {
  const c = (S.eta / S.k) * (1 - (p ?? 1 / (1 + (S.k - 1) * Math.exp(-logits([u, v], S)))));
  return [c * S.sR * S.alpha * slope(S.alpha * u, S), c * (S.P - S.sR) * S.beta * slope(S.beta * v, S)];
}
/** Classical Runge-Kutta steps of the gradient flow, time in steps of gradient descent. */
function flow(from: number[], S: Setting, duration: number, pieces: number, p?: number): number[] {
  const h = duration / pieces;
  let x = from;
  const move = (k: number[], f: number) => x.map((xi, i) => xi + f * h * k[i]);
  for (let i = 0; i < pieces; i++) {
    const k1 = field(x, S, p);
    const k2 = field(move(k1, 0.5), S, p);
    const k3 = field(move(k2, 0.5), S, p);
    const k4 = field(move(k3, 1), S, p);
    x = x.map((xi, j) => xi + (h / 6) * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]));
  }
  return x;
}
function descent(from: number[], S: Setting, steps: number): number[] {
  let x = from;
  for (let t = 0; t < steps; t++) {
    const d = field(x, S);
    x = x.map((xi, i) => xi + d[i]);
  }
  return x;
}

const settings = fc.record({
  q: fc.integer({ min: 3, max: 5 }), rho: fc.double({ min: 0.05, max: 0.5, noNaN: true }), beta: fc.double({ min: 0.2, max: 0.6, noNaN: true }),
  alpha: fc.double({ min: 0.8, max: 3, noNaN: true }), P: fc.integer({ min: 50, max: 800 }), k: fc.integer({ min: 2, max: 8 }), e: fc.double({ min: 5, max: 300, noNaN: true }),
}).map((overrides) => makeSetting({ d: 20, ...overrides, eps: 0.7 }));

describe("smoothed ReLU of one number", () => {
  it("has the documented values on its three pieces", () => {
    expect([-1, 0.5, 2].map((z) => smoothedReluAt(z, { q: 2, rho: 1 }))).toEqual([0, 0.125, 1.5]);
    expect([-1, 0.5, 2].map((z) => smoothedReluSlopeAt(z, { q: 3, rho: 1 }))).toEqual([0, 0.25, 1]);
  });
  it("is undone by its inverse", () => {
    for (const z of [1e-3, 0.05, 0.0999, 0.1, 0.2, 3]) expect(smoothedReluInverse(smoothedReluAt(z, { q: 3, rho: 0.1 }), { q: 3, rho: 0.1 })).toBeCloseTo(z, 12);
  });
});

describe("P1, P2: growth and what it conserves", () => {
  it("growth per step is the flow's vector field", () => {
    fc.assert(fc.property(settings, fc.double({ min: 0.001, max: 0.6, noNaN: true }), (S, z) => {
      const [du, dv] = field([z, z], S, 0.3);
      expect(growthPerStep(S, "robust", z, 0.3)).toBeCloseTo(du, 12);
      expect(growthPerStep(S, "nonRobust", z, 0.3)).toBeCloseTo(dv, 12);
    }));
  });
  it.each([2, 3, 4])("I stays constant along the flow while both sizes are on the bend, and gives u from v (q = %i)", (q) => {
    const S = makeSetting({ q, eta: 0.01 });
    const start = [0.012, 0.02];
    // the longest power of two of steps, up to 128, that keeps v on the bend
    let duration = 1;
    while (duration < 128 && flow(start, S, 2 * duration, 400)[1] < 0.9 * (S.rho / S.beta)) duration *= 2;
    const end = flow(start, S, duration, 12000);
    expect(end[1]).toBeGreaterThan(2 * start[1]);
    const I = conservedQuantity(S, start[0], start[1]);
    expect(conservedQuantity(S, end[0], end[1]) / I).toBeCloseTo(1, 9);
    expect(robustSizeFromConserved(S, I, end[1]) / end[0]).toBeCloseTo(1, 9);
  });
  it("the difference of clocks stays constant at every size, past the bend too", () => {
    const S = makeSetting({ P: 20, rho: 0.05 });
    const start = [0.01, 0.02];
    const before = clock(S, "robust", start[0]) - clock(S, "nonRobust", start[1]);
    const end = flow(start, S, 3000, 60000);
    expect(end[1]).toBeGreaterThan(S.rho / S.beta);
    const after = clock(S, "robust", end[0]) - clock(S, "nonRobust", end[1]);
    expect(Math.abs(after - before) / Math.abs(before)).toBeLessThan(1e-6); // s'' jumps at rho: RK4 loses its order in one piece
  });
  it("sizeAtClock undoes clock", () => {
    fc.assert(fc.property(settings, fc.double({ min: 0.001, max: 2, noNaN: true }), (S, z) => {
      expect(sizeAtClock(S, "nonRobust", clock(S, "nonRobust", z)) / z).toBeCloseTo(1, 8);
    }));
    const S = makeSetting({ q: 2 });
    expect(sizeAtClock(S, "robust", clock(S, "robust", 0.01))).toBeCloseTo(0.01, 12);
  });
  it("under finite steps I drifts by O(eta), at the rate conservedDrift gives", () => {
    const start = [0.012, 0.02];
    const drifts = [0.004, 0.002, 0.001].map((eta) => {
      const S = makeSetting({ eta });
      const [u, v] = descent(start, S, Math.round(0.048 / eta)); // equal flow time, ending before the loss falls
      const drift = conservedQuantity(S, u, v) - conservedQuantity(S, start[0], start[1]);
      const predicted = conservedDrift(S, { u: start[0], v: start[1] }, { u, v }, 1 / S.k);
      return { drift, ratio: drift / predicted };
    });
    expect(drifts[0].drift / drifts[1].drift).toBeGreaterThan(1.9);
    expect(drifts[0].drift / drifts[1].drift).toBeLessThan(2.1);
    expect(Math.abs(drifts[2].ratio - 1)).toBeLessThan(Math.abs(drifts[0].ratio - 1));
    expect(drifts[2].ratio).toBeCloseTo(1, 1);
  });
  it("near the pole of I, where its drift moves u by a fifth, robustSizeAfter still gives u", () => {
    const S = makeSetting({ k: 3, m: 2, P: 120, sR: 2, d: 10, N: 9, alpha: 2.1, beta: 1, eps: 2, q: 4, rho: 0.3, sigma0: 0.02, sigmaN: 0.001, eta: 0.03 });
    const [u0, v0] = [0.0531, 0.0168];
    const [u, v] = descent([u0, v0], S, 17);
    expect(u / u0).toBeGreaterThan(2.4);
    expect(u / robustSizeFromConserved(S, conservedQuantity(S, u0, v0), v)).toBeLessThan(0.85);
    expect(u / robustSizeAfter(S, { u: u0, v: v0 }, v, 1 / S.k)).toBeCloseTo(1, 2);
  });
  it("robustSizeAfter is Infinity where u left the bend long before", () => {
    const S = makeSetting();
    expect(robustSizeAfter(S, { u: 0.1, v: 0.001 }, 0.01, 1 / S.k)).toBe(Infinity);
  });
  it("the step-size bound is never exceeded by a step of the map", () => {
    fc.assert(fc.property(settings, fc.double({ min: 0.005, max: 0.02, noNaN: true }), (S, v0) => {
      const bound = largestRelativeGrowth(S, "nonRobust");
      let x = [0, v0];
      for (let t = 0; t < 400; t++) {
        const [, dv] = field(x, S);
        expect(dv / x[1]).toBeLessThanOrEqual(bound * 1.001);
        x = [0, x[1] + dv];
      }
    }), { numRuns: 30 });
  });
});

describe("P3: learning times and the race", () => {
  /** First step, interpolated, at which the map brings F to the level. */
  function observed(S: Setting, start: number[], level: number): number {
    let x = start;
    let F = logits(x, S);
    for (let t = 1; t < 1e6; t++) {
      const d = field(x, S);
      x = x.map((xi, i) => xi + d[i]);
      const next = logits(x, S);
      if (next >= level) return t - 1 + (level - F) / (next - F);
      F = next;
    }
    return Infinity;
  }
  it.each([2, 3, 4])("T_v is the time of the iterated map within one per cent for a small step (q = %i)", (q) => {
    const S = makeSetting({ q, eta: 0.002, sigma0: 0.01 });
    const time = learningTime(S, "nonRobust", 0.015);
    const seen = observed(S, [0, 0.015], 0.3);
    expect(Math.abs(seen / time.total - 1)).toBeLessThan(0.01);
  });
  it("T_u counts the stretch past the bend, without which it is far off", () => {
    const S = makeSetting();
    const time = learningTime(S, "robust", 0.015);
    const seen = observed(S, [0.015, 0], 0.3);
    expect(Math.abs(seen / time.total - 1)).toBeLessThan(0.01);
    expect(time.bend / seen).toBeLessThan(0.6);
  });
  it("the discrete term is what the finite step adds: at eta = 0.01 it removes most of the error", () => {
    const S = makeSetting();
    const time = learningTime(S, "nonRobust", 0.012);
    const seen = observed(S, [0, 0.012], 0.3);
    expect(Math.abs(seen - time.total)).toBeLessThan(0.4 * Math.abs(seen - time.bend - time.rise - time.beyond));
    expect(Math.abs(seen / time.total - 1)).toBeLessThan(0.02);
  });
  it("a size at or below 0 never learns, a size past the level has learned, and times fall with the size", () => {
    const S = makeSetting();
    expect(learningTime(S, "robust", -0.1).total).toBe(Infinity);
    expect(learningTime(S, "nonRobust", sizeAtLevel(S, "nonRobust") * 1.01).total).toBe(0);
    fc.assert(fc.property(settings, fc.double({ min: 0.001, max: 0.3, noNaN: true }), fc.double({ min: 1.001, max: 3, noNaN: true }), (T, z, factor) => {
      for (const feature of ["robust", "nonRobust"] as const) {
        const later = learningTime(T, feature, z).total;
        if (later > 0) expect(learningTime(T, feature, z * factor).total).toBeLessThan(later);
      }
    }));
  });
  it("has the exponents -1 in eta and -(q-2) in the initial size", () => {
    const S = makeSetting();
    expect(learningTime(S, "nonRobust", 0.001).bend / learningTime(makeSetting({ eta: 0.02 }), "nonRobust", 0.001).bend).toBeCloseTo(2, 10);
    expect(learningTime(S, "nonRobust", 1e-5).bend / learningTime(S, "nonRobust", 2e-5).bend).toBeCloseTo(2, 2);
  });
  it("the race is won by the feature that the flow brings to the level first", () => {
    fc.assert(fc.property(settings, fc.double({ min: 0.005, max: 0.03, noNaN: true }), fc.double({ min: 0.005, max: 0.03, noNaN: true }), (S, u0, v0) => {
      const small = { ...S, eta: S.eta / 10 };
      const predicted = race(small, [u0, -1], [-1, v0]);
      if (predicted.ratio > 0.9 && predicted.ratio < 1.1) return;
      const chunk = Math.min(predicted.robust, predicted.nonRobust) / 100;
      let x = [u0, v0];
      let parts = [0, 0];
      for (let i = 0; i < 500 && Math.max(...parts) < 0.3; i++) {
        x = flow(x, small, chunk, 5);
        parts = [small.sR * value(small.alpha * x[0], small), (small.P - small.sR) * value(small.beta * x[1], small)];
      }
      expect(parts[0] > parts[1] ? "robust" : "nonRobust").toBe(predicted.first);
    }), { numRuns: 60 });
  });
  it("the race's probability is 1/2 when both features are alike, and agrees with draws when they are not", () => {
    const alike = makeSetting({ P: 2, sR: 1, alpha: 1, beta: 1, m: 4 });
    const even = leadingRaceProbability(alike);
    expect(even.robust).toBeCloseTo(even.nonRobust, 5);
    expect(even.neither).toBeCloseTo(1 / 256, 12);
    const S = makeSetting({ P: 120, m: 5 });
    let state = 12345;
    const uniform = () => ((state = (state * 1103515245 + 12345) % 2147483648) + 0.5) / 2147483648;
    const draws = 4000;
    let robust = 0;
    let all = 0;
    for (let i = 0; i < draws; i++) {
      const row = () => Array.from({ length: S.m }, () => S.sigma0 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
      const [u, v] = [row(), row()];
      // the probability counts the leading neurons only; counting all of them moves it by a few per cent
      if (learningTime(S, "robust", Math.max(...u)).total < learningTime(S, "nonRobust", Math.max(...v)).total) robust++;
      if (race(S, u, v).first === "robust") all++;
    }
    const p = leadingRaceProbability(S).robust;
    // every neuron counted: the frequency of 4,000 draws and the stratified 400 agree within four standard errors of both
    const { robust: every, standardError } = raceProbability(S);
    expect(Math.abs(all / draws - every)).toBeLessThan(4 * Math.sqrt((every * (1 - every)) / draws + standardError ** 2));
    expect(p).toBeGreaterThan(0.05);
    expect(p).toBeLessThan(0.95);
    expect(Math.abs(robust / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws));
  });
  it("the lottery and the largest draw have their known values", () => {
    expect(lotteryProbability(1)).toBe(0.25);
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 12);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 10);
    expect(normalCdf(medianLargest(10)) ** 10).toBeCloseTo(0.5, 10);
  });
});

describe("P4, P5: the end of standard training", () => {
  it("the flow ends at the bound on u, evaluated at its own v", () => {
    const S = makeSetting();
    const [u, v] = flow([0.012, 0.02], S, 400, 40000);
    expect(robustSizeBound(S, 0.012, 0.02, v) / u).toBeCloseTo(1, 6);
    expect(robustSizeBound(S, 0.012, 0.02)).toBeGreaterThan(u);
    expect(robustSizeBound(S, -0.01, 0.02)).toBe(-0.01);
  });
  it("the cosine's bound is the cosine itself without a perturbation, and below it with one", () => {
    expect(cosineLowerBound(0.2, 0.02, 0.04, 0)).toBe(predictedCosine(0.2, 0.02, 0.04));
    // the worst perturbation, found by trying directions in the plane of w and v
    const [v, rest, delta] = [0.2, 0.05, 0.03];
    for (let a = 0; a < 6.3; a += 0.01) {
      const [x, y] = [v + delta * Math.cos(a), rest + delta * Math.sin(a)];
      expect(x / Math.hypot(x, y)).toBeGreaterThanOrEqual(cosineLowerBound(v, 0, rest, delta));
    }
  });
});

describe("P7, P8: under attack", () => {
  it("V solves its equation, and falls with e, beta and nu, and rises with rho", () => {
    fc.assert(fc.property(settings, fc.double({ min: 0.005, max: 0.1, noNaN: true }), (S, nu) => {
      const V = saturationSize(S, nu);
      fc.pre(V < S.rho / S.beta);
      // directly: the attacked pre-activation vanishes there
      expect((S.beta * V - S.e * slope(S.beta * V, S) * (V * V + nu * nu)) / (S.beta * V)).toBeCloseTo(0, 9);
      expect(saturationSize({ ...S, e: 1.1 * S.e }, nu)).toBeLessThan(V);
      expect(saturationSize({ ...S, beta: 1.1 * S.beta }, nu)).toBeLessThan(V);
      expect(saturationSize(S, 1.1 * nu)).toBeLessThan(V);
      expect(saturationSize({ ...S, rho: 1.1 * S.rho }, nu)).toBeGreaterThan(V);
    }));
  });
  it("nothing saturates without an attack, or with a radius below beta that binds", () => {
    expect(saturationSize(makeSetting({ e: 0 }), 0.04)).toBe(Infinity);
    expect(saturationSize(makeSetting({ eps: 0.01 }), 0.04)).toBe(Infinity);
    expect(saturationSize(makeSetting({ q: 2 }), 0)).toBeCloseTo(Math.sqrt(0.1 / 100), 12);
  });
  it("the no-freeze margin is the least ratio along the way", () => {
    fc.assert(fc.property(settings, fc.double({ min: 0.002, max: 0.05, noNaN: true }), fc.double({ min: 0.005, max: 0.2, noNaN: true }), (S, u0, nu) => {
      const end = Math.max(u0, S.rho / S.alpha);
      let least = Infinity;
      for (let i = 0; i <= 4000; i++) {
        const u = u0 * (end / u0) ** (i / 4000);
        const norm2 = u * u + nu * nu;
        least = Math.min(least, (S.alpha * u) / Math.min(S.e * slope(S.alpha * u, S) * norm2, S.eps * Math.sqrt(norm2)));
      }
      const { margin } = noFreezeMargin(S, u0, nu);
      expect(margin).toBeLessThanOrEqual(least * (1 + 1e-9));
      expect(margin).toBeGreaterThan(least * 0.99);
    }));
    expect(noFreezeMargin(makeSetting(), -0.01, 0.03).margin).toBe(0);
    expect(noFreezeMargin(makeSetting({ eps: 0 }), 0.01, 0.03).margin).toBe(Infinity);
  });
});

describe("P11, P12: radii and injected features", () => {
  it("at the predicted radius the two logits are equal", () => {
    const S = makeSetting();
    const radius = accuracyDropRadius(S, [0.4, 0.3, -1], [0.055, 0.02, -0.1]);
    const b = Math.sqrt(radius ** 2 - S.beta ** 2);
    expect(S.P * (value(b * 0.055, S) + value(b * 0.02, S))).toBeCloseTo(S.sR * (value(S.alpha * 0.4, S) + value(S.alpha * 0.3, S)), 10);
    expect(radius).toBeGreaterThan(0.6);
    expect(accuracyDropRadius(S, [-0.1], [0.2])).toBe(S.beta);
    expect(accuracyDropRadius(S, [0.015], [0.2])).toBeLessThan(1.02 * S.beta);
    expect(accuracyDropRadius(S, [0.4], [-0.2])).toBe(Infinity);
  });
  it("injection wins against every network of the form c u_i when eps > beta and A < B", () => {
    const S = makeSetting();
    const x = fc.double({ min: 1, max: 50, noNaN: true });
    fc.assert(fc.property(x, (ratio) => {
      const c = (ratio * S.rho) / S.alpha;
      expect(injectLogitRatio(S, ratio)).toBeCloseTo((S.P * value(S.eps * c, S)) / (S.sR * value(S.alpha * c, S)), 8);
      expect(injectLogitRatio(S, ratio)).toBeGreaterThanOrEqual((S.P / S.sR) * (S.eps / S.alpha) ** S.q * (1 - 1e-12));
    }));
  });
});

describe("raceProbability, every neuron counted", () => {
  it("is the leading neuron's integral when a class has one neuron only", () => {
    const S = makeSetting({ m: 1, P: 120 });
    const { robust, neither, standardError } = raceProbability(S);
    expect(Math.abs(robust - leadingRaceProbability(S).robust)).toBeLessThan(4 * standardError + 1e-3); // 1e-3: Simpson's rule with 40 pieces
    expect(neither).toBeCloseTo(0.25, 2);
  });
  it("differs from the leading neuron's where several share the way beyond the bend, by far more than its standard error", () => {
    const S = makeSetting({ k: 2, m: 12, P: 40, alpha: 1.61, eta: 0.016 });
    const { robust, standardError } = raceProbability(S);
    expect(standardError).toBeLessThan(0.01);
    expect(robust - leadingRaceProbability(S).robust).toBeGreaterThan(0.05);
  });
  it("states a standard error that the spread of many small estimates confirms", () => {
    const S = makeSetting({ k: 4, m: 4, P: 60 });
    const precise = raceProbability(S, { draws: 2400 }).robust;
    const small = raceProbability(S, { draws: 40 });
    expect(Math.abs(small.robust - precise)).toBeLessThan(5 * small.standardError);
    expect(small.standardError).toBeGreaterThan(0);
    expect(small).toEqual(raceProbability(S, { draws: 40 })); // no chance in it
  });
  it("counts a feature that is not learned by the horizon as lost", () => {
    const S = makeSetting({ m: 4, P: 60 });
    const [soon, late] = [raceProbability(S, { horizon: 30 }), raceProbability(S)];
    expect(soon.neither).toBeGreaterThan(late.neither + 0.1);
    expect(soon.robust + soon.nonRobust + soon.neither).toBeCloseTo(1, 12);
  });
  it.each([{ draws: 6 }, { draws: 4 }, { draws: 40.5 }])("refuses $draws draws", (options) => {
    expect(() => raceProbability(makeSetting(), options)).toThrow(/a multiple of 4, at least 8/);
  });
});

describe("leadingRaceProbability without energy", () => {
  it("gives a feature without energy no chance, and neither any when both have none", () => {
    const none = 2 ** -10;
    expect(leadingRaceProbability(makeSetting({ alpha: 0, beta: 0 }))).toEqual({ robust: 0, nonRobust: 0, neither: 1 });
    expect(leadingRaceProbability(makeSetting({ alpha: 0 }))).toEqual({ robust: 0, nonRobust: 1 - none, neither: none });
    expect(leadingRaceProbability(makeSetting({ beta: 0 }))).toEqual({ robust: 1 - none, nonRobust: 0, neither: none });
  });
});

describe("classLearningTime", () => {
  it("agrees with iterating the class's growth map, all neurons counted, on the bend and beyond it", () => {
    for (const [feature, sizes] of [["nonRobust", [0.012, 0.011, 0.004, -0.01]], ["robust", [0.02, 0.018, 0.001]]] as const) {
      const setting = makeSetting({ eta: 0.001 });
      const { count, amplitude } = featureSide(setting, feature);
      const z = [...sizes] as number[];
      const logit = () => count * z.reduce((sum, size) => sum + smoothedReluAt(amplitude * size, setting), 0);
      let steps = 0;
      while (logit() < 0.3) {
        const p = Math.exp(logit()) / (Math.exp(logit()) + setting.k - 1);
        z.forEach((size, r) => { z[r] += growthPerStep(setting, feature, size, p); });
        steps++;
      }
      expect(classLearningTime(setting, feature, sizes) / steps).toBeCloseTo(1, 2);
    }
  });
  it("of a single neuron is the one-neuron time, also where the bend takes 10^15 times as long as what follows", () => {
    for (const [overrides, feature, size] of [
      [{}, "robust", 0.01], [{}, "nonRobust", 0.01], [{ q: 4 }, "robust", 0.02], [{ q: 6, rho: 1 }, "nonRobust", 1e-3], [{ q: 8, rho: 1 }, "nonRobust", 1e-2],
      [{ q: 5, rho: 10 }, "nonRobust", 1e-4], [{ q: 6, rho: 10 }, "nonRobust", 1e-3],
    ] as const) {
      const setting = makeSetting(overrides);
      expect(classLearningTime(setting, feature, [size]) / learningTime(setting, feature, size).total, JSON.stringify(overrides)).toBeCloseTo(1, 3);
    }
  });
  it("is infinite when no neuron can grow, and 0 when the level is reached at the start", () => {
    expect(classLearningTime(makeSetting(), "robust", [-0.1, 0])).toBe(Infinity);
    expect(classLearningTime(makeSetting(), "robust", [5])).toBe(0);
  });
});
