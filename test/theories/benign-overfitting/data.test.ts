import { describe, expect, it } from "vitest";
import { elements } from "../../../src/ndarray/index.ts";
import { makeSetting, referencePoint, sampleData, sampleTest, sampleWeights, settingNames, signalLengthAt, signalToNoise, thresholdQuantity } from "../../../src/theories/benign-overfitting/index.ts";
import { squareOf } from "../../../src/theories/benign-overfitting/decomposition.ts";
import { messageOf } from "../../support/message-of.ts";

const setting = makeSetting({ n: 12, d: 600, mu: 0.5 });
const rowOf = (values: ArrayLike<number>, i: number, d: number) => Float64Array.from({ length: d }, (_, at) => values[i * d + at]);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

describe("the setting", () => {
  it("is the reference point unless said otherwise, beyond the threshold", () => {
    expect(makeSetting()).toEqual(referencePoint);
    expect(signalToNoise(makeSetting({ d: 100, sigmaP: 0.1, mu: 2 }))).toBeCloseTo(2, 14);
    expect(thresholdQuantity(makeSetting({ n: 8, d: 100, sigmaP: 0.1, mu: 2, q: 4 }))).toBeCloseTo(128, 11);
  });
  it.each([0.1, 2, 30])("signalLengthAt(%d) is the length with that n SNR^q", (value) => {
    for (const q of [3, 4]) expect(thresholdQuantity(makeSetting({ ...setting, q, mu: signalLengthAt(value, { ...setting, q }) })) / value).toBeCloseTo(1, 12);
  });
  it.each([
    [{ n: 3 }, "n = 3 is out of range"], [{ n: 0 }, "an even integer >= 2"], [{ q: 2 }, "q = 2 is out of range"], [{ q: 3.5 }, "an integer >= 3"], [{ mu: 0 }, "mu = 0 is out of range"], [{ sigma0: NaN }, "sigma0 = NaN"],
    [{ eta: -1 }, "eta = -1"], [{ d: 21 }, "cannot hold 20 independent noise patches"], [{ k: 3 }, 'there is no parameter "k"'],
  ])("refuses %j", (overrides, problem) => {
    expect(messageOf(() => makeSetting(overrides as object))).toContain(problem);
  });
  it("names all of its parameters", () => {
    expect(settingNames.toSorted()).toEqual(["d", "eta", "m", "mu", "n", "q", "sigma0", "sigmaP"]);
  });
});

describe("samples", () => {
  it("are the signal with the label's sign, and noise at right angles to it, of the length it should have", () => {
    const { X, labels, signs, noise } = sampleData(setting, 5);
    const values = elements(X);
    expect(X.shape).toEqual([12, 2, 600]);
    expect(signs.reduce((sum, sign) => sum + sign, 0)).toBe(0);
    for (let i = 0; i < 12; i++) {
      const [signal, patch] = [rowOf(values, 2 * i, 600), rowOf(values, 2 * i + 1, 600)];
      expect([signal[0], squareOf(signal, 0, 600)]).toEqual([signs[i] * 0.5, 0.25]);
      expect([labels[i], dot(signal, patch)]).toEqual([signs[i] > 0 ? 1 : 0, 0]);
      expect(patch).toEqual(rowOf(noise, i, 600));
      // chi squared with 599 degrees of freedom: five standard deviations are 29 %
      expect(squareOf(patch, 0, 600) / (0.03 ** 2 * 599)).toBeGreaterThan(0.71);
      expect(squareOf(patch, 0, 600) / (0.03 ** 2 * 599)).toBeLessThan(1.29);
    }
  });
  it("are the same for the same seed, and new for tests and for other seeds", () => {
    expect(sampleData(setting, 5).noise).toEqual(sampleData(setting, 5).noise);
    expect(sampleData(setting, 6).noise).not.toEqual(sampleData(setting, 5).noise);
    expect(sampleTest(setting, 5, 12).noise).not.toEqual(sampleData(setting, 5).noise);
    expect(elements(sampleWeights(setting, 5))).toEqual(elements(sampleWeights(setting, 5)));
  });
  it("vary as asked: repeated patches keep their label, turned labels keep their signal, noise has a part along it", () => {
    const repeated = sampleData(setting, 5, { distinctNoise: 4 });
    for (let i = 4; i < 12; i++) {
      expect(rowOf(repeated.noise, i, 600)).toEqual(rowOf(repeated.noise, i % 4, 600));
      expect(repeated.labels[i]).toBe(repeated.labels[i % 4]);
    }
    const turned = sampleData(setting, 5, { labelNoise: 0.25 });
    expect(Array.from(turned.labels).filter((label, i) => label !== (turned.signs[i] > 0 ? 1 : 0))).toHaveLength(3);
    expect(turned.signs).toEqual(sampleData(setting, 5).signs);
    const along = sampleData(setting, 5, { noiseAlongSignal: true });
    expect(Array.from({ length: 12 }, (_, i) => along.noise[i * 600]).every((part) => part !== 0)).toBe(true);
  });
});
