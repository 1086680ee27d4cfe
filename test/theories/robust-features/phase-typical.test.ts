import { describe, expect, it } from "vitest";
import { stream } from "../../../src/random/index.ts";
import { type InitialSizes, learningTime, makeSetting, noFreezeProbability, nonRobustWinsProbability, seedHypotheses, type Setting, typicalHypotheses } from "../../../src/theories/robust-features/index.ts";

/** Initial sizes as the theory has them: u, v normal, nu the norm of d - 2k normals. */
function draw({ k, m, d, sigma0 }: Setting, seed: number): { [Name in keyof InitialSizes]: number[] } {
  const normals = stream(seed, "typical");
  const many = (n: number) => Array.from({ length: n }, () => sigma0 * normals.normal());
  return { u: many(k * m), v: many(k * m), nu: Array.from({ length: k * m }, () => Math.hypot(...many(d - 2 * k))) };
}

const draws = 600;
/** Four standard deviations of a share of one half. */
const chance = 4 * Math.sqrt(0.25 / draws);

const shareHolding = (setting: Setting, name: string): number =>
  Array.from({ length: draws }, (_, seed) => seedHypotheses(setting, draw(setting, seed)).find((result) => result.name === name)!.holds).filter(Boolean).length / draws;

/** The value of a parameter at which the typical margin of a hypothesis changes sign. */
function edge(name: string, at: (value: number) => Setting, low: number, high: number): number {
  const margin = (value: number) => typicalHypotheses(at(value), "adversarial").find((result) => result.name === name)!.margin;
  const rising = margin(high) > margin(low);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (margin(middle) > 0 === rising) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

describe("typicalHypotheses", () => {
  it("on the bend: half of the draws satisfy it where its margin is 0", () => {
    const at = (sigma0: number) => makeSetting({ sigma0 });
    const share = shareHolding(at(edge("initial correlations on the bend", at, 0.001, 0.1)), "initial correlations on the bend");
    expect(Math.abs(share - 0.5)).toBeLessThan(chance);
  });

  it("lottery: its probability is that of the draws", () => {
    const setting = makeSetting({ m: 3 });
    const { margin, holds } = typicalHypotheses(setting, "standard").find(({ name }) => name === "lottery won")!;
    expect(holds).toBe(false);
    expect(Math.abs(Math.exp(margin) / 2 - shareHolding(setting, "lottery won"))).toBeLessThan(chance);
  });

  // Wilson & Hilferty are off by up to 0.01 a class at few dimensions, so by up to 5 p^4 0.01 < 0.05 in all five
  it.each([[20, 30], [20, 100], [20, 300], [40, 30], [40, 100], [11, 1000]])("no freeze: its probability is that of the draws at d = %i, e = %i", (d, e) => {
    const setting = makeSetting({ d, e, N: 5 });
    expect(Math.abs(noFreezeProbability(setting) - shareHolding(setting, "no freeze"))).toBeLessThan(chance + 0.05);
  });

  it("no freeze: probability 1 without an attack, 0 where it takes everything", () => {
    expect(noFreezeProbability(makeSetting({ eps: 0 }))).toBeGreaterThan(0.95);
    expect(noFreezeProbability(makeSetting({ d: 2000, eps: 1.5 }))).toBeLessThan(1e-6);
  });

  // 16 nodes resolve a class's leader to 1/32; where a whole class stands or falls with the horizon that is the error, 5 p^4/32 in five
  it.each([[{}, 300], [{ sigma0: 0.002 }, 100], [{ alpha: 2.3 }, 300], [{ sigma0: 0.001 }, 200], [{ alpha: 3 }, 300]])("the race is decided with the probability of the draws at %j, T = %i", (changes, steps) => {
    const setting = makeSetting(changes);
    const time = (feature: "robust" | "nonRobust", sizes: readonly number[]) => learningTime(setting, feature, Math.max(...sizes)).total;
    const share = Array.from({ length: draws }, (_, seed) => {
      const { u, v } = draw(setting, seed);
      return Array.from({ length: setting.k }, (_i, i) => {
        const [own, other] = [time("nonRobust", v.slice(i * setting.m, (i + 1) * setting.m)), time("robust", u.slice(i * setting.m, (i + 1) * setting.m))];
        return own <= 0.8 * steps && own < 0.7 * other;
      }).every(Boolean);
    }).filter(Boolean).length / draws;
    expect(Math.abs(nonRobustWinsProbability(setting, steps) - share)).toBeLessThan(chance + 5 / 32);
  });

  it("the race is never decided in no time, and nearly always with no robust energy", () => {
    expect(nonRobustWinsProbability(makeSetting(), 1)).toBe(0);
    expect(nonRobustWinsProbability(makeSetting({ alpha: 0.5 }), 100_000)).toBeGreaterThan(0.98);
  });

  it("speaks of no freeze under attack only", () => {
    expect(typicalHypotheses(makeSetting(), "standard").map(({ name }) => name)).not.toContain("no freeze");
  });
});
