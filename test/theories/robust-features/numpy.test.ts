/**
 * Whole training runs against test/fixtures/numpy/simulate.py: plain NumPy, gradients derived by hand, no code shared.
 *
 * Tolerances. The two programs round differently, by a few 1e-16 a step. Each fixture records (`growth`) what a relative
 * change of the first weights becomes by the end: less than 30 in every case. Rounding made at each of 300 steps and
 * carried on at that rate stays below 300 * 30 * 1e-15 = 1e-11; standard runs are held to 1e-9. Under attack, patches may
 * lie near the edge of the ball, where the projection has a kink: 1e-6.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { grad, type Value, valueAndGrad } from "lemmagrad";
import { type Features, patchNetwork, type RunSpec, simulate, type State } from "lemmagrad/robust-features";
import { meanCrossEntropy, perSampleLoss } from "lemmagrad/training";
import { fromBuffer, type NdArray } from "../../../src/ndarray/index.ts";
import { type NpyArray, readNpz } from "../../../src/npz/index.ts";
import { sum } from "../../../src/ops/index.ts";
import { numbers, onEachBackend } from "../../support/arrays.ts";

const folder = fileURLToPath(new URL("../../fixtures/numpy/", import.meta.url));
const names = readdirSync(folder).filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -5));
const arrayOf = ({ data, shape }: NpyArray): NdArray => fromBuffer(data, shape);

function readState(name: string, { setting }: RunSpec): State {
  const { X, y, W, robust, nonRobust } = readNpz(`${folder}${name}.state.npz`);
  const features: Features = { robust: arrayOf(robust), nonRobust: arrayOf(nonRobust) };
  const labels = Int32Array.from(y.data);
  return { X: arrayOf(X), y: labels, W: arrayOf(W), ...features, isRobust: robustPatches(X, labels, features, setting) };
}

/** A patch is robust where it lies along u_y rather than along v_y. */
function robustPatches({ data }: NpyArray, labels: Int32Array, { robust, nonRobust }: Features, { N, P, d }: RunSpec["setting"]): Uint8Array {
  const along = (features: NdArray, n: number, p: number) => {
    let total = 0;
    for (let l = 0; l < d; l++) total += data[(n * P + p) * d + l] * features.data[labels[n] * d + l];
    return total;
  };
  return Uint8Array.from({ length: N * P }, (_, row) => Number(along(robust, Math.floor(row / P), row % P) > along(nonRobust, Math.floor(row / P), row % P)));
}

/** max |actual - expected| relative to max |expected|, both within [from, to). */
function apart(actual: ArrayLike<number>, expected: ArrayLike<number>, from = 0, to = expected.length): number {
  let size = 0;
  let most = 0;
  for (let i = from; i < to; i++) {
    size = Math.max(size, Math.abs(expected[i]));
    most = Math.max(most, Math.abs(actual[i] - expected[i]));
    if (Number.isNaN(actual[i])) return NaN;
  }
  return most / size;
}

it("finds the fixtures", () => expect(names.length).toBeGreaterThanOrEqual(6));

describe.each(names)("%s", (name) => {
  it("is followed at every step by both backends", () => {
    const spec: RunSpec & { seed: number } = { evaluate: [], cosineEvery: 0, ...JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")) };
    const state = readState(name, spec);
    const expected = readNpz(`${folder}${name}.expected.npz`);
    const tolerance = spec.mode === "standard" ? 1e-9 : 1e-6;
    onEachBackend((backend) => {
      const { record, finalWeights } = simulate(spec, spec.seed, { state });
      expect(record.steps).toEqual([...expected.steps.data]);
      const width = spec.setting.k * spec.setting.m;
      expect(record.U.length).toBe(expected.U.data.length);
      const worst = { U: 0, V: 0, loss: 0, W: apart(numbers(finalWeights), expected.W.data) };
      for (let s = 0; s < record.steps.length; s++) {
        worst.U = Math.max(worst.U, apart(record.U, expected.U.data, s * width, (s + 1) * width));
        worst.V = Math.max(worst.V, apart(record.V, expected.V.data, s * width, (s + 1) * width));
        worst.loss = Math.max(worst.loss, apart(record.loss, expected.loss.data, s, s + 1));
      }
      for (const [key, value] of Object.entries(worst)) expect(value, `${backend}: ${key}`).toBeLessThan(tolerance);
      // the run must have moved far more than the tolerance, or agreement would say nothing
      expect(apart(record.U.slice(-width), record.U.slice(0, width)) + apart(record.V.slice(-width), record.V.slice(0, width))).toBeGreaterThan(0.01);
    });
  });
});

describe("gradients on dense random data", () => {
  const fixture = readNpz(`${folder}gradients.npz`);
  const [X, W] = [arrayOf(fixture.X), arrayOf(fixture.W)];
  const labels = Int32Array.from(fixture.y.data);
  const rho = fixture.rho.data[0];
  it.each([3, 4])("agree with the hand-derived ones for q = %i", (q) => onEachBackend((backend) => {
    const network = patchNetwork({ q, rho });
    const close = (actual: unknown, key: string) => expect(apart(numbers(actual), fixture[`q${q}_${key}`].data), `${backend}: ${key}`).toBeLessThan(1e-12);
    close(network(W, X), "F");
    const { value, gradient } = valueAndGrad((w: Value, x: Value) => meanCrossEntropy(network(w, x), labels), { argument: [0, 1] })(W, X);
    close(value, "loss");
    close(gradient[0], "lossGradW");
    close(gradient[1], "lossGradX");
    for (const [loss, key] of [["crossEntropy", "crossEntropyPerSample"], ["margin", "marginPerSample"]] as const) {
      close(perSampleLoss(loss, network(W, X), labels), key);
      close(grad((x: Value) => sum(perSampleLoss(loss, network(W, x), labels)))(X), `${key}GradX`);
    }
  }));
});
