/** The feature-learning orders as properties: random settings and seeds, smaller than the reference point. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classesOf, classLearningTime, energies, makeSetting, neuronsAt, type Setting, simulate } from "../../src/theories/robust-features/index.ts";

const threat = { name: "gradientAscent", loss: "margin" } as const;

/** Settings around the reference point with A/B from 0.1 to 5, one or two samples a class. */
const settings = fc.record({
  k: fc.integer({ min: 2, max: 4 }), m: fc.integer({ min: 4, max: 8 }), q: fc.constantFrom(3, 4),
  ratio: fc.integer({ min: 10, max: 500 }).map((percent) => percent / 100), seed: fc.integer({ min: 1, max: 10_000 }),
}).map(({ k, m, q, ratio, seed }): { setting: Setting; seed: number } => {
  // q = 4 grows more slowly from the same weights: a larger initialisation keeps the run short
  const base = makeSetting({ k, m, q, d: 2 * k + 4, P: 60, N: 2 * k, sigmaN: 0.002, sigma0: q === 4 ? 0.03 : 0.015, beta: 0.4 });
  const alpha = (ratio * energies(base).B) ** (1 / q);
  return { setting: makeSetting({ ...base, alpha }), seed };
});

const replay = { seed: 20260101, numRuns: 25, endOnFailure: true } as const;

describe("orders", () => {
  it("standard training: where the closed forms give a clear winner, that feature is learned first", () => {
    let clear = 0;
    fc.assert(fc.property(settings, ({ setting, seed }) => {
      const { record } = simulate({ setting, mode: "standard", threat, steps: 600, logEvery: 1, cosineEvery: 0, evaluate: [] }, seed);
      for (const i of classesOf(record)) {
        const u = classLearningTime(setting, "robust", neuronsAt(record, "U", 0, i));
        const v = classLearningTime(setting, "nonRobust", neuronsAt(record, "V", 0, i));
        if (Math.min(u, v) > 400 || Math.min(u / v, v / u) > 0.6) continue;
        clear++;
        if (v < u) expect(record.nonRobustTime[i]).toBeLessThan(record.robustTime[i]);
        else expect(record.robustTime[i]).toBeLessThan(record.nonRobustTime[i]);
      }
    }), replay);
    expect(clear).toBeGreaterThan(30); // the property is not vacuous
  });

  it("adversarial training keeps the non-robust correlation below what standard training reaches from the same start", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
      const setting = makeSetting({ k: 3, d: 14, P: 240, N: 3, sigmaN: 0.002 });
      const run = (mode: "standard" | "adversarial") => simulate({ setting, mode, threat, steps: 400, logEvery: 50, cosineEvery: 0, evaluate: [] }, seed).record;
      const [standard, adversarial] = [run("standard"), run("adversarial")];
      for (const i of classesOf(standard)) {
        const last = (record: typeof standard) => Math.max(...neuronsAt(record, "V", record.steps.length - 1, i));
        if (standard.nonRobustTime[i] < 200) expect(last(adversarial)).toBeLessThan(0.5 * last(standard));
      }
    }), { ...replay, numRuns: 8 });
  });

  it("radius 0 is standard training, bit for bit", () => {
    const setting = makeSetting({ k: 3, d: 14, P: 40, N: 3, eps: 0 });
    const run = (mode: "standard" | "adversarial") => simulate({ setting, mode, threat, steps: 50, logEvery: 10, cosineEvery: 0, evaluate: [] }, 5).record;
    expect(run("adversarial").U).toEqual(run("standard").U);
    expect(run("adversarial").loss).toEqual(run("standard").loss);
  });
});
