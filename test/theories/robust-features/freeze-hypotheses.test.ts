import { describe, expect, it } from "vitest";
import { coupledPrediction, frozenAtStart, initialEscapeRatio, largestAt, largestTurn, makeSetting, noNeuronFreed, noPatchTurned, type RunRecord, simulate } from "../../../src/theories/robust-features/index.ts";

const threat = { name: "gradientAscent", loss: "margin" } as const;
const trained = (setting: Parameters<typeof makeSetting>[0], steps: number, seed: number): RunRecord =>
  simulate({ setting: makeSetting(setting), mode: "adversarial", threat, steps, logEvery: Math.max(1, steps), cosineEvery: 0, evaluate: [] }, seed).record;
const changed = (record: RunRecord, changes: Partial<RunRecord["spec"]["setting"]>): RunRecord => ({ ...record, spec: { ...record.spec, setting: { ...record.spec.setting, ...changes } } });

/** Two classes of one neuron each, features along the first four axes; robust ones first. */
function twoNeurons(first: number[], second: number[], e = 50): RunRecord {
  const record = trained({ k: 2, m: 1, d: 6, P: 1, N: 2, alpha: 2, rho: 0.1, e, eps: 1e6 }, 0, 1);
  const axes = (from: number) => Float64Array.from({ length: 12 }, (_, at) => (at % 6 === from + Math.floor(at / 6) ? 1 : 0));
  return { ...record, robust: axes(0), nonRobust: axes(2), initialWeights: Float64Array.of(...first, ...second), U: Float64Array.of(first[0], second[1]), V: Float64Array.of(first[2], second[3]) };
}

describe("initialEscapeRatio", () => {
  const record = trained({ k: 3, d: 12, P: 30, N: 3 }, 0, 2);
  it("falls as 1/eps while the radius binds, and as 1/e when it does not", () => {
    const at = (eps: number, e: number) => initialEscapeRatio(changed(record, { eps, e }), 1);
    expect(at(0.01, 1e6) / at(0.02, 1e6)).toBeCloseTo(2, 10);
    expect(at(1e6, 10) / at(1e6, 20)).toBeCloseTo(2, 10);
  });
  it("is alpha u over e h |w|^2 of a neuron that is alone", () => {
    const silent = [0, 0.02, 0, 0, 0, 0];
    expect(initialEscapeRatio(twoNeurons([0.03, 0, 0, 0, 0.1, 0], silent), 0)).toBeCloseTo(0.06 / (50 * 0.6 ** 2 * (0.03 ** 2 + 0.01)), 10);
  });
  it("counts what lifts the other class's neuron on the same patch", () => {
    // slopes .36 down and .16 up, and the neurons have .0006 + .01 c in common
    const shared = (c: number) => initialEscapeRatio(twoNeurons([0.03, 0, 0, 0, 0.1, 0], [0.02, 0.01, 0, 0, 0.1 * c, 0.1]), 0);
    expect(shared(0.5)).toBeCloseTo(0.06 / (50 * (0.36 * (0.03 ** 2 + 0.01) - 0.16 * 0.0056)), 10);
    expect(shared(-0.5)).toBeLessThan(shared(0.5));
    expect(shared(3)).toBe(Infinity);
  });
  it("is infinite in a class of which no neuron points along its feature", () => {
    const nobody = twoNeurons([-0.03, 0, 0, 0, 0.1, 0], [0, 0.02, 0, 0, 0, 0]);
    expect(initialEscapeRatio(nobody, 0)).toBe(Infinity);
    expect(frozenAtStart(nobody)).toMatchObject({ holds: false, margin: -50 });
  });
});

describe("largestTurn", () => {
  const record = trained({ k: 2, m: 2, d: 6, P: 20, N: 2, beta: 0.4, rho: 0.1, e: 100, eps: 0.5 }, 1, 1);
  const predicted = (V: number[]) => ({ ...coupledPrediction(record, "none"), V: Float64Array.from(V) });
  it("adds up e h v over v > 0, over beta, of the class and step where that is largest", () => {
    const { share, step } = largestTurn(record, predicted([0.01, 0.01, 0.02, -9, 0.01, 0.01, 0.05, 0.03]));
    expect(share).toBeCloseTo((100 * (0.2 ** 2 * 0.05 + 0.12 ** 2 * 0.03)) / 0.4, 10);
    expect(step).toBe(1);
  });
  it("is at most eps over beta, so that a radius of half of beta turns nothing", () => {
    const large = predicted([0, 0, 0, 0, 0.3, 0, 0, 0]);
    expect(largestTurn(record, large).share).toBe(1.25);
    expect(noPatchTurned(changed(record, { eps: 0.21 }), large).holds).toBe(false);
    expect(noPatchTurned(changed(record, { eps: 0.2 }), large).holds).toBe(true);
  });
});

describe("a class that is silent at the start", () => {
  // the search's counterexample to "silent, therefore frozen", and the same weights under an ascent of a tenth of the step
  const point = { k: 3, m: 9, P: 20, d: 200, N: 3, alpha: 1.4, beta: 0.44, eps: 1.05, sigmaN: 0.001 };
  const growth = (run: RunRecord) => largestAt(run, "U", -1).map((U, i) => U / largestAt(run, "U", 0)[i]);
  it("grows more than twofold once the attack turns the non-robust patches", () => {
    const run = trained({ ...point, e: 1000 }, 600, 3);
    expect(frozenAtStart(run).holds).toBe(true);
    expect(noPatchTurned(run).holds).toBe(false);
    expect(largestTurn(run, coupledPrediction(run, "none")).share).toBeGreaterThan(1);
    expect(Math.max(...growth(run))).toBeGreaterThan(2.5);
  });
  it("stays where it is while the attack does not, as the coupled dynamics say", () => {
    const run = trained({ ...point, e: 150 }, 600, 3);
    const { k, m } = run.spec.setting;
    const predicted = coupledPrediction(run, "none").U;
    const end = Array.from({ length: k }, (_, i) => Math.max(...predicted.subarray((600 * k + i) * m, (600 * k + i + 1) * m)));
    expect(noPatchTurned(run).holds).toBe(true);
    expect(Math.max(...growth(run))).toBeLessThan(1.2);
    largestAt(run, "U", -1).forEach((U, i) => expect(U / end[i]).toBeCloseTo(1, 1));
  });
});

describe("noNeuronFreed", () => {
  // the search's counterexample: no patch is turned, and yet a neuron that has shed half of its residual passes the silent leader
  const run = trained({ k: 2, m: 8, P: 20, d: 200, N: 2, alpha: 2, beta: 0.4, eps: 1.5, e: 1000 }, 600, 7400);
  const ratio = largestAt(run, "U", -1).map((U, i) => U / largestAt(run, "U", 0)[i]);
  it("foresees the class that the silence of its leader does not hold", () => {
    expect([frozenAtStart(run).holds, noPatchTurned(run).holds, noNeuronFreed(run).holds]).toEqual([true, true, false]);
    expect(ratio[0]).toBeGreaterThan(2);
  });
  it("takes the largest of any class and step, over where the class began", () => {
    const { k, m } = run.spec.setting;
    const predicted = coupledPrediction(run, "none");
    const started = largestAt(run, "U", 0);
    const grown = (i: number, t: number, times: number) => {
      const U = new Float64Array(predicted.U.length);
      for (let at = 0; at <= 600; at++) for (let c = 0; c < k; c++) U[(at * k + c) * m + 3] = started[c];
      U[(t * k + i) * m + 5] = times * started[i];
      return noNeuronFreed(run, { ...predicted, U });
    };
    expect([grown(0, 0, 0).holds, grown(1, 300, 1.59).holds, grown(1, 300, 1.61).holds, grown(0, 600, 1.61).holds]).toEqual([true, true, false, false]);
  });
});
