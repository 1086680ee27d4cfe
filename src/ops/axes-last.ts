/** Moves axes to the end and back, for ops whose loop runs over the last axis. */
import type { Operand, Value } from "../autodiff/index.ts";
import { operandShape } from "./operand.ts";
import { transpose } from "./transpose.ts";

/** `x` with the named axes (normalised, sorted) behind the others, as a view. */
export function axesLast(x: Operand, axes: readonly number[]): Value {
  return transpose(x, lastOrder(operandShape("transpose", x).length, axes));
}

/** Undoes `axesLast`: an array whose last axes are put to the places `axes`. */
export function axesBack(x: Value, axes: readonly number[]): Value {
  const order = lastOrder(x.shape.length, axes);
  return transpose(x, order.map((_, axis) => order.indexOf(axis)));
}

function lastOrder(rank: number, axes: readonly number[]): number[] {
  const all = Array.from({ length: rank }, (_, axis) => axis);
  return [...all.filter((axis) => !axes.includes(axis)), ...axes];
}
