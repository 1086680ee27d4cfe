/**
 * The structured data: on sR patches chosen at random alpha u_y, on the others beta v_y, noise on all.
 *
 * Source: setting of Li & Li, arXiv 2410.08503, abstract (words); docs/theory, section 2 (exact form).
 */
import { type NdArray, view } from "../../ndarray/index.ts";
import { stream } from "../../random/index.ts";
import type { Setting } from "./setting.ts";

export interface PatchData {
  /** [N,P,d] */
  X: NdArray;
  /** N labels in 0..k-1. */
  y: Int32Array;
  /** [k,d] orthonormal u_1..u_k, and v_1..v_k. */
  robust: NdArray;
  nonRobust: NdArray;
  /** [N,P] 1 where a patch carries the robust feature. */
  isRobust: Uint8Array;
}

/** Data, and initial weights W [k,m,d] ~ N(0, sigma0^2): all a run starts from. */
export interface State extends PatchData {
  W: NdArray;
}

/**
 * A training set and initial weights, fixed by the setting and the seed.
 *
 * Labels are balanced: y_n = n mod k.
 */
export function sampleState(setting: Setting, seed: number): State {
  const { k, m, d, sigma0 } = setting;
  const W = stream(seed, "initial weights").fillNormal(new Float64Array(k * m * d), sigma0);
  return { ...sampleData(setting, seed), W: view(W, [k, m, d]) };
}

export function sampleData(setting: Setting, seed: number): PatchData {
  const { k, P, sR, d, N, alpha, beta, sigmaN, alphaSpread = 0, betaSpread = 0 } = setting;
  const basis = setting.basis === "identity" ? identity(2 * k, d) : orthonormalRows(2 * k, d, seed);
  const X = stream(seed, "patch noise").fillNormal(new Float64Array(N * P * d), sigmaN);
  const places = stream(seed, "robust patches");
  const amplitudes = stream(seed, "amplitudes");
  /** Uniform on 1 +- spread; nothing is drawn without spread. */
  const factor = (spread: number) => (spread === 0 ? 1 : 1 + spread * (2 * amplitudes.uniform() - 1));
  const isRobust = new Uint8Array(N * P);
  const y = Int32Array.from({ length: N }, (_, n) => n % k);
  for (let n = 0; n < N; n++) {
    places.permutation(P).subarray(0, sR).forEach((p) => { isRobust[n * P + p] = 1; });
    for (let p = 0; p < P; p++) {
      const robust = isRobust[n * P + p] === 1;
      const feature = ((robust ? 0 : k) + y[n]) * d;
      const size = robust ? alpha * factor(alphaSpread) : beta * factor(betaSpread);
      const at = (n * P + p) * d;
      for (let j = 0; j < d; j++) X[at + j] += size * basis[feature + j];
    }
  }
  return { X: view(X, [N, P, d]), y, robust: view(basis.slice(0, k * d), [k, d]), nonRobust: view(basis.slice(k * d), [k, d]), isRobust };
}

function identity(rows: number, d: number): Float64Array {
  const out = new Float64Array(rows * d);
  for (let i = 0; i < rows; i++) out[i * d + i] = 1;
  return out;
}

/** The first rows of a random rotation: Gaussian rows, orthonormalised by Gram-Schmidt, twice for accuracy. */
function orthonormalRows(rows: number, d: number, seed: number): Float64Array {
  const out = stream(seed, "features").fillNormal(new Float64Array(rows * d), 1);
  for (let i = 0; i < rows; i++) {
    const row = out.subarray(i * d, (i + 1) * d);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = out.subarray(j * d, (j + 1) * d);
        const along = dot(row, other);
        for (let l = 0; l < d; l++) row[l] -= along * other[l];
      }
    }
    const length = Math.sqrt(dot(row, row));
    for (let l = 0; l < d; l++) row[l] /= length;
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
