import { describe, expect, it } from "vitest";
import type { Layer } from "../../../src/claims/index.ts";
import { calibrationPanel, classesOf, coupledPrediction, ladderPanel, largestOverTime, makeSetting, residualPanel, sampleWords, sharedScale, simulate } from "../../../src/theories/robust-features/index.ts";

const layer = <Kind extends Layer["kind"]>(layers: readonly Layer[], kind: Kind) => layers.filter((one): one is Extract<Layer, { kind: Kind }> => one.kind === kind);

describe("ladderPanel", () => {
  const sizes = [4, 8, 16, 32];
  // k^(-1/2) times 0.9 and 1.1 by turns: the fitted line passes through the geometric mean of all logs
  const values = sizes.map((k) => [0.9 / Math.sqrt(k), 1.1 / Math.sqrt(k)]);
  const { layers, x } = ladderPanel("a ladder", "k", "U", [{ name: "U", colour: "robust", sizes, values, fit: { exponent: -0.5, low: -0.6, high: -0.4 } }]);
  const [fit] = layer(layers, "fit");
  it("draws the fitted power law through the centre of the data, with its exponent in the legend", () => {
    fit.x.forEach((k, i) => expect(fit.y[i] * Math.sqrt(k)).toBeCloseTo(Math.sqrt(0.9 * 1.1), 12));
    expect(x.ticks).toEqual(sizes);
    expect(fit.name).toBe("U: exponent -0.50 (-0.60 to -0.40)");
    expect(layer(layers, "points")[0].points).toHaveLength(8);
  });
  it("draws the interval of the exponent as a band that holds the line and is widest at the ends", () => {
    const width = fit.x.map((_, i) => Math.log(fit.high[i] / fit.low[i]));
    expect(Math.min(...width)).toBeGreaterThanOrEqual(-1e-12);
    fit.y.forEach((y, i) => expect(y >= fit.low[i] * (1 - 1e-12) && y <= fit.high[i] * (1 + 1e-12)).toBe(true));
    // at the ends, half of ln 8 from the centre, the two lines are 0.2 ln(8)/2 apart
    expect(width[0]).toBeCloseTo(0.1 * Math.log(8), 12);
    expect(width[24]).toBeCloseTo(0.1 * Math.log(8), 12);
    expect(width[12]).toBeCloseTo(0, 12);
  });
});

describe("calibrationPanel", () => {
  it("shows each bin at its predicted probability with its interval, against the diagonal", () => {
    const { layers, x } = calibrationPanel("race", "robust first", [{ predicted: 0.2, observed: 0.25, low: 0.1, high: 0.4, trials: 40 }]);
    expect(layer(layers, "intervals")[0].points).toEqual([{ x: 0.2, y: 0.25, low: 0.1, high: 0.4, title: "40 trials: predicted 0.200, seen 0.250 (0.100 to 0.400)" }]);
    expect(layer(layers, "diagonal")).toHaveLength(1);
    expect(x.domain).toEqual([0, 1]);
  });
});

describe("sharedScale", () => {
  it("gives every panel the same axis, which holds all of them, and leaves the layers alone", () => {
    const panel = (top: number) => ({ title: "", x: { label: "t" }, y: { label: "U" }, layers: [{ kind: "lines" as const, name: "U", colour: "robust" as const, x: [0, 1], members: [[0, top], [NaN, Infinity]] }] });
    const shared = sharedScale([panel(1), panel(4)]);
    expect(shared.map(({ y }) => y.domain)).toEqual([[0, 4.2], [0, 4.2]]);
    expect(shared[0].layers).toEqual(panel(1).layers);
  });
});

describe("residualPanel", () => {
  const { record } = simulate({ setting: makeSetting({ k: 2, d: 6, P: 20, N: 2, m: 3 }), mode: "standard", threat: { name: "suppress" }, steps: 6, logEvery: 2, cosineEvery: 0, evaluate: [] }, 3);
  const predicted = coupledPrediction(record);
  it("is 0 where the prediction is the network's own size, and -50 % where it is half of it", () => {
    const { k, m } = record.spec.setting;
    const doubled = { ...predicted, U: predicted.U.map(() => -Infinity), V: predicted.V.map(() => -Infinity) };
    for (const i of classesOf(record)) {
      const [U, V] = [largestOverTime(record, "U", i), largestOverTime(record, "V", i)];
      record.steps.forEach((step, s) => { doubled.U[(step * k + i) * m] = U[s]; doubled.V[(step * k + i) * m] = V[s] / 2; });
    }
    const [V, U] = layer(residualPanel("residuals", [record], [doubled]).layers, "lines");
    for (const member of U.members) for (const error of member) expect(error).toBeCloseTo(0, 10);
    for (const member of V.members) for (const error of member) expect(error).toBeCloseTo(-50, 10);
    expect(U.members).toHaveLength(k);
  });
  it("stops where it is told to", () => {
    expect(layer(residualPanel("residuals", [record], [predicted], 4).layers, "lines").map(({ x }) => x)).toEqual([[0, 2, 4], [0, 2, 4]]);
  });
});

describe("sampleWords", () => {
  const { record } = simulate({ setting: makeSetting({ k: 2, d: 6, P: 8, N: 2 }), mode: "standard", threat: { name: "gradientAscent", loss: "margin" }, steps: 1, logEvery: 1, evaluate: [] }, 1);
  it.each([
    [[1], "1 seed (1), 2 classes"], [[1, 2], "2 seeds (1, 2), 2"], [[1, 2, 3, 5, 7, 8, 9, 10], "8 seeds (1 to 3, 5, 7 to 10), 2"],
  ])("names the seeds %j by the ends of their runs", (seeds, words) => {
    expect(sampleWords(seeds.map((seed) => ({ ...record, seed })))).toContain(words);
  });
});
