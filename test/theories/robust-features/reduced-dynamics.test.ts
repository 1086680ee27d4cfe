import { describe, expect, it } from "vitest";
import { learningTime, saturationSize } from "../../../src/theories/robust-features/closed-forms.ts";
import { reducedDynamics, reducedRobustTimes } from "../../../src/theories/robust-features/reduced-dynamics.ts";
import { makeSetting, type Setting } from "../../../src/theories/robust-features/setting.ts";

/** Section 7 by hand for one class and one neuron with coordinates (u, v, xi), fixed residual or moving. */
function byHand(S: Setting, start: [number, number, number], steps: number, moving: boolean): [number, number, number] {
  const slope = (z: number) => (z <= 0 ? 0 : z >= S.rho ? 1 : (z / S.rho) ** (S.q - 1));
  const value = (z: number) => (z <= 0 ? 0 : z >= S.rho ? z - (1 - 1 / S.q) * S.rho : z ** S.q / (S.q * S.rho ** (S.q - 1)));
  let [u, v, x] = start;
  for (let t = 0; t < steps; t++) {
    const norm = Math.hypot(u, v, x);
    const shrink = (z: number) => Math.min(S.e * slope(z), S.eps / norm); // D = -shrink w
    const [r, n] = [slope(S.alpha * u) === 0 ? 0 : shrink(S.alpha * u), slope(S.beta * v) === 0 ? 0 : shrink(S.beta * v)];
    const [zr, zn] = [S.alpha * u - r * norm * norm, S.beta * v - n * norm * norm];
    const F = S.sR * value(zr) + (S.P - S.sR) * value(zn);
    const c = (S.eta / S.k) * (1 - 1 / (1 + (S.k - 1) * Math.exp(-F)));
    const [gr, gn] = [c * S.sR * slope(zr), c * (S.P - S.sR) * slope(zn)];
    [u, v, x] = [u + gr * (S.alpha - r * u) - gn * n * u, v + gn * (S.beta - n * v) - gr * r * v, moving ? x - (gr * r + gn * n) * x : x];
  }
  return [u, v, x];
}
const one = (overrides: Record<string, number> = {}) => makeSetting({ m: 1, k: 2, sigmaN: 0, ...overrides });
const same = (value: number, k: number) => Array.from({ length: k }, () => value);
const start = (u: number, v: number, nu: number, k = 2) => ({ u: same(u, k), v: same(v, k), residualGram: same(nu * nu, k) });

describe("reduced dynamics", () => {
  it.each([["section7", false], ["averaged", true]] as const)("adversarial mode, one neuron, no noise: %s is the scheme written by hand", (scheme, moving) => {
    const S = one();
    const run = reducedDynamics(S, start(0.02, 0.018, 0.03), { mode: "adversarial", steps: 300, scheme });
    const [u, v, nu] = byHand(S, [0.02, 0.018, 0.03], 300, moving);
    expect(run.U[300 * 2]).toBeCloseTo(u, 12);
    expect(run.V[300 * 2 + 1]).toBeCloseTo(v, 12);
    expect(run.nu[300 * 2]).toBeCloseTo(nu, 12);
  });
  it("the residual shrinks under attack when it may move, and stays when it may not", () => {
    const options = { mode: "adversarial", steps: 200 } as const;
    const moving = reducedDynamics(one(), start(0.02, 0.018, 0.03), options).nu;
    const fixed = reducedDynamics(one(), start(0.02, 0.018, 0.03), { ...options, scheme: "section7" }).nu;
    expect(moving[400]).toBeLessThan(0.99 * moving[0]);
    expect(fixed[400]).toBe(fixed[0]);
  });
  it("standard mode with one neuron reaches the level at P3's time", () => {
    const S = makeSetting({ m: 1, sigmaN: 0 });
    const T = learningTime(S, "nonRobust", 0.015).total;
    const run = reducedDynamics(S, start(0, 0.015, 0.03, 5), { mode: "standard", steps: 400 });
    const first = Array.from({ length: 401 }, (_, t) => run.nonRobustPart[t * 5]).findIndex((part) => part >= 0.3);
    expect(Math.abs(first / T - 1)).toBeLessThan(0.05); // one step of rounding up, in about 50
  });
  it("adversarial mode stops V at P7's size for the residual it has left, while standard mode leaves it behind", () => {
    const S = makeSetting({ m: 1, sigmaN: 0 });
    const run = (mode: "standard" | "adversarial", steps: number) => {
      const { V, nu } = reducedDynamics(S, start(-0.01, 0.02, 0.04, 5), { mode, steps });
      return { V: V[steps * 5], nu: nu[steps * 5] };
    };
    const attacked = run("adversarial", 5000);
    const limit = saturationSize(S, Math.hypot(attacked.nu, 0.01)); // the robust correlation, -0.01, is part of the rest
    expect(attacked.V / limit).toBeGreaterThan(0.95);
    expect(attacked.V / limit).toBeLessThan(1.02);
    expect(run("standard", 300).V).toBeGreaterThan(3 * attacked.V);
  });
  it("with eps = 0 the attack does nothing", () => {
    const S = makeSetting({ m: 1, eps: 0 });
    const of = (mode: "standard" | "adversarial") => reducedDynamics(S, start(0.01, 0.02, 0.04, 5), { mode, steps: 100 });
    expect(of("adversarial").V).toEqual(of("standard").V);
  });
  it("only the residuals' inner products matter: a rotated pair of residuals gives the same run without noise", () => {
    const S = makeSetting({ m: 2, k: 2, sigmaN: 0 });
    const gram = (angle: number) => { // two residuals in the plane, the pair turned by `angle`, with its Gram matrix computed from coordinates
      const a = [0.03 * Math.cos(angle), 0.03 * Math.sin(angle)];
      const b = [0.04 * Math.cos(angle + 1), 0.04 * Math.sin(angle + 1)];
      const ab = a[0] * b[0] + a[1] * b[1];
      return [a[0] ** 2 + a[1] ** 2, ab, ab, b[0] ** 2 + b[1] ** 2];
    };
    const run = (angle: number) => reducedDynamics(S, { u: [0.02, 0.01, 0.02, 0.01], v: [0.01, 0.02, 0.01, 0.02], residualGram: [...gram(angle), ...gram(angle)] }, { mode: "adversarial", steps: 100 });
    run(0.7).U.forEach((u, i) => expect(u).toBeCloseTo(run(0).U[i], 12));
    const orthogonal = reducedDynamics(S, { u: [0.02, 0.01, 0.02, 0.01], v: [0.01, 0.02, 0.01, 0.02], residualGram: [9e-4, 0, 0, 16e-4, 9e-4, 0, 0, 16e-4] }, { mode: "adversarial", steps: 100 });
    expect(Math.abs(orthogonal.U[400] - run(0).U[400])).toBeGreaterThan(1e-5);
  });
  it("three neurons with a full Gram matrix follow G <- M G M', the recursion in inner products alone", () => {
    const S = makeSetting({ m: 3, k: 2, sigmaN: 0 });
    let [u, v] = [[0.02, 0.015, 0.01], [0.01, 0.018, 0.015]];
    const gram = [[1e-3, 4e-4, -3e-4], [4e-4, 9e-4, 2e-4], [-3e-4, 2e-4, 8e-4]];
    let G = gram;
    const initial = { u: [...u, ...u], v: [...v, ...v], residualGram: [...gram.flat(), ...gram.flat()] };
    const slope = (z: number) => (z <= 0 ? 0 : z >= S.rho ? 1 : (z / S.rho) ** 2);
    const value = (z: number) => (z <= 0 ? 0 : z >= S.rho ? z - (2 / 3) * S.rho : z ** 3 / (3 * S.rho ** 2));
    for (let t = 0; t < 120; t++) {
      const K = G.map((row, r) => row.map((g, s) => g + u[r] * u[s] + v[r] * v[s]));
      const attack = (z: number[]) => {
        const h = z.map(slope);
        const pulled = K.map((row) => row.reduce((sum, g, s) => sum + g * h[s], 0));
        const norm = Math.sqrt(pulled.reduce((sum, g, s) => sum + g * h[s], 0));
        const kappa = Math.min(S.e, S.eps / norm);
        return { h: h.map((x) => kappa * x), z: z.map((x, r) => x - kappa * pulled[r]) };
      };
      const [R, N] = [attack(u.map((x) => S.alpha * x)), attack(v.map((x) => S.beta * x))];
      const sN = S.P - S.sR;
      const F = R.z.reduce((sum, z) => sum + S.sR * value(z), 0) + N.z.reduce((sum, z) => sum + sN * value(z), 0);
      const c = (S.eta / S.k) * (1 - 1 / (1 + (S.k - 1) * Math.exp(-F)));
      const [gR, gN] = [R.z.map((z) => c * S.sR * slope(z)), N.z.map((z) => c * sN * slope(z))];
      const M = gR.map((a, r) => gR.map((_, s) => Number(r === s) - a * R.h[s] - gN[r] * N.h[s]));
      const apply = (x: number[]) => M.map((row) => row.reduce((sum, m, s) => sum + m * x[s], 0));
      [u, v] = [apply(u).map((x, r) => x + gR[r] * S.alpha), apply(v).map((x, r) => x + gN[r] * S.beta)];
      const MG = M.map((row) => G[0].map((_, j) => row.reduce((sum, m, s) => sum + m * G[s][j], 0)));
      G = MG.map((row) => M.map((other) => other.reduce((sum, m, s) => sum + m * row[s], 0)));
    }
    const run = reducedDynamics(S, initial, { mode: "adversarial", steps: 120 });
    u.forEach((x, r) => expect(run.U[120 * 6 + r]).toBeCloseTo(x, 11));
    v.forEach((x, r) => expect(run.V[120 * 6 + r]).toBeCloseTo(x, 11));
    G.forEach((row, r) => expect(run.nu[120 * 6 + r]).toBeCloseTo(Math.sqrt(row[r]), 11));
  });
  it("a Gram matrix of less than full rank is no obstacle", () => {
    const S = makeSetting({ m: 2, k: 2 });
    const run = reducedDynamics(S, { u: [0.02, 0.01, 0.02, 0.01], v: [0.01, 0.02, 0.01, 0.02], residualGram: [1e-3, 1e-3, 1e-3, 1e-3, 0, 0, 0, 0] }, { mode: "adversarial", steps: 50 });
    expect([...run.U].every(Number.isFinite)).toBe(true);
  });
  it("the noise average does not hang on the number of nodes, and differs from no noise", () => {
    const S = makeSetting({ m: 3, k: 2, sigmaN: 0.01 });
    const initial = { u: [0.02, 0.005, -0.01, 0.02, 0.005, -0.01], v: [0.01, 0.02, 0.005, 0.01, 0.02, 0.005], residualGram: Array.from({ length: 18 }, (_, i) => (i % 9 % 4 === 0 ? 1e-3 : 1e-4)) };
    const U = (noisePoints: number) => reducedDynamics(S, initial, { mode: "adversarial", steps: 400, noisePoints }).U[400 * 6];
    expect(Math.abs(U(61) / U(127) - 1)).toBeLessThan(0.01);
    expect(Math.abs(U(1) / U(127) - 1)).toBeGreaterThan(0.1);
  });
  it("reducedRobustTimes are the steps at which the whole run's robust parts reach the level", () => {
    const S = makeSetting({ m: 2, k: 3, sigmaN: 0, alpha: 1.5 });
    const initial = { u: [0.05, 0.03, -0.02, -0.01, 0.06, 0.04], v: [0.01, 0.002, 0.01, 0.02, 0.004, -0.01], residualGram: [3, 0, 0, 2, 3, 1, 1, 2, 3, 0, 0, 2].map((x) => 1e-4 * x) };
    const options = { mode: "adversarial", steps: 400 } as const;
    const { robustPart } = reducedDynamics(S, initial, options);
    for (const level of [0, 0.01, 1, 1e9]) {
      const first = [0, 1, 2].map((i) => Array.from({ length: 401 }, (_, t) => robustPart[t * 3 + i]).findIndex((part) => part >= level));
      expect(reducedRobustTimes(S, initial, options, level)).toEqual(first.map((t) => (t < 0 ? Infinity : t)));
      if (level === 1) expect(first.map((t) => t > 0)).toEqual([true, false, true]);
    }
  });
  it("says what is wrong with its input", () => {
    const S = makeSetting({ m: 1, k: 2 });
    expect(() => reducedDynamics(S, { u: [1], v: [1, 1], residualGram: [1, 1] }, { mode: "standard", steps: 1 })).toThrow("reducedDynamics: u has 1 entries.");
    expect(() => reducedDynamics(S, start(1, 1, 1), { mode: "standard", steps: 1.5 })).toThrow("steps = 1.5");
    expect(() => reducedDynamics(S, start(1, 1, 1), { mode: "standard", steps: 1, noisePoints: 8 })).toThrow("an odd integer");
    expect(() => reducedDynamics(makeSetting({ m: 9, k: 2 }), { u: same(1, 18), v: same(1, 18), residualGram: same(1, 162) }, { mode: "standard", steps: 1, noisePoints: 11 })).toThrow("has no lattice");
  });
});
