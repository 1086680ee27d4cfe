import { type Operand, type Value, valueDtype } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { zeros } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";
import { where } from "./where.ts";

/** A choice and no product with a mask: what is cut away may be NaN or infinite. */
function triangle(op: string, x: Operand, offset: number, kept: (diagonal: number) => boolean): Value {
  const shape = operandShape(op, x);
  if (typeof x === "number" || shape.length < 2) throw new ShapeError({ where: op, problem: `the operand has shape ${shapeText(shape)}.`, expected: "at least two axes." });
  if (!Number.isInteger(offset)) throw new ParameterError({ where: op, problem: `offset = ${offset} is no integer.`, expected: "an integer: 0 is the main diagonal, 1 the one above it." });
  const [rows, columns] = shape.slice(-2);
  const mask = zeros([rows, columns], valueDtype(x));
  for (let at = 0; at < mask.data.length; at++) if (kept((at % columns) - Math.floor(at / columns) - offset)) mask.data[at] = 1;
  return where(mask, x, 0);
}

const checkTril = optionsOf("tril", { offset: kinds.number });

/**
 * The lower triangle of the last two axes, with zeros above the diagonal `offset` (0 the main one, -1 the one below it).
 *
 * Errors:  ShapeError on fewer than two axes; ParameterError on an offset that is no integer.
 * Example: tril(array([[1, 2], [3, 4]]))  // => [[1, 0], [3, 4]]
 */
export function tril(x: Operand, options: { offset?: number } = {}): Value {
  checkTril(options);
  return triangle("tril", x, options.offset ?? 0, (diagonal) => diagonal <= 0);
}

const checkTriu = optionsOf("triu", { offset: kinds.number });

/**
 * The upper triangle of the last two axes, with zeros below the diagonal `offset`.
 *
 * Errors:  as tril.
 * Example: triu(array([[1, 2], [3, 4]]), { offset: 1 })  // => [[0, 2], [0, 0]]
 */
export function triu(x: Operand, options: { offset?: number } = {}): Value {
  checkTriu(options);
  return triangle("triu", x, options.offset ?? 0, (diagonal) => diagonal >= 0);
}
