import { apply, definePrimitive, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf, shown } from "../errors/options.ts";
import { normalizeAxis, view } from "../ndarray/index.ts";
import { embed } from "./embed.ts";
import { operandShape } from "./operand.ts";
import { reshape } from "./reshape.ts";

/** A range of one axis: start, start + step, ... (count of them), all inside the axis. */
export interface Range { axis: number; start: number; count: number; step: number }

export const slicePrimitive: Primitive<Range> = definePrimitive<Range>({
  name: "slice",
  maths: "b_i = a_{\\text{start} + i\\,\\text{step}}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{\\text{start} + i\\,\\text{step}} = \\mathrm{ct}_i,\\quad 0 \\text{ elsewhere}"] },
  source: "textbook",
  shape: ([x], range) => {
    checkRange("slice", range, x[range.axis]);
    return x.map((length, axis) => (axis === range.axis ? range.count : length));
  },
  forward: ([x], { axis, start, step }, shape) =>
    view(x.data, shape, x.stride.map((stride, at) => (at === axis ? stride * step : stride)), x.offset + start * x.stride[axis]),
  vjp: [function sliceVjp(ct, { args: [x], params }) { return embed(ct, params, x.shape[params.axis]); }],
  jvp: [function sliceJvp(tangent, { params }) { return apply(slicePrimitive, [tangent], params); }],
  batch: function sliceBatch([x], range) { return apply(slicePrimitive, [x], { ...range, axis: range.axis + 1 }); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[5, 2]], params: { axis: 0, start: 1, count: 3, step: 1 } },
    { shapes: [[2, 7]], params: { axis: 1, start: 6, count: 3, step: -2 } },
    { shapes: [[4]], params: { axis: 0, start: 2, count: 0, step: 1 } },
    { shapes: [[1, 3]], params: { axis: 0, start: 0, count: 1, step: 1 } },
  ],
});

export function checkRange(where: string, { axis, start, count, step }: Range, length: number): void {
  const last = start + (count - 1) * step;
  const inside = (at: number) => Number.isInteger(at) && at >= 0 && at < length;
  if (!Number.isInteger(step) || step === 0 || !Number.isInteger(count) || count < 0 || (count > 0 && !(inside(start) && inside(last)))) {
    throw new ShapeError({
      where, problem: `start ${start}, count ${count} and step ${step} leave axis ${axis}, which has ${length} elements.`,
      expected: `integers, a step other than 0, and elements 0 to ${length - 1} only.`,
    });
  }
}

const checkOptions = optionsOf("slice", { axis: kinds.axis, start: kinds.number, stop: kinds.number, step: kinds.number });

/**
 * Elements start, start + step, ... before `stop` of one axis, as a view. Negative start and stop count from the end.
 *
 * Errors:  ShapeError when the range leaves the axis.
 * Example: slice(array([1, 2, 3, 4]), { start: 1, stop: 3 })  // => [2, 3]
 */
export function slice(x: Operand, options: { axis?: number; start?: number; stop?: number; step?: number } = {}): Value {
  checkOptions(options);
  const shape = operandShape("slice", x);
  const axis = normalizeAxis("slice", options.axis ?? 0, shape);
  const length = shape[axis];
  const step = options.step ?? 1;
  if (!Number.isInteger(step) || step === 0) throw new ShapeError({ where: "slice", problem: `step ${step} is out of range.`, expected: "an integer other than 0." });
  const fromEnd = (at: number) => (at < 0 ? at + length : at);
  const start = options.start === undefined ? (step > 0 ? 0 : length - 1) : fromEnd(options.start);
  const stop = options.stop === undefined ? (step > 0 ? length : -1) : fromEnd(options.stop);
  if (!Number.isInteger(stop)) throw new ShapeError({ where: "slice", problem: `stop ${options.stop} is no integer.`, expected: `an integer from ${-length} to ${length}.` });
  return apply(slicePrimitive, [x], { axis, start, count: Math.max(0, Math.ceil((stop - start) / step)), step });
}

/**
 * One element of the leading axis, which disappears; further indices take the next axes.
 *
 * Errors:  ShapeError on an index that is no integer or out of range.
 * Example: index(array([[1, 2], [3, 4]]), 1, 0)  // => 3
 */
export function index(x: Operand, ...at: readonly number[]): Value {
  const shape = operandShape("index", x);
  if (at.length > shape.length) {
    throw new ShapeError({ where: "index", problem: `${at.length} indices for an array of shape ${shapeText(shape)}.`, expected: `at most ${shape.length}.` });
  }
  let picked: Operand = x;
  at.forEach((position, axis) => {
    if (!Number.isInteger(position) || position < -shape[axis] || position >= shape[axis]) {
      throw new ShapeError({ where: "index", problem: `index ${shown(position)} is outside axis ${axis} of shape ${shapeText(shape)}.`, expected: `an integer from ${-shape[axis]} to ${shape[axis] - 1}.` });
    }
    const start = position < 0 ? position + shape[axis] : position;
    picked = apply(slicePrimitive, [picked], { axis, start, count: 1, step: 1 });
  });
  return reshape(picked, shape.slice(at.length));
}
