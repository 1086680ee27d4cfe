import { describe, expect, it } from "vitest";
import {
  energiesApart, initialisationSmall, initialSizesOnBend, lotteryWon, noFreeze, noiseSmall, orthonormal, powerAtLeastThree,
  radiusBetweenAmplitudes, saturationOnBend, seedHypotheses, settingHypotheses, stepSmall,
} from "../../../src/theories/robust-features/hypotheses.ts";
import { makeSetting, type Setting } from "../../../src/theories/robust-features/setting.ts";
import type { HypothesisResult } from "../../../src/claims/results.ts";

/** The predicate holds at `inside`, fails at `outside`, and its margin changes sign with it. */
function flips(predicate: (S: Setting) => HypothesisResult, inside: Record<string, number>, outside: Record<string, number>): void {
  const [yes, no] = [predicate(makeSetting(inside)), predicate(makeSetting(outside))];
  expect([yes.holds, no.holds]).toEqual([true, false]);
  expect(yes.margin).toBeGreaterThanOrEqual(0);
  expect(no.margin).toBeLessThanOrEqual(0);
}

describe("hypotheses on the setting", () => {
  it("all hold at the reference point, with finite margins", () => {
    for (const result of settingHypotheses(makeSetting())) {
      expect(result.holds, `${result.name}: ${result.detail}`).toBe(true);
      expect(Number.isFinite(result.margin)).toBe(true);
      expect(result.margin).toBeGreaterThan(0);
    }
  });
  it("the radius must lie strictly between the amplitudes", () => {
    flips(radiusBetweenAmplitudes, { eps: 0.4001 }, { eps: 0.4 });
    flips(radiusBetweenAmplitudes, { eps: 1.9999 }, { eps: 2 });
    expect(radiusBetweenAmplitudes(makeSetting({ eps: 0 })).margin).toBe(-50);
    expect(radiusBetweenAmplitudes(makeSetting()).margin).toBeCloseTo(Math.log(0.5 / 0.4), 12);
  });
  it("A/B may be 1/3 and no more", () => {
    // sR alpha^3 = 1 or a little more against sN beta^3 = 3
    flips(energiesApart, { P: 4, alpha: 1, beta: 1 }, { P: 4, alpha: 1.001, beta: 1 });
    flips(energiesApart, {}, { alpha: 0.4, beta: 2 / 5, sR: 200 });
  });
  it("q must be at least 3", () => flips(powerAtLeastThree, { q: 3 }, { q: 2 }));
  it("sigma_n sqrt(d) may be a tenth of beta", () => {
    flips(noiseSmall, { d: 16, sigmaN: 0.0099, k: 4 }, { d: 16, sigmaN: 0.0101, k: 4 });
  });
  it("the initialisation must keep the median largest pre-activation on the bend", () => {
    // Phi^-1(2^(-1/10)) = 1.49879..., so the limit is sigma0 = 0.1 / (2 * 1.49879) = 0.03336
    flips(initialisationSmall, { sigma0: 0.0333 }, { sigma0: 0.0334 });
  });
  it("the step must keep the growth per step below 1", () => {
    const { detail } = stepSmall(makeSetting());
    expect(detail).toMatch(/robust 0\.0640/);
    flips(stepSmall, { eta: 0.01 }, { eta: 0.05 });
    const growth = Number(/non-robust ([\d.]+)/.exec(detail)?.[1]);
    flips(stepSmall, { eta: (0.01 / growth) * 0.99 }, { eta: (0.01 / growth) * 1.01 });
  });
  it("P7's size must lie on the bend", () => {
    // nu = 0, q = 3: V = (rho^2 / (e beta))^(1/3) meets rho/beta at e = beta^2 / rho = 1.6
    flips(saturationOnBend, { e: 1.61 }, { e: 1.59 });
    expect(saturationOnBend(makeSetting({ e: 0 })).margin).toBe(-50);
  });
  it("features are orthonormal to 1e-10", () => {
    expect(orthonormal([1, 0, 0, 0, 1, 0], 2, 3).holds).toBe(true);
    expect(orthonormal([1, 0, 0, 2e-10, 1, 0], 2, 3).holds).toBe(false);
    expect(orthonormal([1, 0, 0, 0, 1.01, 0], 2, 3).holds).toBe(false);
    expect(() => orthonormal([1, 0], 2, 3)).toThrow("orthonormal: features has 2 entries.");
  });
});

describe("hypotheses on a seed", () => {
  const S = makeSetting({ k: 2, m: 2 });
  const initial = (overrides: Partial<Record<"u" | "v" | "nu", number[]>> = {}) => ({ u: [0.02, -0.01, -0.02, 0.015], v: [0.01, -0.01, -0.02, 0.02], nu: [0.02, 0.02, 0.02, 0.02], ...overrides });
  it("hold for a favourable draw", () => {
    for (const result of seedHypotheses(S, initial())) expect(result.holds, `${result.name}: ${result.detail}`).toBe(true);
  });
  it("the lottery needs a positive correlation of both kinds in every class, and states its probability", () => {
    expect(lotteryWon(S, initial({ v: [0.01, -0.01, -0.02, 1e-9] })).holds).toBe(true);
    expect(lotteryWon(S, initial({ v: [0.01, -0.01, -0.02, 0] })).holds).toBe(false);
    expect(lotteryWon(S, initial({ u: [-0.02, -0.01, 1, 1] })).margin).toBeCloseTo(-1, 12);
    expect(lotteryWon(S, initial()).detail).toContain("(1 - 2^-m)^2 = 0.562500 a class, 0.316406 for all 2");
  });
  it("initial pre-activations stay on the bend", () => {
    expect(initialSizesOnBend(S, initial({ u: [0.05, 0, 0, 0] })).holds).toBe(true);
    expect(initialSizesOnBend(S, initial({ u: [0.0501, 0, 0, 0] })).holds).toBe(false);
    expect(initialSizesOnBend(S, initial({ v: [0.2501, 0, 0, 0] })).holds).toBe(false);
  });
  it("freezing is judged at the neuron with the largest u of the worst class", () => {
    expect(noFreeze(S, initial({ nu: [0.02, 9, 9, 0.02] })).holds).toBe(true);
    expect(noFreeze(S, initial({ nu: [0.02, 0.02, 0.02, 0.3] })).holds).toBe(false);
    expect(noFreeze(S, initial({ u: [0.02, 0.01, -0.1, -0.1] })).holds).toBe(false);
    expect(() => noFreeze(S, initial({ nu: [1] }))).toThrow("hypotheses: nu has 1 entries.");
  });
});
