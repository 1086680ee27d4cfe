import { expect, it } from "vitest";
import { fromBuffer, type NdArray } from "lemmagrad";
import { classMeans, cleanLogits, gradientCosine, makeSetting, probeWeights, residualGram, robustPartOfLogit, sampleState } from "lemmagrad/robust-features";
import { numbers, onEachBackend } from "../../support/arrays.ts";

const setting = makeSetting({ k: 3, m: 4, P: 6, sR: 2, d: 9, N: 7, sigmaN: 0.05, sigma0: 0.4, rho: 0.5 });
const state = sampleState(setting, 2);
const { k, m, d, P, N } = setting;
const at = (x: NdArray, ...index: number[]) => x.get(...index);

it("probeWeights gives the inner products, and a residual that is orthogonal to every feature", () => {
  const probe = probeWeights(state.W, state);
  let [offU, offV] = [0, 0];
  for (let i = 0; i < k; i++) {
    for (let r = 0; r < m; r++) {
      let square = 0;
      for (let j = 0; j < k; j++) {
        const along = (features: NdArray, of: (l: number) => number) => Array.from({ length: d }, (_, l) => of(l) * at(features, j, l)).reduce((a, b) => a + b, 0);
        const [u, v] = [along(state.robust, (l) => at(state.W, i, r, l)), along(state.nonRobust, (l) => at(state.W, i, r, l))];
        square += u * u + v * v;
        if (i === j) {
          expect(probe.U[i * m + r]).toBeCloseTo(u, 14);
          expect(probe.V[i * m + r]).toBeCloseTo(v, 14);
        } else {
          offU = Math.max(offU, Math.abs(u));
          offV = Math.max(offV, Math.abs(v));
        }
        const residual = (l: number) => probe.residual[(i * m + r) * d + l];
        expect(Math.abs(along(state.robust, residual)) + Math.abs(along(state.nonRobust, residual))).toBeLessThan(1e-14);
      }
      // Pythagoras: |w|^2 is the squares of its components and of the residual
      const whole = Array.from({ length: d }, (_, l) => at(state.W, i, r, l) ** 2).reduce((a, b) => a + b, 0);
      expect(probe.nu[i * m + r] ** 2 + square).toBeCloseTo(whole, 13);
    }
  }
  expect(probe.offDiagonalRobust).toBeCloseTo(offU, 14);
  expect(probe.offDiagonalNonRobust).toBeCloseTo(offV, 14);
});

it("residualGram has the squares of nu on its diagonals and is symmetric", () => {
  const { residual, nu } = probeWeights(state.W, state);
  const gram = residualGram(residual, setting);
  expect(gram.length).toBe(k * m * m);
  for (let i = 0; i < k; i++) {
    for (let r = 0; r < m; r++) {
      expect(gram[(i * m + r) * m + r]).toBeCloseTo(nu[i * m + r] ** 2, 13);
      for (let s = 0; s < m; s++) expect(gram[(i * m + r) * m + s]).toBe(gram[(i * m + s) * m + r]);
    }
  }
});

it("robust and non-robust patches together make F_y", () => onEachBackend(() => {
  const robust = robustPartOfLogit(state.W, state, setting);
  const others = robustPartOfLogit(state.W, { ...state, isRobust: state.isRobust.map((x) => 1 - x) }, setting);
  const logits = numbers(cleanLogits(state.W, state, setting));
  state.y.forEach((label, n) => {
    expect(robust[n] + others[n]).toBeCloseTo(logits[n * k + label], 12);
  });
  for (const part of [robust, others]) expect(Math.max(...part)).toBeGreaterThan(0.1);
}));

it("also where samples differ in how many of their patches are robust", () => onEachBackend(() => {
  const isRobust = state.isRobust.map((_, row) => (row % P < Math.floor(row / P) % 4 ? 1 : 0));
  const [robust, others] = [isRobust, isRobust.map((x) => 1 - x)].map((marked) => robustPartOfLogit(state.W, { ...state, isRobust: marked }, setting));
  const logits = numbers(cleanLogits(state.W, state, setting));
  state.y.forEach((label, n) => {
    expect(robust[n] + others[n]).toBeCloseTo(logits[n * k + label], 12);
    if (n % 4 === 0) expect(robust[n]).toBe(0);
  });
  expect([...robustPartOfLogit(state.W, { ...state, isRobust: isRobust.map(() => 0) }, setting)]).toEqual(new Array(N).fill(0));
}));

it("components along the own class's features are none of the others'", () => onEachBackend(() => {
  const own = (features: NdArray) => fromBuffer(Float64Array.from({ length: k * m * d }, (_, e) => numbers(features)[Math.floor(e / (m * d)) * d + (e % d)]), [k, m, d]);
  for (const features of [state.robust, state.nonRobust]) {
    const { offDiagonalRobust, offDiagonalNonRobust } = probeWeights(own(features), state);
    expect(Math.max(offDiagonalRobust, offDiagonalNonRobust)).toBeLessThan(1e-14);
  }
}));

it("weights in float32 are probed at their values", () => onEachBackend(() => {
  const rounded = Float32Array.from(numbers(state.W));
  expect(probeWeights(fromBuffer(rounded, [k, m, d]), state)).toEqual(probeWeights(fromBuffer(Float64Array.from(rounded), [k, m, d]), state));
}));

it("classMeans averages by label, and is NaN for a class without samples", () => {
  expect([...classMeans([1, 3, 5], Int32Array.of(1, 1, 0), 3)]).toEqual([5, 2, NaN]);
});

it("gradientCosine is 1 for weights along v_y of their own class and NaN where nothing responds", () => onEachBackend(() => {
  // every neuron of class i is v_i, and there is no noise: a non-robust patch of label y has gradient (p_y - 1) s' v_y
  const along = Float64Array.from({ length: k * m * d }, (_, e) => state.nonRobust.data[Math.floor(e / (m * d)) * d + (e % d)]);
  const clean = sampleState({ ...setting, sigmaN: 0 }, 2);
  for (const cosine of gradientCosine(fromBuffer(along, [k, m, d]), { ...clean, X: clean.X }, setting)) expect(cosine).toBeCloseTo(1, 12);
  expect([...gradientCosine(fromBuffer(new Float64Array(k * m * d), [k, m, d]), clean, setting)]).toEqual([NaN, NaN, NaN]);
  expect(N * P).toBe(clean.isRobust.length);
}));
