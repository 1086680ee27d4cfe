/** What every matcher returns, and numbers as messages show them. */
export interface MatcherResult {
  /** undefined: it cannot be decided, which fails with `.not` as without. */
  pass: boolean | undefined;
  message: () => string;
}

/** Four significant digits. */
export function digits(x: number): string {
  if (x === 0 || !Number.isFinite(x)) return String(x);
  return Math.abs(x) >= 1e-3 && Math.abs(x) < 1e5 ? String(Number(x.toPrecision(4))) : x.toExponential(2);
}
