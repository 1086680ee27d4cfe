/** The decomposition, the recursion of its coefficients, and training: three ways to the same numbers. */
import { describe, expect, it } from "vitest";
import { elements, view } from "../../../src/ndarray/index.ts";
import { coefficientDynamics, decomposition, dynamicsOf, inputOf, makeSetting, relativeDistance, sampleData, sampleWeights, signalNoiseNetwork, simulate } from "../../../src/theories/benign-overfitting/index.ts";
import { bottom } from "../../../src/autodiff/index.ts";
import { messageOf } from "../../support/message-of.ts";

const setting = makeSetting({ n: 6, d: 40, m: 3, sigmaP: 0.15, mu: 0.8, sigma0: 0.1, eta: 2 });
const spec = { setting, steps: 60, logEvery: 10, decompose: true, testSamples: 100 };

describe("the network", () => {
  it("is the mean over neurons of ReLU^q on both patches, by hand", () => {
    const tiny = { ...setting, m: 2, d: 2, q: 3 };
    // neurons of F_{-1}, then of F_{+1}; one sample: patches (1, 2) and (-1, 1)
    const weights = view(Float64Array.of(1, 0, 0, -1, 1, 1, 0.5, 0), [2, 2, 2]);
    const logits = elements(bottom(signalNoiseNetwork(tiny)(weights, view(Float64Array.of(1, 2, -1, 1), [1, 2, 2]))));
    // F_-: (1^3 + 0 + 0 + 0)/2; F_+: (3^3 + 0.5^3 + 0 + 0)/2
    expect([...logits]).toEqual([0.5, 13.5625]);
    // another power
    expect([...elements(bottom(signalNoiseNetwork({ ...tiny, q: 4 })(weights, view(Float64Array.of(1, 2, -1, 1), [1, 2, 2]))))]).toEqual([0.5, 40.53125]);
  });
});

describe("the decomposition", () => {
  it("finds coefficients that were put in, and nothing outside", () => {
    const data = sampleData(setting, 3);
    const initial = sampleWeights(setting, 3);
    const [m, n, d] = [3, 6, 40];
    const moved = Float64Array.from(elements(initial));
    const gamma = Float64Array.from({ length: 2 * m }, (_, i) => 0.1 * (i + 1));
    const rho = Float64Array.from({ length: 2 * m * n }, (_, i) => Math.cos(i));
    for (let neuron = 0; neuron < 2 * m; neuron++) {
      moved[neuron * d] += ((neuron < m ? -1 : 1) * gamma[neuron]) / setting.mu;
      for (let i = 0; i < n; i++) {
        const patch = data.noise.subarray(i * d, (i + 1) * d);
        const square = patch.reduce((sum, x) => sum + x * x, 0);
        for (let at = 0; at < d; at++) moved[neuron * d + at] += (rho[neuron * n + i] * patch[at]) / square;
      }
    }
    const recover = decomposition(setting, data, initial);
    const found = recover(view(moved, [2, m, d]));
    expect(relativeDistance([found.gamma], [gamma])).toBeLessThan(1e-12);
    expect(relativeDistance([found.rho], [rho])).toBeLessThan(1e-12);
    expect(found.outside).toBeLessThan(1e-12);
    // a step along an axis of its own is outside; the noise takes up the share n/d of it
    moved[d - 1] += 1;
    expect(recover(view(moved, [2, m, d])).outside).toBeGreaterThan(0.1);
    expect(recover(initial).outside).toBe(0);
  });
  it("refuses noise patches that repeat", () => {
    expect(messageOf(() => decomposition(setting, sampleData(setting, 3, { distinctNoise: 2 }), sampleWeights(setting, 3)))).toContain("DomainError: cholesky");
  });
});

describe("training and the recursion", () => {
  const run = simulate(spec, 7);
  it("agree on coefficients, parts and loss at every logged step", () => {
    const exact = dynamicsOf(run, true);
    expect(run.steps).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(relativeDistance(run.gamma, exact.gamma)).toBeLessThan(1e-12);
    expect(relativeDistance(run.rho, exact.rho)).toBeLessThan(1e-12);
    expect(Math.max(...run.rho.at(-1)!)).toBeGreaterThan(0.01);
    for (const column of ["signalPart", "noisePart", "loss"] as const) run.steps.forEach((_, s) => expect(run[column][s]).toBeCloseTo(exact[column][s], 12));
  });
  it("part ways without cross terms, by what the noise patches have in common, and agree when that is nothing", () => {
    const reduced = dynamicsOf(run, false);
    expect(relativeDistance(run.rho, reduced.rho)).toBeGreaterThan(1e-3);
    expect(relativeDistance(run.gamma, reduced.gamma)).toBeLessThan(0.05);
    const diagonal = run.gram.map((value, at) => (Math.floor(at / 6) === at % 6 ? value : 0));
    const alone = (cross: boolean) => coefficientDynamics(setting, { ...inputOf(run), gram: diagonal }, { steps: [60], cross }).rho[0];
    expect(alone(true)).toEqual(alone(false));
  });
  it("agree with turned labels and repeated noise as well", () => {
    const turned = simulate({ ...spec, labelNoise: 0.34 }, 7);
    expect(relativeDistance(turned.gamma, dynamicsOf(turned, true).gamma)).toBeLessThan(1e-12);
    const repeated = simulate({ ...spec, decompose: false, distinctNoise: 2 }, 7);
    expect(repeated.loss.at(-1)).toBeCloseTo(dynamicsOf(repeated, true).loss.at(-1)!, 12);
  });
  it("differ once the noise is drawn anew, or has a part along the signal", () => {
    const fresh = simulate({ ...spec, freshNoise: true }, 7);
    expect(Math.max(...fresh.outside)).toBeGreaterThan(1e-3);
    const along = simulate({ ...spec, noiseAlongSignal: true }, 7);
    expect(Math.max(...along.outside)).toBeLessThan(1e-12);
    expect(relativeDistance(along.gamma, dynamicsOf(along, true).gamma)).toBeGreaterThan(1e-4);
  });
  it("give the same bits again, and stop when something is learned where that is asked", () => {
    expect(simulate(spec, 7)).toEqual(run);
    const stopped = simulate({ ...spec, steps: 400, logEvery: 2, decompose: false, untilLearned: true, testSamples: 0 }, 7);
    const top = Math.max(stopped.signalPart.at(-1)!, stopped.noisePart.at(-1)!);
    expect(top).toBeGreaterThanOrEqual(0.1);
    expect(Math.max(stopped.signalPart.at(-2)!, stopped.noisePart.at(-2)!)).toBeLessThan(0.1);
    expect(stopped.testError).toBeNaN();
  });
  it("refuses what does not fit together", () => {
    expect(messageOf(() => coefficientDynamics(setting, { ...inputOf(run), signs: [1] }, { steps: [1], cross: true }))).toContain("ShapeError: coefficientDynamics");
  });
});
