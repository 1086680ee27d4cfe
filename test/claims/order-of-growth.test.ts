import { describe, expect, it } from "vitest";
import { fittedOrder, orderOf, orderOfGrowth } from "../../src/claims/index.ts";
import { stream } from "../../src/random/index.ts";

const sizes = [4, 8, 16];
const along = (power: number, factor = 1) => sizes.map((k) => factor * k ** power);
const seeds = (powers: readonly number[]) => powers.map((power) => ({ x: along(power) }));
const prediction = orderOfGrowth(sizes, { x: { exponent: -0.5, margin: 0.1 } }, "x falls like k^(-1/2)");

describe("orderOfGrowth", () => {
  it("holds only when the whole interval is within the margin, fails when all of it is beyond, and is undecided between", () => {
    expect(prediction.judgeAll(seeds([-0.48, -0.5, -0.52, -0.5, -0.49])).outcome).toBe("holds");
    expect(prediction.judgeAll(seeds([-0.1, -0.12, -0.08, -0.11])).outcome).toBe("fails");
    expect(prediction.judgeAll(seeds([-0.3, -0.5, -0.7])).outcome).toBe("undecided");
    expect(prediction.judgeAll(seeds([-0.39, -0.41, -0.43, -0.4])).outcome).toBe("undecided");
    expect(prediction.judgeAll(seeds([-0.5])).outcome).toBe("undecided");
    expect(prediction.judgeAll([]).outcome).toBe("undecided");
  });
  it("is undecided where Student's interval is within and the bootstrap's, of skewed seeds, is not", () => {
    const skewed = [-0.52, -0.52, -0.51, -0.52, -0.51, -0.52, -0.38, -0.52, -0.51, -0.51];
    const { low, high } = fittedOrder(sizes, seeds(skewed).map(({ x }) => x));
    expect([low > -0.6, high < -0.475]).toEqual([true, true]);
    expect(orderOfGrowth(sizes, { x: { exponent: -0.575, margin: 0.1 } }, "").judgeAll(seeds(skewed)).outcome).toBe("undecided");
  });
  it("leaves the verdict to Student's interval for fewer than ten seeds, where the bootstrap's is too wide to decide anything", () => {
    const few = [-0.44, -0.54, -0.53, -0.535];
    const { outcome, observed } = prediction.judgeAll(seeds(few));
    expect(outcome).toBe("holds");
    expect(Number(/bootstrap .* to (.*?);/.exec(observed)![1])).toBeGreaterThan(-0.4);
  });
  it("fails when a quantity never comes in some seed, and says what it saw of each", () => {
    expect(prediction.judgeAll([{ x: [1, Infinity, 2] }, { x: [1, 2, 3] }]).outcome).toBe("fails");
    expect(prediction.judgeAll(seeds([-0.5, -0.5])).observed).toBe("exponents in the size, with 90 % intervals: x -0.5 (-0.5 to -0.5, bootstrap -0.5 to -0.5; predicted -0.5 within 0.1)");
    expect(prediction.judgeAll(seeds([-0.4, -0.6])).observed).toContain("bootstrap -∞ to ∞");
    expect(prediction.describe({ x: [1, 2, 3] })).toBe("x 1, 2, 3");
  });
  it("needs every quantity, and works its expectation out once, when first needed", () => {
    let calls = 0;
    const both = orderOfGrowth<"x" | "y">(sizes, () => { calls++; return { x: orderOf(sizes, along(-0.5, 3), 1.1), y: { exponent: 1, margin: 0.2 } }; }, "both", { size: "k" });
    expect(calls).toBe(0);
    const observed = (y: number) => [1, 2, 3].map((seed) => ({ x: along(-0.5 + 0.001 * seed), y: along(y + 0.001 * seed) }));
    expect([both.judgeAll(observed(1)).outcome, both.judgeAll(observed(2)).outcome]).toEqual(["holds", "fails"]);
    expect(calls).toBe(1);
    expect(both.judgeAll(observed(2)).observed).toMatch(/^exponents in k, .* y 2.002 \(.*predicted 1 within 0.2\) \(outside\)$/);
  });
  it("refuses a ladder with one size when it is defined, before anything is run", () => {
    expect(() => orderOfGrowth([8], { x: { exponent: 1, margin: 0.1 } }, "")).toThrow(/orderOfGrowth: a ladder of one size says nothing about growth[\s\S]*Mend: add rungs/);
  });
  it.each(["normal", "skewed"])("keeps its level for %s exponents: with the true one at either edge of the margin it holds in at most about 5 % of 400 trials", (law) => {
    const { normal } = stream(1000, `orders, ${law}`);
    const draw = () => (law === "normal" ? normal() : (normal() ** 2 - 1) / Math.SQRT2);
    for (const edge of [-0.6, -0.4]) {
      let held = 0;
      for (let trial = 0; trial < 400; trial++) if (prediction.judgeAll(seeds(Array.from({ length: 20 }, () => edge + 0.03 * draw()))).outcome === "holds") held++;
      // 5 % of 400 is 20, standard deviation 4.4; squares of normals are more skewed than 20 seeds can fully make up for
      expect(held).toBeLessThan(law === "normal" ? 20 + 4 * 4.4 : 40);
      if (law === "normal") expect(held).toBeGreaterThan(5);
    }
  });
});
