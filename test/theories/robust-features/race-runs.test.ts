/** P3's race as runs and as a calibration. */
import { describe, expect, it } from "vitest";
import { calibrated, calibrationBins, energies, learningTimes, raceRun, raceSetting, settingHypotheses, type Trial } from "../../../src/theories/robust-features/index.ts";
import type { RunRecord } from "../../../src/theories/robust-features/index.ts";

describe("race runs", () => {
  const point = { k: 3, m: 4, q: 3, energyRatio: 0.6 };

  it("have the energies asked for and hold the hypotheses that the race needs", () => {
    const setting = raceSetting(point);
    const { A, B } = energies(setting);
    expect(A / B).toBeCloseTo(0.6, 4); // alpha has six digits
    // the race is run on purpose where A/B is not small
    expect(settingHypotheses(setting).filter(({ holds }) => !holds).map(({ name }) => name)).toEqual(["robust energy small"]);
  });
  it("of different blocks are different draws, of one block the same", () => {
    const [a, again, b] = [0, 0, 1].map((block) => raceRun({ ...point, block }, 60).run(5));
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
  });
  it("read the crossing of the level between two logged steps, 0 when it is there at once, Infinity when never", () => {
    const record = { spec: { setting: { k: 3 } }, steps: [0, 10, 20], robustPart: Float64Array.from([0, 0.4, 0, 0.1, 0.5, 0, 0.5, 0.6, 0.2]), nonRobustPart: new Float64Array(9) } as unknown as RunRecord;
    // class 0: 0.1 at step 10, 0.5 at step 20, so 0.3 at step 15
    expect(learningTimes(record)).toEqual({ robust: [15, 0, Infinity], nonRobust: [Infinity, Infinity, Infinity] });
  });
});

describe("calibration", () => {
  let state = 99;
  const uniform = () => ((state = (state * 1103515245 + 12345) % 2147483648) + 0.5) / 2147483648;
  const trials = (n: number, frequency: (probability: number) => number): Trial[] =>
    Array.from({ length: n }, () => { const probability = uniform(); return { probability, happened: uniform() < frequency(probability) }; });
  const prediction = calibrated(5, 0.3, "as predicted");

  it("bins trials by probability into equal numbers, each with the exact interval", () => {
    const bins = calibrationBins([...Array(10).keys()].map((i) => ({ probability: i / 10, happened: i >= 5 })), 2);
    expect(bins.map(({ predicted, observed, trials: n }) => [Number(predicted.toFixed(12)), observed, n])).toEqual([[0.2, 0, 5], [0.7, 1, 5]]);
    expect(bins[0].high).toBeCloseTo(1 - 0.025 ** (1 / 5), 10); // 0 of 5
  });
  it("holds for true probabilities, fails for exchanged ones, and is undecided with few trials", () => {
    expect(prediction.judgeAll([trials(500, (p) => p), trials(500, (p) => p)]).outcome).toBe("holds");
    expect(prediction.judgeAll([trials(1000, (p) => 1 - p)]).outcome).toBe("fails");
    expect(prediction.judgeAll([trials(20, (p) => p)]).outcome).toBe("undecided");
    expect(prediction.judgeAll([]).outcome).toBe("undecided");
    expect(prediction.describe([{ probability: 0.25, happened: true }, { probability: 0.5, happened: false }])).toBe("1 of 2, 0.75 expected");
  });
  it("rejects true probabilities in at most 5 % of 1,000 experiments", () => {
    let failed = 0;
    for (let i = 0; i < 1000; i++) if (prediction.judgeAll([trials(300, (p) => p)]).outcome === "fails") failed++;
    // the nominal 5 % is 50, standard deviation 7; exact intervals are conservative
    expect(failed).toBeLessThan(50 + 3 * 7);
  });
  it("notices probabilities that are a tenth off", () => {
    expect(prediction.judgeAll([trials(4000, (p) => Math.min(1, p + 0.1))]).outcome).toBe("fails");
  });
});
