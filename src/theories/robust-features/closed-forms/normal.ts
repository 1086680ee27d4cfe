/** The normal distribution, as far as the predictions need it. */

/** Density of N(0, 1). */
export function normalDensity(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/** P(N(0,1) <= x), by the series phi(x)(x + x^3/3 + x^5/(3*5) + ...); absolute error below 1e-14. */
export function normalCdf(x: number): number {
  if (x > 8) return 1;
  if (x < -8) return 0;
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) sum += term *= (x * x) / i;
  return 0.5 + normalDensity(x) * sum;
}

/** The x with normalCdf(x) = probability, by Newton's method kept inside [-8, 8]; absolute error below 1e-12 away from the ends. */
export function normalQuantile(probability: number): number {
  let [low, high, x] = [-8, 8, 0];
  for (let i = 0; i < 100; i++) {
    const excess = normalCdf(x) - probability;
    if (excess < 0) low = x;
    else high = x;
    const newton = x - excess / normalDensity(x);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 1e-15 * Math.abs(x)) return next;
    x = next;
  }
  return x;
}
