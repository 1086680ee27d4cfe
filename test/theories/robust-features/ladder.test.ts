/** P13: the ladder keeps its hypotheses, one neuron predicts a class, and exponents are judged as their intervals say. */
import { describe, expect, it } from "vitest";
import { exponentAlong } from "../../../src/statistics/index.ts";
import {
  attackedNeuron, energies, ladderHypotheses, ladderRuns, ladderSetting, ladderSteps, medianLargest, noFreezeMargin, observedAdversarial, observedStandard, ordersFigure,
  ordersNear, predictedAdversarial, predictedStandard, reducedDynamics, robustSizeAtEnd, robustSizeBound, settingHypotheses, standardSizeAfter,
} from "../../../src/theories/robust-features/index.ts";

const rungs = [4, 8, 16, 32];

describe("the ladder", () => {
  it("satisfies every hypothesis at every rung, with A/B falling and P8's margin staying", () => {
    const settings = rungs.map((k) => ladderSetting(k));
    for (const setting of settings) expect(settingHypotheses(setting).filter(({ holds }) => !holds)).toEqual([]);
    const ratios = settings.map((setting) => energies(setting).A / energies(setting).B);
    expect(exponentAlong(rungs, ratios)).toBeCloseTo(-0.25, 1);
    for (const setting of settings) {
      const { margin } = noFreezeMargin(setting, setting.sigma0 * medianLargest(setting.m), setting.sigma0 * Math.sqrt(setting.d - 1));
      expect(margin).toBeGreaterThan(1.7);
      expect(margin).toBeLessThan(1.9);
    }
  });
  it("has closed forms whose slopes tend to the orders the theory names: U_std as sigma_0, V_std and U_adv constant, V_adv as k^(-1/5)", () => {
    const standard = predictedStandard(rungs);
    const adversarial = predictedAdversarial(rungs);
    expect(exponentAlong(rungs, standard.U)).toBeGreaterThan(-0.9);
    expect(exponentAlong(rungs, standard.U)).toBeLessThan(-0.7);
    expect(Math.abs(exponentAlong(rungs, standard.V))).toBeLessThan(0.05);
    expect(exponentAlong(rungs, adversarial.V)).toBeCloseTo(-0.2, 2);
    expect(Math.abs(exponentAlong(rungs, adversarial.U))).toBeLessThan(0.25);
  });
  it("is observed by class and rung, and the closed forms of its first rung are near", () => {
    const run = (mode: "standard" | "adversarial", radius?: number) =>
      Object.fromEntries(Object.entries(ladderRuns(mode, [4], radius === undefined ? {} : { radius })).map(([name, experiment]) => [name, experiment.run(1000)]));
    const [standard, adversarial] = [run("standard"), run("adversarial")];
    expect(observedStandard(standard).V[0] / predictedStandard([4]).V[0]).toBeCloseTo(1, 1);
    expect(observedAdversarial(adversarial).V[0] / predictedAdversarial([4]).V[0]).toBeCloseTo(1, 1);
    expect(Math.abs(Math.log(observedAdversarial(adversarial).T_u[0] / predictedAdversarial([4]).T_u[0]))).toBeLessThan(0.2);
    expect(observedAdversarial(run("adversarial", 0)).T_u).toEqual([Infinity]);
    expect(ladderHypotheses(adversarial).every(({ detail }) => detail.startsWith("k = 4: "))).toBe(true);
  });
});

describe("one neuron", () => {
  const setting = ladderSetting(8);
  const [size, residual] = [setting.sigma0 * medianLargest(setting.m), setting.sigma0 * Math.sqrt(setting.d - 1)];

  /** Every class with this one neuron; no noise. */
  const alone = (u: number, v: number, residualSquare: number, mode: "standard" | "adversarial", steps: number) => {
    const every = (x: number) => new Float64Array(setting.k).fill(x);
    const run = reducedDynamics({ ...setting, m: 1, sigmaN: 0 }, { u: every(u), v: every(v), residualGram: every(residualSquare) }, { mode, steps, scheme: "averaged" });
    return { u: (t: number) => run.U[t * setting.k], v: (t: number) => run.V[t * setting.k] };
  };
  const never = -1e-12; // a correlation that never moves and weighs nothing

  it("under attack is the reduced dynamics of a class that has only this neuron", () => {
    const { adversarial: steps } = ladderSteps(setting);
    const { u, learned } = attackedNeuron(setting, size, residual, steps);
    const reduced = alone(size, never, residual * residual, "adversarial", steps);
    for (const t of [1, 100, learned, steps]) expect(u[t] / reduced.u(t)).toBeCloseTo(1, 6);
    expect(u[steps]).toBeGreaterThan(1);
  });
  it("grows under standard training as the reduced dynamics do", () => {
    expect(standardSizeAfter(setting, "nonRobust", size, 120)).toBeCloseTo(alone(never, size, 0, "standard", 120).v(120), 10);
  });
  it("ends, with finite steps, within 1 % of where iterating both features ends, which the flow misses", () => {
    const [u0, v0] = [1.5 * setting.sigma0, 1.6 * setting.sigma0];
    const { standard: steps } = ladderSteps(setting);
    const reduced = alone(u0, v0, 0, "standard", steps);
    expect(Math.abs(reduced.u(steps) / robustSizeAtEnd(setting, u0, v0, reduced.v(steps)) - 1)).toBeLessThan(0.01);
    expect(reduced.u(steps) / robustSizeBound(setting, u0, v0, reduced.v(steps))).toBeGreaterThan(1.01);
    expect(robustSizeAtEnd(setting, -0.1, v0, 1)).toBe(-0.1);
    expect(robustSizeAtEnd(setting, u0, -0.1, 1)).toBe(Infinity);
  });
});

describe("orders", () => {
  const sizes = [4, 8, 16];
  const along = (power: number, factor = 1) => sizes.map((k) => factor * k ** power);
  const seeds = (powers: number[]) => powers.map((power) => ({ x: along(power) }));

  it("are those of the closed forms, off by no more than their accuracy at every rung allows", () => {
    // margin: ln(1.1) times sum |w_i| = 2 ln 2 / (2 (ln 2)^2) = 1/ln 2, so 0.1375
    const prediction = ordersNear(sizes, () => ({ x: along(-0.5, 3) }), { x: 1.1 }, "x falls like k^(-1/2)");
    expect(prediction.judgeAll(seeds([-0.48, -0.5, -0.52, -0.5])).outcome).toBe("holds");
    expect(prediction.judgeAll(seeds([-0.5, -0.5])).observed).toBe("exponents in k, with 90 % intervals: x -0.5 (-0.5 to -0.5, bootstrap -0.5 to -0.5; predicted -0.5 within 0.1375)");
    expect(prediction.judgeAll(seeds([-0.1, -0.12, -0.08])).outcome).toBe("fails");
  });
  it("are drawn with their fits, and without one where a quantity never comes", () => {
    const figure = ordersFigure("title", sizes, [{ U: [1, 2, 3], V: [1, 1, 1], T_u: [1, Infinity, 3] }, { U: [1, 2, 3], V: [1, 1, 1], T_u: [1, 2, 3] }], "T_u");
    expect(figure.panels[1].layers.some(({ kind }) => kind === "fit")).toBe(false);
    expect(figure.panels[0].layers.some(({ kind }) => kind === "fit")).toBe(true);
  });
});
