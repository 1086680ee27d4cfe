import { describe, expect, it } from "vitest";
import { makeSetting, sampleData, sampleState } from "lemmagrad/robust-features";

const small = makeSetting({ k: 3, m: 4, P: 7, sR: 2, d: 8, N: 10, sigmaN: 0.01 });
const dot = (a: ArrayLike<number>, b: ArrayLike<number>, i: number, j: number, d: number) => {
  let total = 0;
  for (let l = 0; l < d; l++) total += a[i * d + l] * b[j * d + l];
  return total;
};

describe("sampleData", () => {
  it.each([["rotated"], ["identity"]])("gives orthonormal features (%s basis)", (basis) => {
    // the reference point needs 10 of 20 dimensions; the tight case all of them
    for (const setting of [makeSetting({ basis, N: 1, P: 1 }), makeSetting({ basis, k: 6, d: 12, N: 1, P: 1 })]) {
      const { robust, nonRobust } = sampleData(setting, 4);
      const all = [...robust.data, ...nonRobust.data];
      for (let i = 0; i < 2 * setting.k; i++) {
        // Gram-Schmidt twice leaves a few eps: 2 k d products of size <= 1
        for (let j = 0; j < 2 * setting.k; j++) expect(Math.abs(dot(all, all, i, j, setting.d) - Number(i === j))).toBeLessThan(1e-14);
      }
      expect(robust.shape).toEqual([setting.k, setting.d]);
    }
  });
  it("marks exactly sR patches of every sample, not always the same", () => {
    const { isRobust } = sampleData(small, 1);
    const rows = Array.from({ length: small.N }, (_, n) => isRobust.subarray(n * small.P, (n + 1) * small.P));
    for (const row of rows) expect(row.reduce((a, b) => a + b, 0)).toBe(small.sR);
    expect(new Set(rows.map(String)).size).toBeGreaterThan(1);
  });
  it("puts alpha u_y on robust patches and beta v_y on the others, plus noise of the stated size", () => {
    const { X, y, robust, nonRobust, isRobust } = sampleData({ ...small, sigmaN: 0 }, 1);
    const { d, P, N, alpha, beta } = small;
    for (let row = 0; row < N * P; row++) {
      const label = y[Math.floor(row / P)];
      for (let l = 0; l < d; l++) expect(X.data[row * d + l]).toBe(isRobust[row] === 1 ? alpha * robust.data[label * d + l] : beta * nonRobust.data[label * d + l]);
    }
    const noisy = Array.from(sampleData(small, 1).X.data, (x, i) => x - X.data[i]);
    const variance = noisy.reduce((sum, x) => sum + x * x, 0) / noisy.length;
    // 560 normals: the variance's standard error is sqrt(2/560) = 6 %, five of them are 30 %
    expect(Math.abs(variance / small.sigmaN ** 2 - 1)).toBeLessThan(0.3);
  });
  it("balances labels as n mod k", () => {
    const { y } = sampleData(small, 9);
    expect([...y]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
  });
  it("has no robust patch when sR = 0 and only such when sR = P", () => {
    expect(sampleData(makeSetting({ ...small, sR: 0 }), 1).isRobust.every((x) => x === 0)).toBe(true);
    expect(sampleData(makeSetting({ ...small, sR: small.P }), 1).isRobust.every((x) => x === 1)).toBe(true);
  });
  it("keeps features and weights when only sizes of the data change", () => {
    const a = sampleState(small, 3);
    const b = sampleState({ ...small, N: 4, P: 9 }, 3);
    expect(b.robust.data).toEqual(a.robust.data);
    expect(b.W.data).toEqual(a.W.data);
    expect(sampleState(small, 4).W.data).not.toEqual(a.W.data);
  });
});
