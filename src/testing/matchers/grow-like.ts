import { ParameterError } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { fitPower } from "../power-fit.ts";
import { digits, type MatcherResult } from "./result.ts";

export interface GrowthOptions {
  /** Of the interval for the exponent; default 0.95. */
  confidence?: number;
  /** The interval says something when it reaches at most this far on either side; default 0.25, enough to tell n from sqrt(n). */
  halfWidth?: number;
  /** How far outside the interval the prediction may lie, for lower-order terms that the ladder still sees; default 0. */
  tolerance?: number;
}

const checkOptions = optionsOf("toGrowLike", { confidence: kinds.number, halfWidth: kinds.number, tolerance: kinds.number });

/**
 * expect(measure).toGrowLike(1 / 2, [64, 128, 256, 512]), or with a function, toGrowLike((n) => n * Math.log(n), ladder):
 * `measure`, a function of the size or the list of its values, grows like that power of the size. A value may be a list of
 * repeated measurements.
 *
 * The exponent's confidence interval must contain the predicted one, and be narrow enough to say something; when it is not,
 * the matcher fails with `.not` as without. See fitPower for what the interval assumes.
 */
export function toGrowLike(received: unknown, predicted: number | ((size: number) => number), ladder: readonly number[], options: GrowthOptions = {}): MatcherResult {
  checkOptions(options);
  const { confidence = 0.95, halfWidth = 0.25, tolerance = 0 } = options;
  if (typeof received !== "function" && !Array.isArray(received)) {
    throw new ParameterError({ where: "toGrowLike", problem: `expect() was given ${received === null ? "null" : `a ${typeof received}`}.`, expected: "a function of the size, or a list with a value for each size." });
  }
  const values = typeof received === "function" ? ladder.map((size) => (received as (size: number) => number | readonly number[])(size)) : (received as (number | readonly number[])[]);
  const [shape, expected, words] = typeof predicted === "number" ? [() => 1, predicted, `size^${digits(predicted)}`] : [predicted, 0, "the predicted function"];
  const fit = fitPower(ladder, values.map((value, at) => [value].flat().map((one) => one / shape(ladder[at]))), confidence);
  const interval = `[${digits(fit.low)}, ${digits(fit.high)}]`;
  const found = `${typeof predicted === "number" ? "the exponent is" : "what is left over is a power of the size with exponent"} ${digits(fit.exponent)}, ${100 * confidence} % interval ${interval}`;
  const residuals = `  residuals (log value - log fit): ${fit.residuals.map(({ size, residual }) => `${size}: ${digits(residual)}`).join(", ")}`;
  if (!((fit.high - fit.low) / 2 <= halfWidth)) {
    return { pass: undefined, message: () => `the ladder cannot tell how the values grow: ${found}, wider than ${halfWidth} on either side; add sizes, spread them further, or repeat the measurements\n${residuals}` };
  }
  const pass = fit.low - tolerance <= expected && expected <= fit.high + tolerance;
  const within = tolerance > 0 ? ` within ${tolerance}` : "";
  return { pass, message: () => `expected the values ${pass ? "not " : ""}to grow like ${words}${within}, but ${found}\n${residuals}` };
}
