/** How a quantity grows with a size: the exponent of a power, with a confidence interval. */
import { qt } from "lib-r-math.js";
import { ParameterError } from "../errors/index.ts";

export interface PowerFit {
  /** The slope of log value against log size. */
  exponent: number;
  /** Two-sided confidence interval for it. */
  low: number;
  high: number;
  /** value = factor * size^exponent at the fit. */
  factor: number;
  /** For each point (size, value): log value minus the fitted line. */
  residuals: { size: number; value: number; residual: number }[];
}

/**
 * Fits value = factor * size^exponent by least squares on the logarithms. `values` has for each size one number, or a list
 * of repeated measurements.
 *
 * The interval is Student's, exact when the logarithms scatter independently, normally and with one variance around the
 * line; it is widened by what rounding of the values can do to the slope, so that exact data have an honest one.
 *
 * Errors: ParameterError unless there are three sizes or more, and every number is finite and > 0.
 */
export function fitPower(sizes: readonly number[], values: readonly (number | readonly number[])[], confidence = 0.95): PowerFit {
  const where = "fitPower";
  if (sizes.length !== values.length) throw new ParameterError({ where, problem: `${sizes.length} sizes came with ${values.length} values.`, expected: "a value, or a list of them, for each size." });
  if (!(confidence > 0 && confidence < 1)) throw new ParameterError({ where, problem: `confidence = ${confidence} is no share.`, expected: "a number in (0, 1)." });
  const points = sizes.flatMap((size, at) => [values[at]].flat().map((value) => ({ size, value, x: Math.log(size), y: Math.log(value) })));
  const bad = points.find(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y));
  if (bad !== undefined) throw new ParameterError({ where, problem: `size ${bad.size} has the value ${bad.value}.`, expected: "finite numbers > 0: a power of the size has a logarithm.", mend: "leave out sizes at which the quantity never comes, or fit another quantity." });
  if (new Set(points.map(({ size }) => size)).size < 3) throw new ParameterError({ where, problem: `a ladder of ${new Set(sizes).size} sizes says nothing about growth.`, expected: "three different sizes or more." });
  const mean = (list: readonly number[]) => list.reduce((total, x) => total + x, 0) / list.length;
  const [middleX, middleY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const spread = points.reduce((total, { x }) => total + (x - middleX) ** 2, 0);
  const exponent = points.reduce((total, { x, y }) => total + (x - middleX) * (y - middleY), 0) / spread;
  const residuals = points.map(({ size, value, x, y }) => ({ size, value, residual: y - middleY - exponent * (x - middleX) }));
  const freedom = points.length - 2;
  const error = Math.sqrt(residuals.reduce((total, { residual }) => total + residual ** 2, 0) / freedom / spread);
  // each logarithm is off by a few units of rounding of itself and of its argument, and moves the slope by (x - mean) / spread
  const unit = 4 * 2 ** -52 * (1 + Math.max(...points.map(({ x, y }) => Math.abs(y) + Math.abs(exponent * x))));
  const rounding = unit * points.reduce((total, { x }) => total + Math.abs(x - middleX), 0) / spread;
  const half = qt(0.5 + confidence / 2, freedom) * error + rounding;
  return { exponent, low: exponent - half, high: exponent + half, factor: Math.exp(middleY - exponent * middleX), residuals };
}
