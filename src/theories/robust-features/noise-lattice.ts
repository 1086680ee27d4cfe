/**
 * The mean over patch noise, without random numbers: antithetic nodes of N(0, I) on a rank-1 lattice.
 *
 * Every coordinate takes the same `points` values, the centred normal quantiles at unit variance, each in its own order; node l and
 * node points - 1 - l are opposite: means are 0 and variances 1 to rounding. Correlations are small, and 0 once `uncorrelated`.
 */
import { ParameterError } from "../../errors/index.ts";
import { normalQuantile } from "./closed-forms/normal.ts";

/** A number of nodes that has a lattice in `dimension` dimensions: 61, or the first prime >= 3 dimension. */
export function latticeSize(dimension: number): number {
  let points = Math.max(61, 3 * dimension);
  while (!isPrime(points)) points += 1;
  return points;
}

/** Errors: ParameterError, in the name of `where`, when `points` is not an odd integer >= 1. */
export function checkNoisePoints(points: number, where: string): void {
  if (Number.isInteger(points) && points >= 1 && points % 2 === 1) return;
  throw new ParameterError({ where, problem: `noisePoints = ${points}.`, expected: "an odd integer >= 1.", mend: "pass 61, or 1 to leave noise out." });
}

/**
 * The nodes, `points` arrays of length `dimension`, equally weighted; a single node is 0.
 *
 * Errors: ParameterError, in the name of `where`, when there is no such lattice (points too few, or not prime).
 */
export function normalLattice(points: number, dimension: number, where: string): Float64Array[] {
  if (points === 1) return [new Float64Array(dimension)];
  const raw = Array.from({ length: points }, (_, l) => normalQuantile((l + 0.5) / points));
  const scale = Math.sqrt(raw.reduce((sum, z) => sum + z * z, 0) / points);
  const multipliers = latticeMultipliers(points, dimension, where);
  const half = (points - 1) / 2;
  return Array.from({ length: points }, (_, l) => Float64Array.from(multipliers, (a) => {
    const place = ((((l - half) * a) % points) + points + half) % points;
    return raw[place] / scale;
  }));
}

/**
 * The nodes with their covariance made the identity: z <- L^-1 z, where L L' is their covariance (Gram-Schmidt on coordinates).
 *
 * Small noise enters a mean through its covariance first, so this is worth as much as twice the nodes. Opposite nodes stay opposite.
 */
export function uncorrelated(nodes: readonly Float64Array[]): Float64Array[] {
  if (nodes.length === 1) return [...nodes];
  const coordinates = Array.from(nodes[0], (_, a) => Float64Array.from(nodes, (z) => z[a]));
  const mean = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, l) => sum + value * y[l], 0) / nodes.length;
  coordinates.forEach((x, a) => {
    for (const y of coordinates.slice(0, a)) {
      const along = mean(x, y);
      for (let l = 0; l < x.length; l++) x[l] -= along * y[l];
    }
    const size = Math.sqrt(mean(x, x));
    for (let l = 0; l < x.length; l++) x[l] /= size;
  });
  return nodes.map((_, l) => Float64Array.from(coordinates, (x) => x[l]));
}

/** Powers of a generator near points / 2.62, the first whose powers are distinct up to sign and share no factor with `points`. */
function latticeMultipliers(points: number, dimension: number, where: string): number[] {
  for (let generator = Math.round(0.382 * points); generator > 1; generator--) {
    const powers = [1];
    while (powers.length < dimension) powers.push((powers[powers.length - 1] * generator) % points);
    const upToSign = new Set(powers.map((a) => Math.min(a, points - a)));
    if (upToSign.size === dimension && powers.every((a) => greatestCommonDivisor(a, points) === 1)) return powers;
  }
  throw new ParameterError({
    where, problem: `noisePoints = ${points} has no lattice in ${dimension} dimensions.`,
    expected: `a prime above 2 x ${dimension}, such as ${latticeSize(dimension)}.`, mend: "raise noisePoints, or pass 1 to leave noise out.",
  });
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function isPrime(n: number): boolean {
  for (let factor = 2; factor * factor <= n; factor++) if (n % factor === 0) return false;
  return n > 1;
}
