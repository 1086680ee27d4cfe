import { describe, expect, it } from "vitest";
import { coupledPrediction, leaderArrives, leaderHeld, makeSetting, neuronsAt, type ReducedRun, type RunRecord, simulate } from "../../../src/theories/robust-features/index.ts";

const threat = { name: "gradientAscent", loss: "margin" } as const;
/** What a run of `steps` steps starts from, without training it. */
const untrained = (setting: RunRecord["spec"]["setting"], steps: number, seed: number): RunRecord => {
  const { record } = simulate({ setting, mode: "adversarial", threat, steps: 0, logEvery: 1, cosineEvery: 0, evaluate: [] }, seed);
  return { ...record, spec: { ...record.spec, steps } };
};

describe("leaderHeld", () => {
  // one class in which neuron 0 leads V and neuron 1 is robust, another at rest
  const S = makeSetting({ k: 2, m: 2, d: 6, P: 20, N: 2, beta: 0.4, eps: 0.41, e: 100, rho: 0.1 });
  const run = untrained(S, 1, 1);
  const sizes = [0.07, 0.07];
  const state = (leaderU: number, robustV: number): ReducedRun => {
    const both = (values: number[]) => Float64Array.from([...values, 0, 0, ...values, 0, 0]);
    const none = new Float64Array(4);
    return { U: both([leaderU, 1]), V: both([0.075, robustV]), nu: both([0.01, 0.01]), p: none, robustPart: none, nonRobustPart: none };
  };
  it("is lost where the robust neuron takes the radius along u and the leader's own u lifts it", () => {
    // h = (0.4 * 0.04 / 0.1)^2: e h U = 2.6 > eps; what is left along v is nearly beta, and the leader gains eps 0.1 by its u
    expect(leaderHeld(run, sizes, state(-0.1, 0.04))).toEqual([1]);
  });
  it("is kept where the leader has no u against the robust neuron's, or lies below its saturation", () => {
    expect(leaderHeld(run, sizes, state(0.1, 0.04))).toEqual([0, 1]);
    expect(leaderHeld(run, [0.076, 0.07], state(-0.1, 0.04))).toEqual([0, 1]);
  });
  it("is kept where the robust neuron does not answer, and where the radius does not bind", () => {
    expect(leaderHeld(run, sizes, state(-0.1, -0.04))).toEqual([0, 1]);
    const wide = { ...run, spec: { ...run.spec, setting: { ...S, eps: 10 } } };
    expect(leaderHeld(wide, sizes, state(-0.1, 0.04))).toEqual([0, 1]);
  });
  it("foresees the class in which the searched network's V ended 1.42 times as large as (P7.1)", () => {
    const searched = makeSetting({ k: 2, m: 6, P: 198, d: 10, N: 4, alpha: 1.059, beta: 0.3718, eps: 0.3731, rho: 0.1058, sigma0: 0.009799, sigmaN: 0.0003875, eta: 0.04171, e: 44.02 });
    const found = untrained(searched, 680, 4469);
    expect(leaderHeld(found, [0.0865, 0.0845], coupledPrediction(found))).toEqual([1]);
  });
});

describe("leaderArrives", () => {
  const S = makeSetting({ k: 2, m: 2, d: 6, P: 20, N: 2, beta: 0.4, eps: 0.41, e: 100, rho: 0.1 });
  const run = untrained(S, 1, 1);
  const leaders = [0, 1].map((i) => (neuronsAt(run, "V", 0, i)[0] > neuronsAt(run, "V", 0, i)[1] ? 0 : 1));
  it("looks at the neuron that led at the start, at the end", () => {
    const none = new Float64Array(4);
    // step 0 below everything, step 1: the first leader of class 0 at 0.06, of class 1 at 0.05, the other neurons far above
    const V = new Float64Array(8).fill(0.5);
    V.fill(0, 0, 4);
    V[4 + leaders[0]] = 0.06;
    V[6 + leaders[1]] = 0.05;
    const predicted: ReducedRun = { U: none, V, nu: none, p: none, robustPart: none, nonRobustPart: none };
    expect(leaderArrives(run, [0.07, 0.07], 0.85, predicted)).toEqual([0]);
    expect(leaderArrives(run, [0.07, 0.05], 0.85, predicted)).toEqual([0, 1]);
    expect(leaderArrives(run, [0.08, 0.07], 0.85, predicted)).toEqual([]);
  });
  it("foresees the class in which a leader that learned u ended at a quarter of (P7.1), and by what law (P7.8)", () => {
    const searched = makeSetting({ k: 3, m: 9, P: 317, d: 12, N: 3, alpha: 1.479, beta: 0.3132, eps: 0.3973, rho: 0.0904, sigma0: 0.01479, sigmaN: 0.0003343, eta: 0.02189, e: 65.91 });
    const found = untrained(searched, 601, 7163);
    expect(leaderArrives(found, [0.0688, 0.0698, 0.0674], 0.85)).toEqual([0, 2]);
    const { U, V } = coupledPrediction(found);
    const at = (column: Float64Array, t: number) => column[(t * 3 + 1) * 9 + 5];
    // from where the radius binds on robust patches to the end
    const exponent = Math.log(at(V, 601) / at(V, 150)) / Math.log(at(U, 601) / at(U, 150));
    expect(exponent / (-0.3973 / (1.479 - 0.3973))).toBeGreaterThan(0.75);
    expect(exponent / (-0.3973 / (1.479 - 0.3973))).toBeLessThan(1.25);
  });
});
