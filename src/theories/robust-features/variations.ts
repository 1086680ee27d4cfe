/**
 * Ways in which data and training may differ from the theory's constant amplitudes and plain descent on all samples. Each is optional in
 * a setting; left out, or 0, it is as in the theory, bit for bit.
 *
 * Source: docs/theory, section 8, variations.
 */
import { ParameterError } from "../../errors/index.ts";
import { integerPower } from "./smoothed-relu-scalar.ts";

export interface Variations {
  /** Each robust patch has an amplitude of its own, uniform on alpha (1 +- alphaSpread); in [0, 1]. */
  alphaSpread?: number;
  /** The same for beta on non-robust patches. */
  betaSpread?: number;
  /** Heavy ball: W_(t+1) = W_t - eta grad + momentum (W_t - W_(t-1)); in [0, 1). */
  momentum?: number;
  /** Samples of a step; an epoch takes all N in a new random order. A divisor of N. */
  batch?: number;
}

export const variationNames = ["alphaSpread", "betaSpread", "momentum", "batch"] as const satisfies readonly (keyof Variations)[];

/** Errors: ParameterError on a value out of its range, or a batch that does not divide N. */
export function checkVariations({ alphaSpread = 0, betaSpread = 0, momentum = 0, batch = 0 }: Variations, N: number): void {
  const refuse = (name: string, value: unknown, expected: string): never => {
    throw new ParameterError({ where: "setting", problem: `${name} = ${String(value)} is out of range.`, expected: `${expected}.`, mend: `set ${name} within its range, or leave it out.` });
  };
  if (!(alphaSpread >= 0 && alphaSpread <= 1)) refuse("alphaSpread", alphaSpread, "a number in [0, 1]");
  if (!(betaSpread >= 0 && betaSpread <= 1)) refuse("betaSpread", betaSpread, "a number in [0, 1]");
  if (!(momentum >= 0 && momentum < 1)) refuse("momentum", momentum, "a number in [0, 1)");
  if (!(Number.isInteger(batch) && batch >= 0 && (batch === 0 || N % batch === 0))) refuse("batch", batch, `a divisor of N = ${N}, or 0 for all samples at every step`);
}

/** Whether anything differs from the theory. */
export function isVaried(setting: Variations): boolean {
  return variationNames.some((name) => (setting[name] ?? 0) !== 0);
}

/** E x^q of x uniform on 1 +- spread: the sum over even j of binomial(q, j) spread^j / (j + 1). Dimensionless, >= 1. */
export function amplitudeMoment(spread: number, q: number): number {
  let binomial = 1;
  let sum = 1;
  for (let j = 1; j <= q; j++) {
    binomial = (binomial * (q - j + 1)) / j;
    if (j % 2 === 0) sum += (binomial * integerPower(spread, j)) / (j + 1);
  }
  return sum;
}

/** Amplitudes with weights that stand for the uniform distribution on amplitude (1 +- spread): Gauss's three nodes, exact to degree 5. */
export function amplitudeNodes(amplitude: number, spread = 0): { amplitude: number; weight: number }[] {
  if (spread === 0) return [{ amplitude, weight: 1 }];
  const reach = spread * Math.sqrt(3 / 5);
  return [{ amplitude: amplitude * (1 - reach), weight: 5 / 18 }, { amplitude, weight: 8 / 18 }, { amplitude: amplitude * (1 + reach), weight: 5 / 18 }];
}
