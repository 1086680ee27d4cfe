/** Batched contraction of two operands, as a composition of transpose, reshape, sum and matmul. */
import type { Operand, Value } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { shown } from "../errors/options.ts";
import { sizeOf } from "../ndarray/index.ts";
import { matmul } from "./matmul.ts";
import { asArrays, operandShapes } from "./operand.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";

/**
 * einsum("npd,krd->npkr", x, w): every letter is an axis; letters missing on the right are summed over.
 *
 * Shapes:  equal letters have equal lengths; no letter twice in one operand.
 * Errors:  ParameterError on a malformed expression; ShapeError when shapes do not fit it.
 * Cost:    one batched matmul, and copies of operands whose axes must move.
 * Example: einsum("ij,kj->ik", array([[1, 2]]), array([[3, 4], [5, 6]]))  // => [[11, 17]]
 */
export function einsum(expression: string, a: Operand, b: Operand): Value {
  if (typeof expression !== "string") throw new ParameterError({ where: "einsum", problem: `the expression is ${shown(expression)}.`, expected: `a string of the form "ij,jk->ik", before the operands.` });
  const match = /^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$/.exec(expression.replaceAll(" ", ""));
  if (match === null) throw new ParameterError({ where: "einsum", problem: `"${expression}" is no expression for two operands.`, expected: `the form "ij,jk->ik".` });
  const [left, right, out] = match.slice(1).map((letters) => [...letters]);
  for (const letters of [left, right, out]) {
    if (new Set(letters).size !== letters.length) throw new ParameterError({ where: "einsum", problem: `"${letters.join("")}" in "${expression}" names an axis twice.`, expected: "each letter at most once an operand." });
  }
  const unknown = out.find((letter) => !left.includes(letter) && !right.includes(letter));
  if (unknown !== undefined) throw new ParameterError({ where: "einsum", problem: `the result's axis "${unknown}" in "${expression}" is in neither operand.`, expected: "letters of the operands on the right of ->." });
  const length = lengths(expression, [left, right], operandShapes("einsum", [a, b]));

  const [first, second] = asArrays("einsum", [a, b]);
  const x = sumMissing(first, left, [...right, ...out]);
  const y = sumMissing(second, right, [...left, ...out]);
  const shared = x.letters.filter((letter) => y.letters.includes(letter));
  const batch = shared.filter((letter) => out.includes(letter));
  const inner = shared.filter((letter) => !out.includes(letter));
  const freeLeft = x.letters.filter((letter) => !shared.includes(letter));
  const freeRight = y.letters.filter((letter) => !shared.includes(letter));
  const size = (letters: string[]) => sizeOf(letters.map((letter) => length.get(letter)!));
  const stack = batch.map((letter) => length.get(letter)!);

  const matrix = (from: { value: Operand; letters: string[] }, free: string[]): Value =>
    reshape(transpose(from.value, [...batch, ...free, ...inner].map((letter) => from.letters.indexOf(letter))), [...stack, size(free), size(inner)]);
  const turned = matrix(y, freeRight);
  const rank = stack.length + 2;
  const product = matmul(matrix(x, freeLeft), transpose(turned, [...stack.map((_, axis) => axis), rank - 1, rank - 2]));
  const letters = [...batch, ...freeLeft, ...freeRight];
  const unfolded = reshape(product, letters.map((letter) => length.get(letter)!));
  return transpose(unfolded, out.map((letter) => letters.indexOf(letter)));
}

function lengths(expression: string, operands: string[][], shapes: (readonly number[])[]): Map<string, number> {
  const length = new Map<string, number>();
  operands.forEach((letters, operand) => {
    const shape = shapes[operand];
    if (letters.length !== shape.length) {
      throw new ShapeError({ where: "einsum", problem: `"${letters.join("")}" in "${expression}" names ${letters.length} axes, the operand has shape ${shapeText(shape)}.`, expected: "one letter an axis." });
    }
    letters.forEach((letter, axis) => {
      const known = length.get(letter);
      if (known !== undefined && known !== shape[axis]) {
        throw new ShapeError({ where: "einsum", problem: `axis "${letter}" of "${expression}" has lengths ${known} and ${shape[axis]}.`, expected: "equal lengths for equal letters." });
      }
      length.set(letter, shape[axis]);
    });
  });
  return length;
}

/** Sums over the letters that stand nowhere else. */
function sumMissing(value: Operand, letters: string[], elsewhere: string[]): { value: Operand; letters: string[] } {
  const axes = letters.flatMap((letter, axis) => (elsewhere.includes(letter) ? [] : [axis]));
  if (axes.length === 0) return { value, letters };
  return { value: sum(value, { axes }), letters: letters.filter((letter) => elsewhere.includes(letter)) };
}
