/**
 * The parameters of the setting, in ASCII versions of its symbols, and the two numbers that rule it: SNR and n SNR^q.
 *
 * Source: setting of Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled; docs/theories/benign-overfitting, section 1.
 */
import { ParameterError } from "../../errors/index.ts";

export interface Setting {
  /** Number of training samples, even: half of each label. */
  n: number;
  /** Patch dimension, d >= n + 2, so that signal and noise patches can be independent. */
  d: number;
  /** Neurons of each sign, m >= 1. */
  m: number;
  /** Power of the ReLU, an integer q >= 3. */
  q: number;
  /** Length of the signal mu (data units). */
  mu: number;
  /** Standard deviation of a coordinate of a noise patch, at right angles to mu (data units). */
  sigmaP: number;
  /** Standard deviation of the initial weights. */
  sigma0: number;
  /** Step size of gradient descent. */
  eta: number;
}

/** Where the claims are made unless they say otherwise: n SNR^q = 10.3, on the signal's side. sigmaP sqrt(d) is 0.95. */
export const referencePoint: Setting = { n: 20, d: 1000, m: 10, q: 3, mu: 0.76, sigmaP: 0.03, sigma0: 0.05, eta: 4 };

export const settingNames = Object.keys(referencePoint) as (keyof Setting)[];

const positive = { expected: "a finite number > 0", holds: (x: number) => Number.isFinite(x) && x > 0 };
const integerAtLeast = (least: number) => ({ expected: `an integer >= ${least}`, holds: (x: number) => Number.isInteger(x) && x >= least });

const ranges: Record<keyof Setting, { expected: string; holds(x: number): boolean }> = {
  n: { expected: "an even integer >= 2", holds: (x) => Number.isInteger(x) && x >= 2 && x % 2 === 0 },
  d: integerAtLeast(3), m: integerAtLeast(1), q: integerAtLeast(3), mu: positive, sigmaP: positive, sigma0: positive, eta: positive,
};

/** SNR = ||mu|| / (sigma_p sqrt(d)): length of the signal over that of a noise patch. */
export function signalToNoise({ mu, sigmaP, d }: Setting): number {
  return mu / (sigmaP * Math.sqrt(d));
}

/** n SNR^q: above 2 the signal is learned first, below it the noise (docs, section 4). */
export function thresholdQuantity(setting: Setting): number {
  return setting.n * signalToNoise(setting) ** setting.q;
}

/** The length of the signal at which n SNR^q has a value. */
export function signalLengthAt(value: number, { n, q, sigmaP, d }: Pick<Setting, "n" | "q" | "sigmaP" | "d">): number {
  return (value / n) ** (1 / q) * sigmaP * Math.sqrt(d);
}

/**
 * The reference point with `overrides`, checked.
 *
 * Errors: ParameterError on an unknown name, a value out of its range, or d < n + 2.
 */
export function makeSetting(overrides: Partial<Setting> = {}): Setting {
  for (const name of Object.keys(overrides)) {
    if (!(settingNames as string[]).includes(name)) {
      throw new ParameterError({ where: "setting", problem: `there is no parameter "${name}".`, expected: `one of ${settingNames.join(", ")}.` });
    }
  }
  const setting = { ...referencePoint, ...overrides };
  for (const name of settingNames) {
    const value: unknown = setting[name];
    if (typeof value !== "number" || !ranges[name].holds(value)) {
      throw new ParameterError({ where: "setting", problem: `${name} = ${String(value)} is out of range.`, expected: `${ranges[name].expected}.`, mend: `set ${name} within its range.` });
    }
  }
  if (setting.d < setting.n + 2) {
    throw new ParameterError({ where: "setting", problem: `d = ${setting.d} cannot hold ${setting.n} independent noise patches at right angles to the signal.`, expected: "d >= n + 2.", mend: `raise d to at least ${setting.n + 2}, or lower n.` });
  }
  return setting;
}
