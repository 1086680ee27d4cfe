import { describe, expect, it } from "vitest";
import { accuracyUnder, coupledPrediction, horizonLongEnough, hypothesesOf, makeSetting, type RunRecord, simulate, startsAboveNoise, trainingRun } from "../../../src/theories/robust-features/index.ts";

const threat = { name: "gradientAscent", loss: "margin" } as const;
const base = makeSetting({ k: 3, d: 12, P: 30, N: 3 });
const { record } = simulate({ setting: base, mode: "adversarial", threat, steps: 4, logEvery: 2, cosineEvery: 0, evaluate: [] }, 2);
const withSetting = (changes: Partial<typeof base>): RunRecord => ({ ...record, spec: { ...record.spec, setting: { ...base, ...changes } } });

describe("startsAboveNoise", () => {
  it("flips at a z_0 = 10 sigma_n ||w|| of the leading neuron, when the other feature's patches are silent", () => {
    const [m, d] = [base.m, base.d];
    const u = Array.from(record.U.subarray(0, m));
    const leader = u.indexOf(Math.max(...u));
    const norm = Math.hypot(...record.initialWeights.subarray(leader * d, (leader + 1) * d));
    const edge = (base.alpha * u[leader]) / (10 * norm);
    // P = sR: no non-robust patches, so no noise from them
    expect(startsAboveNoise(withSetting({ P: 1, sigmaN: 0.999 * edge }), "robust", 0)).toBe(true);
    expect(startsAboveNoise(withSetting({ P: 1, sigmaN: 1.001 * edge }), "robust", 0)).toBe(false);
  });
  it("fails when the other feature's patches, of too few samples, add up to a walk as large as a tenth of the signal", () => {
    expect(startsAboveNoise(withSetting({ P: 2, N: 1_000_000, sigmaN: 0.03 }), "robust", 0)).toBe(true);
    expect(startsAboveNoise(withSetting({ P: 2, N: 1, sigmaN: 0.03 }), "robust", 0)).toBe(false);
  });
});

describe("horizonLongEnough", () => {
  const predicted = coupledPrediction(record);
  const learnedAt = (t: number) => ({ ...predicted, robustPart: predicted.robustPart.map((_, at) => (at >= t * base.k ? 1 : 0)) });
  it("holds when the last class is predicted to learn by 80 % of the run, and not later", () => {
    expect(horizonLongEnough(record, learnedAt(3))).toMatchObject({ holds: true });
    expect(horizonLongEnough(record, learnedAt(4))).toMatchObject({ holds: false });
  });
  it("never holds when a class is never learned", () => {
    expect(horizonLongEnough(record, predicted)).toMatchObject({ holds: false, margin: -1 });
  });
});

describe("a prediction that an experiment makes with its run", () => {
  const options = { setting: { k: 3, d: 12, P: 30, N: 3 }, mode: "adversarial", steps: 4, logEvery: 2, cosineEvery: 0 } as const;
  const brought = trainingRun(options, "averaged").run(2);
  it("is the one that would be made later, and the run is the same without it", () => {
    const { foreseen, ...rest } = brought;
    expect(rest).toEqual(trainingRun(options).run(2));
    expect(foreseen!.run).toEqual(coupledPrediction(rest));
    expect(trainingRun(options, "none").run(2).foreseen!.run).toEqual(coupledPrediction(rest, "none"));
  });
  it("is taken from the record, of its own noise and length only", () => {
    expect(coupledPrediction(brought)).toBe(brought.foreseen!.run);
    expect(coupledPrediction(brought, "none")).toEqual(coupledPrediction(record, "none"));
    const longer = { ...brought, spec: { ...brought.spec, steps: 40 } };
    expect(coupledPrediction(longer).U.length).toBe(45 * 3 * base.m);
  });
  it("is part of what the experiment is, and of its cost", () => {
    const [plain, foreseeing] = [trainingRun(options), trainingRun(options, "averaged")];
    expect(foreseeing.spec).toEqual({ ...(plain.spec as object), foresee: "averaged" });
    expect(foreseeing.operations).toBeGreaterThan(plain.operations);
  });
});

describe("hypothesesOf", () => {
  it("asks about freezing and saturation in adversarial mode only", () => {
    const names = (mode: "standard" | "adversarial") => hypothesesOf({ ...record, spec: { ...record.spec, mode } }).map(({ name }) => name);
    expect(names("adversarial")).toEqual(expect.arrayContaining(["no freeze", "saturation on the bend", "features orthonormal"]));
    expect(names("standard")).not.toContain("no freeze");
    expect(names("standard")).toContain("features orthonormal");
  });
  it("writes formulas without stray control characters", () => {
    for (const { maths } of [...hypothesesOf(record), horizonLongEnough(record)]) expect([...maths].every((letter) => letter.codePointAt(0)! >= 32)).toBe(true);
  });
});

describe("accuracyUnder", () => {
  const measured: RunRecord = { ...record, robustAccuracy: [{ threat: "pgdLinf-10(margin)", radius: 0.5, accuracy: 0.1 }, { threat: "pgd-10(margin)", radius: 0.5, accuracy: 0.7 }] };
  it("does not take one threat for another whose name begins alike", () => {
    expect(accuracyUnder(measured, "pgd", 0.5)).toBe(0.7);
    expect(accuracyUnder(measured, "pgdLinf", 0.5)).toBe(0.1);
  });
  it("throws on what was not measured, so that no control fails for want of a number", () => {
    expect(() => accuracyUnder(measured, "pgd", 0.4)).toThrow(/accuracyUnder: 0 measurements under pgd at radius 0.4[\s\S]*exactly one/);
  });
});
