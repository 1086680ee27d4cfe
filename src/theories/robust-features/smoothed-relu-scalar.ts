/**
 * The smoothed ReLU of one number, for the predictions (the network itself uses the op of the same name on arrays).
 *
 *   s(z) = 0                    z <= 0            s'(z) = 0
 *        = z^q / (q rho^(q-1))  0 < z <= rho            = (z / rho)^(q-1)
 *        = z - (1 - 1/q) rho    z > rho                 = 1
 *
 * Units:   z and rho share a unit, that of a pre-activation; q is an integer >= 2.
 * Source:  the activation of Li & Li, arXiv 2410.08503 (abstract: "smoothed ReLU"); form as in docs/theory, section 3.
 */
export interface Bend {
  /** Power on the bend, an integer >= 2. */
  q: number;
  /** Where the bend ends and slope 1 begins, > 0. */
  rho: number;
}

/** base^exponent by repeated multiplication, so that every engine gives the same bits. `exponent`: an integer, of either sign. */
export function integerPower(base: number, exponent: number): number {
  let power = 1;
  for (let i = Math.abs(exponent); i > 0; i--) power *= base;
  return exponent < 0 ? 1 / power : power;
}

/** s(z). */
export function smoothedReluAt(z: number, { q, rho }: Bend): number {
  if (z <= 0) return 0;
  return z <= rho ? (rho / q) * integerPower(z / rho, q) : z - (1 - 1 / q) * rho;
}

/** s'(z), in [0, 1]. */
export function smoothedReluSlopeAt(z: number, { q, rho }: Bend): number {
  if (z <= 0) return 0;
  return z < rho ? integerPower(z / rho, q - 1) : 1;
}

/** The z >= 0 with s(z) = value; 0 when value <= 0. */
export function smoothedReluInverse(value: number, { q, rho }: Bend): number {
  if (value <= 0) return 0;
  return value <= rho / q ? rho * Math.pow((q * value) / rho, 1 / q) : value + (1 - 1 / q) * rho;
}
