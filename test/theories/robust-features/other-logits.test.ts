import { describe, expect, it } from "vitest";
import { elements } from "../../../src/ndarray/index.ts";
import {
  classLearningTime, cleanLogits, logitsWithoutNoise, makeSetting, neuronsAt, type RunRecord, sampleState, secondOrderSteps, type Setting, shortenedByOthers, trainingRun,
} from "../../../src/theories/robust-features/index.ts";

const quiet: Partial<Setting> = { sigmaN: 0, N: 3, k: 3, m: 4, P: 20, d: 9, alpha: 0.9, beta: 0.5, rho: 0.08, sigma0: 0.05 };

/** The time at which non-robust patches add 0.3 to F_y, linear between steps. */
function crossing({ nonRobustPart, spec: { setting: { k } }, steps }: RunRecord, i: number): number {
  const part = (t: number) => nonRobustPart[t * k + i];
  const t = steps.findIndex((_, at) => part(at) >= 0.3);
  return t <= 0 ? NaN : t - 1 + (0.3 - part(t - 1)) / (part(t) - part(t - 1));
}

describe("other classes' logits", () => {
  it("without noise they are those of the network", () => {
    for (const [seed, overrides] of [[1, {}], [2, { sR: 4 }], [3, { q: 4, sigma0: 0.2 }]] as const) {
      const setting = makeSetting({ ...quiet, ...overrides });
      const state = sampleState(setting, seed);
      const seen = elements(cleanLogits(state.W, state, setting));
      const logits = logitsWithoutNoise(setting, { weights: elements(state.W) as Float64Array, robust: elements(state.robust), nonRobust: elements(state.nonRobust) });
      state.y.forEach((y, n) => { for (let j = 0; j < 3; j++) expect(logits[y * 3 + j]).toBeCloseTo(seen[n * 3 + j], 12); });
    }
  });
  it("shorten nothing where no other neuron answers, and by (P3.6) where one does", () => {
    const setting = makeSetting({ k: 2, m: 1, d: 4, P: 11, N: 2, rho: 0.1, beta: 0.5 });
    const features = { robust: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0), nonRobust: Float64Array.of(0, 0, 1, 0, 0, 0, 0, 1) };
    const bySecond = (alongFirstV: number) => shortenedByOthers({ spec: { setting } as RunRecord["spec"], ...features, initialWeights: Float64Array.of(0, 0, 0.02, 0, 0, 0, alongFirstV, 0) });
    expect(bySecond(-0.5)).toEqual([0, 0]);
    // F_2 on class 1: ten patches past the bend, 0.3 - (2/3) 0.1 each
    const level = Math.exp(0.3);
    expect(bySecond(0.6)[0]).toBeCloseTo((level / (1 + level)) * (1 - Math.exp(-10 * (0.3 - 0.2 / 3))), 12);
    expect(bySecond(0.6)[1]).toBe(0);
    // a third class that is silent counts as e^0
    const three = makeSetting({ k: 3, m: 1, d: 6, P: 11, N: 3, rho: 0.1, beta: 0.5 });
    const axis = (from: number) => Float64Array.from({ length: 18 }, (_, at) => (at % 6 === from + Math.floor(at / 6) ? 1 : 0));
    const byThird = shortenedByOthers({ spec: { setting: three } as RunRecord["spec"], robust: axis(0), nonRobust: axis(3), initialWeights: Float64Array.from({ length: 18 }, (_, at) => (at === 12 + 3 ? 0.6 : 0)) });
    expect(byThird[0]).toBeCloseTo((level / (2 + level)) * (1 - 2 / (1 + Math.exp(10 * (0.3 - 0.2 / 3)))), 12);
    expect(byThird.slice(1)).toEqual([0, 0]);
  });
  it("the closed form is late by no more than that, and by much of it in the mean where others are large (seeds 1-12)", () => {
    const setting = makeSetting({ ...quiet, m: 10, k: 2, N: 2, eta: 0.002 });
    const run = trainingRun({ mode: "standard", steps: 150, cosineEvery: 0, setting: { ...setting } });
    const late: { share: number; allowed: number }[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const record = run.run(seed);
      const allowed = shortenedByOthers(record);
      for (let i = 0; i < 2; i++) {
        const [u, v] = [neuronsAt(record, "U", 0, i), neuronsAt(record, "V", 0, i)];
        const predicted = classLearningTime(setting, "nonRobust", v) + secondOrderSteps(setting, "nonRobust", Math.max(...v));
        const observed = crossing(record, i);
        // where the robust feature adds to F_y meanwhile, it lengthens the time
        if (!(predicted >= 10 && predicted <= 120 && observed > 0) || classLearningTime(setting, "robust", u) < predicted / 0.3) continue;
        late.push({ share: 1 - observed / predicted, allowed: allowed[i] });
      }
    }
    expect(late.length).toBeGreaterThan(12);
    for (const { share, allowed } of late) expect(share).toBeLessThan(allowed + 0.01);
    const large = late.filter(({ allowed }) => allowed > 0.1);
    expect(large.length).toBeGreaterThan(3);
    const total = (of: "share" | "allowed") => large.reduce((sum, one) => sum + one[of], 0);
    expect(total("share")).toBeGreaterThan(0.3 * total("allowed"));
  });
});
