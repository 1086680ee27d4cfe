/** Arguments that are no arrays to compute with: numbers, index lists, shapes, dtypes. Ranges are each op's own matter. */
import { ParameterError } from "../errors/index.ts";
import { isList, shown } from "../errors/options.ts";
import type { Dtype } from "../ndarray/index.ts";

/** Errors: ParameterError naming the op and the argument when it is no number. */
export function checkNumber(where: string, name: string, value: unknown, expected = "a number."): void {
  if (typeof value !== "number") throw new ParameterError({ where, problem: `${name} is ${shown(value)}.`, expected });
}

/** Errors: ParameterError when it is neither a list nor a typed array, or has an entry that is no number. */
export function checkNumbers(where: string, name: string, list: unknown): void {
  if (!isList(list)) {
    const isArray = typeof list === "object" && list !== null && "data" in list;
    throw new ParameterError({ where, problem: `${name} are ${shown(list)}.`, expected: "a list of integers.", ...(isArray && { mend: "pass the numbers themselves, as in elements(x)." }) });
  }
  for (let at = 0; at < list.length; at++) {
    if (typeof list[at] !== "number") throw new ParameterError({ where, problem: `${name} have ${shown(list[at])} at ${at}.`, expected: "integers." });
  }
}

/** Errors: ParameterError when it is no list of numbers. */
export function checkShapeList(where: string, shape: unknown): void {
  if (!Array.isArray(shape) || !shape.every((length) => typeof length === "number")) {
    throw new ParameterError({ where, problem: `${shown(shape)} is not a shape.`, expected: "a list of integers >= 0.", ...(typeof shape === "number" && { mend: `pass the lengths as one list: ${where}(x, [${shape}]).` }) });
  }
}

/** Errors: ParameterError on anything but the two dtypes there are. */
export function checkDtype(where: string, dtype: unknown): asserts dtype is Dtype {
  if (dtype !== "float64" && dtype !== "float32") throw new ParameterError({ where, problem: `the dtype is ${shown(dtype)}.`, expected: `"float64" or "float32".` });
}
