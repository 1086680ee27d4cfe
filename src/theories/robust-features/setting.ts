/**
 * The parameters of the paper's setting, in ASCII versions of theory's symbols, and the two energies A and B.
 *
 * Source: setting of Li & Li, arXiv 2410.08503, abstract (words); docs/theory, sections 2 and 3 (exact form).
 */
import { ParameterError } from "../../errors/index.ts";
import { checkVariations, type Variations, variationNames } from "./variations.ts";

export interface Setting extends Variations {
  /** Number of classes, k >= 2. */
  k: number;
  /** Neurons per class, m >= 1. */
  m: number;
  /** Patches per sample, P >= 1. */
  P: number;
  /** Robust patches per sample, 0 <= sR <= P; the other sN = P - sR are non-robust. */
  sR: number;
  /** Patch dimension, d >= 2 k. */
  d: number;
  /** Amplitude of the robust feature on a robust patch (data units). */
  alpha: number;
  /** Amplitude of the non-robust feature on a non-robust patch (data units). */
  beta: number;
  /** Standard deviation of the noise on every coordinate of every patch (data units). */
  sigmaN: number;
  /** Standard deviation of the initial weights. */
  sigma0: number;
  /** Power of the smoothed ReLU, an integer q >= 2. */
  q: number;
  /** Width of the smoothed ReLU's bend, rho > 0 (units of a pre-activation). */
  rho: number;
  /** Step size of gradient descent. */
  eta: number;
  /** Radius of the attack, l2 per patch (data units). */
  eps: number;
  /** Step size of the gradient ascent that finds the attack. */
  e: number;
  /** Number of training samples. */
  N: number;
  /** How the orthonormal features lie in R^d: a random rotation of the standard basis, or the basis itself. */
  basis: "rotated" | "identity";
}

/** The reference point of docs/theory, section 8. */
export const referencePoint: Setting = {
  k: 5, m: 10, P: 400, sR: 1, d: 20, alpha: 2, beta: 0.4, sigmaN: 0.005, sigma0: 0.01, q: 3, rho: 0.1,
  eta: 0.01, eps: 0.5, e: 100, N: 40, basis: "rotated",
};

/** sN = P - sR, the number of non-robust patches of a sample. */
export function nonRobustPatchCount({ P, sR }: Setting): number {
  return P - sR;
}

/** A = sR alpha^q (robust) and B = sN beta^q (non-robust); their ratio rules which feature standard training learns. */
export function energies(setting: Setting): { A: number; B: number } {
  const { sR, alpha, beta, q } = setting;
  return { A: sR * alpha ** q, B: nonRobustPatchCount(setting) * beta ** q };
}

const integerAtLeast = (least: number) => ({ expected: `an integer >= ${least}`, holds: (x: number) => Number.isInteger(x) && x >= least });
const positive = { expected: "a finite number > 0", holds: (x: number) => Number.isFinite(x) && x > 0 };
const notNegative = { expected: "a finite number >= 0", holds: (x: number) => Number.isFinite(x) && x >= 0 };

const ranges: Record<Exclude<keyof Setting, "basis" | keyof Variations>, { expected: string; holds(x: number): boolean }> = {
  k: integerAtLeast(2), m: integerAtLeast(1), P: integerAtLeast(1), sR: integerAtLeast(0), d: integerAtLeast(2),
  alpha: notNegative, beta: notNegative, sigmaN: notNegative, sigma0: positive, q: integerAtLeast(2), rho: positive,
  eta: positive, eps: notNegative, e: notNegative, N: integerAtLeast(1),
};

export const settingNames = [...Object.keys(referencePoint), ...variationNames] as (keyof Setting)[];

/**
 * The reference point with `overrides`, checked.
 *
 * Errors: ParameterError on an unknown name, a value out of its range, sR > P, d < 2 k or a batch that does not divide N.
 */
export function makeSetting(overrides: Partial<Record<string, number | string>> = {}): Setting {
  for (const name of Object.keys(overrides)) {
    if (!(settingNames as string[]).includes(name)) {
      throw new ParameterError({
        where: "setting", problem: `there is no parameter "${name}".`, expected: `one of ${settingNames.join(", ")}.`,
        mend: nearest(name, settingNames),
      });
    }
  }
  const setting = { ...referencePoint, ...overrides } as Setting;
  for (const [name, range] of Object.entries(ranges)) {
    const value = setting[name as keyof typeof ranges];
    if (typeof value !== "number" || !range.holds(value)) {
      throw new ParameterError({ where: "setting", problem: `${name} = ${String(value)} is out of range.`, expected: `${range.expected}.`, mend: `set ${name} within its range.` });
    }
  }
  if (setting.basis !== "rotated" && setting.basis !== "identity") {
    throw new ParameterError({ where: "setting", problem: `basis = ${String(setting.basis)} is not known.`, expected: `"rotated" or "identity".` });
  }
  if (setting.sR > setting.P) {
    throw new ParameterError({ where: "setting", problem: `sR = ${setting.sR} robust patches do not fit into P = ${setting.P} patches.`, expected: "sR <= P.", mend: "lower sR or raise P." });
  }
  if (setting.d < 2 * setting.k) {
    throw new ParameterError({ where: "setting", problem: `d = ${setting.d} cannot hold 2 k = ${2 * setting.k} orthonormal features.`, expected: "d >= 2 k.", mend: `raise d to at least ${2 * setting.k}, or lower k.` });
  }
  checkVariations(setting, setting.N);
  return setting;
}

function nearest(name: string, known: readonly string[]): string {
  const same = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase().replaceAll(/[-_]/g, ""));
  return same === undefined ? "see the list of symbols in docs/theory." : `did you mean "${same}"?`;
}
