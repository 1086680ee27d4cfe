import { describe, expect, it } from "vitest";
import { ParameterError, ShapeError } from "../../../src/errors/index.ts";
import { elements } from "../../../src/ndarray/index.ts";
import {
  coupledDynamics, coupledNoisePoints, type CoupledOptions, coupledPredictionRun, type CoupledRun, coupledTerms, makeSetting, noFallPredicted, probeWeights, reducedDynamics, type ReducedRun, residualGram,
  type RunRecord, sampleState, type Setting, simulate,
} from "../../../src/theories/robust-features/index.ts";
import { latticeSize, normalLattice, uncorrelated } from "../../../src/theories/robust-features/noise-lattice.ts";

// Three classes whose logits, weights and attacks all matter: the bend is passed by both features within 50 steps.
const point = { k: 3, m: 3, P: 12, sR: 2, d: 8, alpha: 2, beta: 1, sigma0: 0.03, eta: 0.06, eps: 0.6, e: 60, N: 3 };
const quiet = makeSetting({ ...point, sigmaN: 0 });
const noisy = (N: number) => makeSetting({ ...point, sigmaN: 0.06, N });
const modes = ["standard", "adversarial"] as const;

function predict(setting: Setting, options: CoupledOptions, seed = 4): CoupledRun {
  const { W, robust, nonRobust } = sampleState(setting, seed);
  return coupledDynamics(setting, { weights: elements(W), robust: elements(robust), nonRobust: elements(nonRobust) }, options);
}
const train = (setting: Setting, mode: CoupledOptions["mode"], steps: number) => (
  simulate({ setting, mode, steps, threat: { name: "gradientAscent", loss: "margin" }, logEvery: 1, cosineEvery: 0, evaluate: [] }, 4).record);

/** Largest |a - b| over the largest |b|. */
function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  const size = Math.max(...Array.from(b, Math.abs));
  return Math.max(...Array.from(b, (x, i) => Math.abs(a[i] - x))) / size;
}

describe("coupled dynamics", () => {
  it.each(modes)("without noise and with one sample a class they are the network's training (%s)", (mode) => {
    const run = predict(quiet, { mode, steps: 50 });
    const network = train(quiet, mode, 50);
    // the same sums in another order: 50 steps of about 100 additions, each growing no faster than the weights do
    for (const name of ["U", "V", "nu", "robustPart", "nonRobustPart"] as const) expect(relative(run[name], network[name])).toBeLessThan(1e-9);
    expect(relative(run.p, network.trueProbability)).toBeLessThan(1e-9);
    // and something happened: both features grew, past the bend
    for (const [column, amplitude] of [[run.U, quiet.alpha], [run.V, quiet.beta]] as const) {
      expect(Math.max(...column.subarray(50 * 9))).toBeGreaterThan(2 * Math.max(...column.subarray(0, 9)));
      expect(amplitude * Math.max(...column.subarray(50 * 9))).toBeGreaterThan(quiet.rho);
    }
  });
  it("without noise and with one sample a class they are the network's training against ascent on the cross-entropy, too, which is another one", () => {
    const run = predict(quiet, { mode: "adversarial", loss: "crossEntropy", steps: 50 });
    const network = simulate({ setting: quiet, mode: "adversarial", steps: 50, threat: { name: "gradientAscent", loss: "crossEntropy" }, logEvery: 1, cosineEvery: 0, evaluate: [] }, 4).record;
    for (const name of ["U", "V", "nu", "robustPart", "nonRobustPart"] as const) expect(relative(run[name], network[name])).toBeLessThan(1e-9);
    expect(relative(run.V, predict(quiet, { mode: "adversarial", steps: 50 }).V)).toBeGreaterThan(1e-2);
  });
  it("without noise and with one sample a class their attacked logits say which samples the network gets wrong under the attack of its training", () => {
    const run = predict(quiet, { mode: "adversarial", steps: 60 });
    const seen = [0, 10, 20, 30, 40, 50, 60].map((steps) => {
      const { record } = simulate({ setting: quiet, mode: "adversarial", steps, threat: { name: "gradientAscent", loss: "margin" }, logEvery: 60, cosineEvery: 0, evaluate: [{ threat: { name: "gradientAscent", loss: "margin" }, radii: [quiet.eps] }] }, 4);
      const right = [0, 1, 2].filter((y) => run.attackedTrue[3 * steps + y] > run.attackedRival[3 * steps + y]).length;
      expect(record.robustAccuracy[0].accuracy).toBeCloseTo(right / 3, 12);
      return right;
    });
    // and the attack matters: some are right, some are wrong
    expect(Math.min(...seen)).toBeLessThan(Math.max(...seen));
    const standard = predict(quiet, { mode: "standard", steps: 60 });
    expect(relative(standard.attackedTrue, standard.robustPart.map((part, at) => part + standard.nonRobustPart[at]))).toBeLessThan(1e-12);
  });
  it("robust patches alone, or none, are no special case", () => {
    for (const sR of [0, 12]) {
      const setting = makeSetting({ ...point, sR, sigmaN: 0 });
      expect(relative(predict(setting, { mode: "adversarial", steps: 20 }).nu, train(setting, "adversarial", 20).nu)).toBeLessThan(1e-9);
    }
  });
  it.each(modes)("one node leaves noise out (%s)", (mode) => {
    const single = predict(noisy(3), { mode, steps: 50, noisePoints: 1 });
    expect(single).toEqual(predict(quiet, { mode, steps: 50 }));
    expect(single).toEqual(predict(quiet, { mode, steps: 50, noisePoints: 61 }));
    expect(relative(predict(noisy(3), { mode, steps: 50 }).V, single.V)).toBeGreaterThan(1e-3);
  });
  it.each(modes)("the network's training tends to the averaged one as samples are added, and not to the noiseless one (%s)", (mode) => {
    const steps = 40;
    const averaged = predict(noisy(3), { mode, steps, noisePoints: 251 });
    const single = predict(noisy(3), { mode, steps, noisePoints: 1 });
    const [few, many] = [train(noisy(3), mode, steps), train(noisy(1500), mode, steps)];
    for (const column of ["U", "V"] as const) {
      // chance falls as 1/sqrt(N), by 22 from 3 to 1500 samples; a quarter of that is asked for
      expect(relative(averaged[column], many[column])).toBeLessThan(relative(averaged[column], few[column]) / 5.5);
      expect(relative(averaged[column], many[column])).toBeLessThan(relative(single[column], many[column]) / 3);
    }
  });
  it("61 nodes and 251 give nearly the same", () => {
    const [coarse, fine, single] = [61, 251, 1].map((noisePoints) => predict(noisy(3), { mode: "adversarial", steps: 50, noisePoints }).U);
    expect(relative(coarse, fine)).toBeLessThan(0.3 * relative(single, fine));
  });
  it.each(modes)("without the other classes it is the one-class dynamics (%s)", (mode) => {
    const { W, robust, nonRobust } = sampleState(quiet, 4);
    // one class has no off-diagonals: W(0) as its own components and the residual
    const { U, V, residual } = probeWeights(W, { robust, nonRobust });
    const [u, v] = [elements(robust), elements(nonRobust)];
    const weights = residual.map((rest, at) => {
      const [neuron, l] = [Math.floor(at / 8), at % 8];
      return rest + U[neuron] * u[Math.floor(neuron / 3) * 8 + l] + V[neuron] * v[Math.floor(neuron / 3) * 8 + l];
    });
    const alone = coupledDynamics(quiet, { weights, robust: u, nonRobust: v }, { mode, steps: 50, without: coupledTerms.filter((term) => term !== "moving residuals") });
    const reduced = reducedDynamics(quiet, { u: U, v: V, residualGram: residualGram(residual, quiet) }, { mode, steps: 50 });
    for (const name of ["U", "V", "nu", "p", "robustPart", "nonRobustPart"] as const) expect(relative(alone[name], reduced[name])).toBeLessThan(1e-9);
  });
  it.each(coupledTerms)("the term \"%s\" counts under attack", (term) => {
    const run = (without: CoupledOptions["without"]) => predict(noisy(3), { mode: "adversarial", steps: 50, without });
    expect(relative(run([term]).U, run([]).U)).toBeGreaterThan(1e-3);
  });
  it("weights that keep their residuals keep them", () => {
    const { nu, U } = predict(noisy(3), { mode: "adversarial", steps: 50, without: ["moving residuals"] });
    expect(relative(nu.subarray(50 * 9), nu.subarray(0, 9))).toBeLessThan(1e-12);
    expect(relative(U.subarray(50 * 9), U.subarray(0, 9))).toBeGreaterThan(1);
  });
  it("says what is wrong with its input", () => {
    const state = { weights: new Float64Array(72), robust: new Float64Array(24), nonRobust: new Float64Array(24) };
    const run = (options: Partial<CoupledOptions>, part = {}) => () => coupledDynamics(noisy(3), { ...state, ...part }, { mode: "standard", steps: 1, ...options });
    expect(run({}, { robust: [1] })).toThrow(ShapeError);
    expect(run({}, { robust: [1] })).toThrow("coupledDynamics: robust has 1 entries.");
    expect(run({ steps: 1.5 })).toThrow(ParameterError);
    expect(run({ steps: 1.5 })).toThrow("coupledDynamics: steps = 1.5.");
    expect(run({ noisePoints: 8 })).toThrow("coupledDynamics: noisePoints = 8.");
    expect(run({ without: ["gravity" as "other ascent"] })).toThrow('coupledDynamics: there is no term "gravity".');
    expect(run({ noisePoints: 11 })).toThrow("coupledDynamics: noisePoints = 11 has no lattice in 8 dimensions.");
  });
});

describe("the coupled prediction as an experiment", () => {
  it("states in its spec all it depends on, and runs from initial weights and features", () => {
    const experiment = coupledPredictionRun({ mode: "adversarial", steps: 5, setting: { ...point, sigmaN: 0.06 } });
    expect(experiment.kind).toBe("robust-features/coupled-prediction");
    expect(experiment.spec).toEqual({ setting: noisy(3), mode: "adversarial", steps: 5, noisePoints: 61 });
    expect(experiment.run(4)).toEqual(predict(noisy(3), { mode: "adversarial", steps: 5 }));
    expect(experiment.run(4)).toEqual(experiment.run(4));
    expect(structuredClone(experiment.run(4))).toEqual(experiment.run(4));
  });
  it("does not look at samples: their number changes nothing", () => {
    const of = (N: number) => coupledPredictionRun({ mode: "standard", steps: 5, setting: { ...point, N } }).run(4);
    expect(of(3)).toEqual(of(30));
  });
});

describe("hypothesis no fall", () => {
  const record = { spec: { setting: makeSetting({ k: 2, m: 1, d: 4 }) } } as RunRecord;
  /** Class 0 as given, class 1 steady, both learned from the step given. */
  const path = (U: number[], learned: number) => ({ U: Float64Array.from(U.flatMap((u) => [u, 1])), robustPart: Float64Array.from(U.flatMap((_, t) => (t < learned ? [0, 1] : [1, 1]))) }) as ReducedRun;
  it("fails on a drop below 0.95 after learning, up to the step asked for", () => {
    expect(noFallPredicted(record, path([0.1, 0.5, 0.6, 0.569], 1), 3)).toMatchObject({ holds: false, name: "no fall" });
    expect(noFallPredicted(record, path([0.1, 0.5, 0.6, 0.569], 1), 2).holds).toBe(true);
    expect(noFallPredicted(record, path([0.1, 0.5, 0.6, 0.571], 1), 3).holds).toBe(true);
  });
  it("does not mind a dip before", () => {
    expect(noFallPredicted(record, path([0.1, 0.05, 0.6, 0.7], 2), 3)).toMatchObject({ holds: true, margin: Math.log(1 / 0.95) });
  });
});

describe("noise lattice", () => {
  const mean = (nodes: readonly Float64Array[], f: (z: Float64Array) => number) => nodes.reduce((sum, z) => sum + f(z), 0) / nodes.length;
  const correlations = (nodes: readonly Float64Array[]) => Array.from(nodes[0], (_, a) => Array.from({ length: a }, (_b, b) => mean(nodes, (z) => z[a] * z[b]))).flat();
  const sizes = [[61, 12], [61, 20], [127, 20], [601, 200]] as const;
  // sums of at most 601 terms of size 9: rounding below 601 x 9 x 1.1e-16
  it.each(sizes)("%i nodes in %i dimensions have mean 0 and unit variance, and come in opposite pairs", (points, dimension) => {
    const lattice = normalLattice(points, dimension, "test");
    for (const nodes of [lattice, uncorrelated(lattice)]) {
      expect(nodes.length).toBe(points);
      for (let a = 0; a < dimension; a++) {
        expect(Math.abs(mean(nodes, (z) => z[a]))).toBeLessThan(1e-12);
        expect(Math.abs(mean(nodes, (z) => z[a] ** 2) - 1)).toBeLessThan(1e-12);
      }
      nodes.forEach((z, l) => z.forEach((x, a) => expect(x + nodes[points - 1 - l][a]).toBeCloseTo(0, 10)));
    }
  });
  it.each(sizes)("%i nodes in %i dimensions: correlations are small, and none once uncorrelated", (points, dimension) => {
    const lattice = normalLattice(points, dimension, "test");
    const before = correlations(lattice);
    // as many independent opposite pairs would give sqrt(2 / points)
    expect(Math.sqrt(before.reduce((sum, c) => sum + c * c, 0) / before.length)).toBeLessThan(1.3 * Math.sqrt(2 / points));
    expect(Math.max(...correlations(uncorrelated(lattice)).map(Math.abs))).toBeLessThan(1e-12);
  });
  it("the default number of nodes has a lattice in every dimension, with nodes no larger than normal draws are", () => {
    for (let dimension = 1; dimension <= 120; dimension++) {
      const nodes = uncorrelated(normalLattice(latticeSize(dimension), dimension, "test"));
      expect(nodes[0].length).toBe(dimension);
      expect(Math.max(...nodes.map((z) => Math.max(...z)))).toBeLessThan(5);
    }
    expect([coupledNoisePoints({ sigmaN: 0, d: 20 }), coupledNoisePoints({ sigmaN: 0.1, d: 20 }), coupledNoisePoints({ sigmaN: 0.1, d: 200 })]).toEqual([1, 61, 601]);
  });
  it("a single node is 0", () => {
    expect(uncorrelated(normalLattice(1, 3, "test"))).toEqual([new Float64Array(3)]);
  });
});
