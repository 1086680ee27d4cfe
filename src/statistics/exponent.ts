/** The exponent of a power law along a ladder of sizes, by least squares on the logarithms. */
import { ParameterError } from "../errors/index.ts";
import { logF64 } from "../kernels/index.ts";

/**
 * Least-squares slope of ln(values) on ln(sizes), one value a size; NaN unless all values are positive and finite.
 *
 * Of seeds that each give the whole ladder, the slope through all points together is the mean of the seeds' own slopes, since the
 * slope is linear in the logarithms: so an interval for that mean is one for the exponent.
 * Errors:  ParameterError unless there are two different sizes, all positive and finite, and as many values.
 * Source:  any text on regression, such as Draper & Smith, Applied Regression Analysis, section 1.2.
 * Example: exponentAlong([4, 8, 16], [2, 8, 32])  // => 2, to rounding
 */
export function exponentAlong(sizes: readonly number[], values: readonly number[]): number {
  const weights = slopeWeights(sizes);
  if (values.length !== sizes.length) throw new ParameterError({ where: "exponentAlong", problem: `${sizes.length} sizes came with ${values.length} values.`, expected: "one value for each size." });
  if (values.some((value) => !(value > 0 && value < Infinity))) return NaN;
  return weights.reduce((sum, weight, at) => sum + weight * logF64(values[at]), 0);
}

/** How far an exponent can be off when every value is within the factor `factor` of a power law: ln(factor) sum_i |w_i|. */
export function exponentMargin(sizes: readonly number[], factor: number): number {
  return logF64(factor) * slopeWeights(sizes).reduce((sum, weight) => sum + Math.abs(weight), 0);
}

/** The slope is sum_i w_i ln(value_i), w_i = (x_i - mean x) / sum_j (x_j - mean x)^2, x = ln size. */
function slopeWeights(sizes: readonly number[]): number[] {
  checkLadder("exponentAlong", sizes);
  const logs = sizes.map(logF64);
  const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
  const square = logs.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  return logs.map((x) => (x - mean) / square);
}

/** Errors: ParameterError unless there are two different sizes, all positive and finite. */
export function checkLadder(where: string, sizes: readonly number[]): void {
  const bad = sizes.find((size) => !(size > 0 && size < Infinity));
  if (bad !== undefined) throw new ParameterError({ where, problem: `the ladder has a rung of size ${bad}.`, expected: "finite sizes > 0: a power of the size has a logarithm." });
  const different = new Set(sizes).size;
  if (different < 2) {
    throw new ParameterError({ where, problem: `a ladder of ${different === 1 ? "one size" : "no size"} says nothing about growth.`, expected: "two different sizes or more; four show whether the law is a power.", mend: "add rungs, such as [4, 8, 16, 32]." });
  }
}
