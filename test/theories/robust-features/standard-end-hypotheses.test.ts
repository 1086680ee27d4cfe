import { describe, expect, it } from "vitest";
import { accuracyUnder, classColumnAt, classesOf, gradientAligned, makeSetting, predictedDropRadii, predictedGradientCosines, radiusPastDrop, rivalAnswers, rivalCorrelations, type RunRecord, simulate } from "../../../src/theories/robust-features/index.ts";

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

describe("rivalAnswers", () => {
  // two classes: each has one rival, which answers in half of the draws
  const setting = makeSetting({ k: 2, m: 3, P: 65, d: 4, N: 2, alpha: 1, beta: 0.5, eps: 0.6, sigmaN: 0.004 });
  const pgd = (steps: number) => ({ threat: { name: "pgd", loss: "margin", steps } as const, radii: [0.6] });
  const runs = Array.from({ length: 60 }, (_, seed) => simulate({ setting, mode: "standard", threat, steps: 51, logEvery: 51, cosineEvery: 0, evaluate: [{ threat: { name: "nonRobustSubspace" }, radii: [0.6] }, pgd(10), pgd(40)] }, seed + 1).record)
    .filter((run) => run.cleanAccuracy.at(-1) === 1 && accuracyUnder(run, "nonRobustSubspace", 0.6) === 0);

  it("tells the draws in which an ascent that has silenced a class hears another", () => {
    const [heard, others] = [runs.filter((run) => rivalAnswers(run).holds), runs.filter((run) => !rivalAnswers(run).holds)];
    expect(Math.min(heard.length, others.length)).toBeGreaterThan(8);
    expect(heard.map((run) => accuracyUnder(run, "pgd-40", 0.6))).toEqual(heard.map(() => 0));
    // without it, and with long steps, one of the classes is often left right
    expect(others.filter((run) => accuracyUnder(run, "pgd-10", 0.6) > 0).length).toBeGreaterThan(2);
  });
  it("is decided by the class whose rivals are the hardest to hear", () => {
    const [run] = runs;
    expect(rivalAnswers(run).margin).toBe(-Math.max(...rivalCorrelations(run)));
    const mirrored: RunRecord = { ...run, nonRobust: run.nonRobust.map((x, at) => (at < 4 ? -x : x)) };
    // with v_0 turned round class 1's neuron, which is not the one that learns it, correlates with it the other way
    expect(rivalCorrelations(mirrored)[1]).toBeCloseTo(-rivalCorrelations(run)[1], 12);
  });
});
