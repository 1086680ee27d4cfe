import { describe, expect, it } from "vitest";
import { planPhase, type Claim, type Point } from "../../../src/claims/index.ts";
import { energies, makeSetting, phaseCoordinates, phasePresets, referencePoint, type Setting, settingHypotheses, trainingRun, typicalHypotheses } from "../../../src/theories/robust-features/index.ts";
import { messageOf } from "../../support/message-of.ts";

const reference = referencePoint as unknown as Point;
const hypothesesAt = (setting: Setting) => [...settingHypotheses(setting), ...typicalHypotheses(setting, "adversarial")];
const settingAt = (point: Point) => makeSetting(point as Record<string, number>);

describe("coordinates", () => {
  it.each([0.1, 0.313, 1, 10])("A/B = %d changes alpha alone", (ratio) => {
    const point = phaseCoordinates["A/B"].at(reference, ratio);
    const { A, B } = energies(settingAt(point));
    // alpha is kept to twelve digits, and A has its third power
    expect(Math.abs(A / B / ratio - 1)).toBeLessThan(3e-12 + 1e-14);
    expect(point).toEqual({ ...reference, alpha: point.alpha });
    expect(B).toBe(energies(referencePoint).B);
  });
  it("A/B gives back the reference point's alpha", () => {
    const { A, B } = energies(referencePoint);
    expect(phaseCoordinates["A/B"].at(reference, A / B).alpha).toBeCloseTo(referencePoint.alpha, 11);
  });
  it("A/B has no alpha without patches of both kinds, or at 0", () => {
    expect(messageOf(() => phaseCoordinates["A/B"].at({ ...reference, sR: 0 }, 1))).toContain("has no alpha");
    expect(messageOf(() => phaseCoordinates["A/B"].at({ ...reference, sR: 400 }, 1))).toContain("has no alpha");
    expect(messageOf(() => phaseCoordinates["A/B"].at(reference, 0))).toContain("a positive ratio");
  });
  it("eps/beta changes eps alone", () => {
    expect(phaseCoordinates["eps/beta"].at(reference, 1.5)).toEqual({ ...reference, eps: 0.6 });
  });
  it.each([2, 5, 16])("k = %i keeps d - 2k and the samples of a class, so that there is such a point", (k) => {
    const setting = settingAt(phaseCoordinates.k.at(reference, k));
    expect([setting.k, setting.d - 2 * k, setting.N / k]).toEqual([k, 10, 8]);
  });
});

describe("presets", () => {
  const claim = {
    id: "p00-test",
    region: { box: Object.fromEntries(Object.entries(referencePoint)), hypotheses: (point: Point) => hypothesesAt(settingAt(point)), experiments: (point: Point) => ({ run: trainingRun({ mode: "standard", steps: 1, setting: point as Record<string, number> }) }), coordinates: phaseCoordinates },
  } as unknown as Claim;
  it.each(Object.entries(phasePresets))("%s: every cell is a point, some are inside the hypotheses and some outside, and the boundary runs between them", (_name, axes) => {
    const { tasks, boundary } = planPhase(claim, { ...axes });
    const inside = tasks.map(({ point }) => hypothesesAt(settingAt(point!)).every(({ holds }) => holds));
    expect(inside).toContain(true);
    expect(inside).toContain(false);
    expect(boundary.flat().length).toBeGreaterThan(3);
  });
});
