import { describe, expect, it } from "vitest";
import { classColumnAt, classesOf, gradientAligned, makeSetting, predictedDropRadii, predictedGradientCosines, radiusPastDrop, type RunRecord, simulate } from "../../../src/theories/robust-features/index.ts";

const threat = { name: "gradientAscent", loss: "margin" } as const;
const base = makeSetting({ k: 3, d: 12, P: 60, N: 3, alpha: 0.8, sigmaN: 0.001, eta: 0.05 });
const radii = [0.3, 0.38, 0.42, 0.45, 0.48, 0.5];
const trained = (steps: number, seed: number): RunRecord => simulate({ setting: base, mode: "standard", threat, steps, logEvery: steps, cosineEvery: steps, evaluate: [{ threat: { name: "nonRobustSubspace" }, radii }] }, seed).record;
const record = trained(300, 2);
const onlyInitial = (steps: number): RunRecord => ({ ...record, spec: { ...record.spec, steps } });

describe("predictedGradientCosines", () => {
  it("are those of the trained network within 0.01, from its initial weights alone", () => {
    const seen = classColumnAt(record, "cosine", -1);
    for (const [y, cosine] of predictedGradientCosines(record).entries()) expect(Math.abs(cosine - seen[y])).toBeLessThan(0.01);
  });
  it("are low before the feature is learned, and count the part of another class: it lies along -w_j and pulls v_y's down", () => {
    const early = predictedGradientCosines(onlyInitial(1));
    expect(Math.max(...early)).toBeLessThan(0.8);
    // with the other classes' neurons blind to v_y the cosine rises
    const { k, m, d } = base;
    const weights = Float64Array.from(record.initialWeights);
    for (const y of classesOf(record)) {
      const v = record.nonRobust.subarray(y * d, (y + 1) * d);
      for (let neuron = 0; neuron < k * m; neuron++) {
        if (Math.floor(neuron / m) === y) continue;
        const along = v.reduce((sum, x, l) => sum + x * weights[neuron * d + l], 0);
        v.forEach((x, l) => { weights[neuron * d + l] -= along * x; });
      }
    }
    const blind = predictedGradientCosines({ ...onlyInitial(1), initialWeights: weights });
    for (const [y, cosine] of blind.entries()) expect(cosine).toBeGreaterThan(early[y]);
  });
});

describe("gradientAligned", () => {
  it("is decided by the least cosine at the end and a tenth before it", () => {
    const [atEnd, before] = [300, 270].map((steps) => Math.min(...predictedGradientCosines(record, steps)));
    expect(before).toBeLessThan(atEnd);
    const least = before;
    expect(gradientAligned(record, least - 1e-6)).toMatchObject({ holds: true });
    expect(gradientAligned(record, least + 1e-6)).toMatchObject({ holds: false });
    expect(gradientAligned(record, least - 1e-6).margin).toBeGreaterThan(0);
  });
  it("is not said of a class that is growing through the bend when training stops", () => {
    const growing = Array.from({ length: 60 }, (_, t) => onlyInitial(t + 1)).filter((run) => Math.min(...predictedGradientCosines(run)) >= 0.93);
    expect(growing.length).toBeGreaterThan(0);
    expect(gradientAligned(growing[0], 0.93).holds).toBe(false);
  });
});

describe("predictedDropRadii", () => {
  it("are radii between which the trained network loses its classes", () => {
    const predicted = predictedDropRadii(record);
    const at = (radius: number) => record.robustAccuracy.find((one) => one.radius === radius)!.accuracy;
    expect(Math.min(...predicted)).toBeGreaterThan(base.beta);
    const above = radii.find((radius) => radius > 1.05 * Math.max(...predicted))!;
    expect([at(0.3), at(above)]).toEqual([1, 0]);
  });
  it("are the closed form of the sizes at the end: they grow with the robust amplitude", () => {
    const stronger: RunRecord = { ...record, spec: { ...record.spec, setting: { ...base, alpha: 0.9 } } };
    for (const [y, radius] of predictedDropRadii(stronger).entries()) expect(radius).toBeGreaterThan(predictedDropRadii(record)[y]);
  });
});

describe("radiusPastDrop", () => {
  it("asks for room to the latest class", () => {
    const latest = Math.max(...predictedDropRadii(record));
    expect(radiusPastDrop(record, 1.1001 * latest, 1.1)).toMatchObject({ holds: true });
    expect(radiusPastDrop(record, 1.0999 * latest, 1.1)).toMatchObject({ holds: false });
  });
});
