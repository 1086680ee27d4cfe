import { apply, definePrimitive, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf, shown } from "../errors/options.ts";
import { view } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";
import { overlapAddPrimitive } from "./overlap-add.ts";
import { pad } from "./pad.ts";

/** One number for rows and columns alike, or one for each. */
export type PerPlaneAxis = number | readonly [rows: number, columns: number];
type Two = readonly [number, number];

/** Windows of `size` elements, `dilation` apart inside a window; neighbouring windows start `stride` apart. */
export interface Windows { size: Two; stride: Two; dilation: Two }

export const windowsPrimitive: Primitive<Windows> = definePrimitive<Windows>({
  name: "windows",
  maths: "b_{\\cdot ijkl} = a_{\\cdot,\\, i s_1 + k d_1,\\, j s_2 + l d_2}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{\\cdot mn} = \\sum_{i s_1 + k d_1 = m,\\ j s_2 + l d_2 = n} \\mathrm{ct}_{\\cdot ijkl}"] },
  source: "textbook",
  shape: ([x], params) => {
    checkWindows("windows", x, params);
    return [...x.slice(0, -2), ...windowCounts(x, params), ...params.size];
  },
  forward: ([x], { stride, dilation }, shape) => {
    const [row, column] = x.stride.slice(-2);
    const strides = [...x.stride.slice(0, -2), row * stride[0], column * stride[1], row * dilation[0], column * dilation[1]];
    return view(x.data, shape, strides, x.offset);
  },
  vjp: [function windowsVjp(ct, { args: [x], params }) { return apply(overlapAddPrimitive, [ct], { ...params, plane: planeOf(x.shape) }); }],
  jvp: [function windowsJvp(tangent, { params }) { return apply(windowsPrimitive, [tangent], params); }],
  batch: function windowsBatch([x], params) { return apply(windowsPrimitive, [x], params); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[4, 5]], params: { size: [2, 3], stride: [1, 1], dilation: [1, 1] } },
    { shapes: [[2, 5, 4]], params: { size: [2, 2], stride: [2, 1], dilation: [2, 1] } },
    { shapes: [[1, 1]], params: { size: [1, 1], stride: [1, 1], dilation: [1, 1] } },
    { shapes: [[3, 5]], params: { size: [2, 2], stride: [1, 2], dilation: [1, 2] } },
    { shapes: [[3, 6]], params: { size: [1, 2], stride: [2, 3], dilation: [1, 1] } },
    { shapes: [[0, 3, 3]], params: { size: [2, 2], stride: [1, 1], dilation: [1, 1] } },
  ],
});

function planeOf(shape: readonly number[]): Two {
  return [shape[shape.length - 2], shape[shape.length - 1]];
}

/** How many windows fit along rows and columns; what is left over at the end of an axis is in none. */
export function windowCounts(shape: readonly number[], { size, stride, dilation }: Windows): [number, number] {
  const count = (length: number, at: 0 | 1) => Math.floor((length - 1 - dilation[at] * (size[at] - 1)) / stride[at]) + 1;
  const [rows, columns] = planeOf(shape);
  return [count(rows, 0), count(columns, 1)];
}

/** Errors: ParameterError on numbers that make no window, ShapeError where none fits into the last two axes. */
export function checkWindows(where: string, shape: readonly number[], params: Windows, padding: Two = [0, 0]): void {
  for (const name of ["size", "stride", "dilation"] as const) {
    if (params[name].length !== 2 || params[name].some((value) => !Number.isInteger(value) || value < 1)) {
      throw new ParameterError({ where, problem: `${name} = ${shapeText(params[name])} is out of range.`, expected: "integers >= 1, for rows and columns." });
    }
  }
  if (padding.length !== 2 || padding.some((value) => !Number.isInteger(value) || value < 0)) {
    throw new ParameterError({ where, problem: `padding = ${shapeText(padding)} is out of range.`, expected: "integers >= 0, for rows and columns." });
  }
  if (shape.length < 2) throw new ShapeError({ where, problem: `the operand has shape ${shapeText(shape)}.`, expected: "at least two axes, the last two being rows and columns." });
  const plane = planeOf(shape).map((length, at) => length + 2 * padding[at]);
  const span = params.size.map((size, at) => (size - 1) * params.dilation[at] + 1);
  if (span.some((length, at) => length > plane[at])) {
    throw new ShapeError({ where, problem: `a window spans ${span.join(" x ")} elements, the plane has ${plane.join(" x ")}${padding.some((value) => value > 0) ? " with its padding" : ""}.`, expected: "at least one window to fit in.", mend: "pad the plane, or take a smaller window or dilation." });
  }
}

/** Errors: ParameterError when the size of a pool, which is no option, is neither a number nor two. */
export function checkWindowSize(where: string, size: unknown): void {
  if (!kinds.perPlaneAxis.holds(size)) throw new ParameterError({ where, problem: `the size is ${shown(size)}.`, expected: kinds.perPlaneAxis.words });
}

/** A number for both axes, or the pair itself. */
export function bothAxes(value: PerPlaneAxis): Two {
  return typeof value === "number" ? [value, value] : value;
}

/** A border around the last two axes. */
export function padPlane(x: Operand, [rows, columns]: Two, value: number): Operand {
  const tall = rows === 0 ? x : pad(x, [rows, rows], { axes: -2, value });
  return columns === 0 ? tall : pad(tall, [columns, columns], { axes: -1, value });
}

const checkOptions = optionsOf("windows", { size: kinds.perPlaneAxis, stride: kinds.perPlaneAxis, dilation: kinds.perPlaneAxis, padding: kinds.perPlaneAxis }, ["size"]);

/**
 * Sliding windows over the last two axes, as a view: nothing is copied (but for a border of zeros under `padding`).
 * Every option is one number, or one for rows and one for columns.
 *
 * Shapes:  [..., h, w] -> [..., windows down, windows across, size[0], size[1]]; what no whole window covers is left out.
 * Errors:  ParameterError unless size, stride and dilation are integers >= 1 and padding >= 0; ShapeError when no window
 *          fits.
 * Example: windows(array([[1, 2, 3]]), { size: [1, 2] })  // => [[[[1, 2]], [[2, 3]]]]
 */
export function windows(x: Operand, options: { size: PerPlaneAxis; stride?: PerPlaneAxis; dilation?: PerPlaneAxis; padding?: PerPlaneAxis }): Value {
  checkOptions(options);
  const params = { size: bothAxes(options.size), stride: bothAxes(options.stride ?? 1), dilation: bothAxes(options.dilation ?? 1) };
  const padding = bothAxes(options.padding ?? 0);
  checkWindows("windows", operandShape("windows", x), params, padding);
  return apply(windowsPrimitive, [padPlane(x, padding, 0)], params);
}
