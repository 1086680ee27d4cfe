/** Shape rules and forward loops shared by the elementwise primitives. */
import type { ForwardContext } from "../autodiff/index.ts";
import { broadcastShapes, broadcastView, copy, dtypeOf, type NdArray, sizeOf, view } from "../ndarray/index.ts";

/** The shape rule of a unary elementwise primitive. */
export function sameShape(shapes: readonly (readonly number[])[]): number[] {
  return [...shapes[0]];
}

/** The shape rule of a binary elementwise primitive. */
export function broadcastRule(name: string): (shapes: readonly (readonly number[])[]) => number[] {
  return ([a, b]) => broadcastShapes(name, a, b);
}

type UnaryKernel = "exp" | "log" | "sqrt" | "relu" | "sign";
type BinaryKernel = "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum" | "isEqual";

export function unaryForward(kernel: UnaryKernel) {
  return ([x]: readonly NdArray[], _params: unknown, shape: readonly number[], { kernels, allocate, elements }: ForwardContext): NdArray => {
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels[kernel](elements(x), out);
    return view(out, shape);
  };
}

export function binaryForward(kernel: BinaryKernel) {
  return ([a, b]: readonly NdArray[], _params: unknown, shape: readonly number[], { kernels, allocate, spread }: ForwardContext): NdArray => {
    const out = allocate(dtypeOf(a), sizeOf(shape));
    kernels[kernel](spread(a, shape), spread(b, shape), out);
    return view(out, shape);
  };
}

/**
 * One kernel call for an array of the result's size and a known number, the same bits without spreading it; undefined where
 * there is none such. `number` makes the kernel's number of the operand's, or undefined where the kernel does not serve.
 */
export function withNumber(
  kernel: "scale" | "shift", [a, b]: readonly NdArray[], shape: readonly number[], { kernels, allocate, elements, known }: ForwardContext,
  number: (value: number, position: number) => number | undefined = (value) => value,
): NdArray | undefined {
  const size = sizeOf(shape);
  if (size < 2) return undefined;
  const position = sizeOf(b.shape) === 1 ? 1 : 0;
  const [x, other] = position === 1 ? [a, b] : [b, a];
  const value = known(other);
  const factor = value === undefined ? undefined : number(value, position);
  if (factor === undefined || sizeOf(x.shape) !== size) return undefined;
  const out = allocate(dtypeOf(x), size);
  kernels[kernel](factor, elements(x), out);
  return view(out, shape);
}

/**
 * One kernel call where an operand has the result's shape and the other is a row to be added to every row of it, or a column of
 * factors, one a row: the same bits without spreading it; undefined where the operands are none such.
 */
export function withSpread(kernel: "addRow" | "scaleRows", [a, b]: readonly NdArray[], shape: readonly number[], { kernels, allocate, elements }: ForwardContext): NdArray | undefined {
  const size = sizeOf(shape);
  const [full, other] = sizeOf(a.shape) === size ? [a, b] : [b, a];
  const count = sizeOf(other.shape);
  if (sizeOf(full.shape) !== size || count < 2 || count === size) return undefined;
  const lengths = [...new Array<number>(shape.length - other.shape.length).fill(1), ...other.shape];
  // a row has the result's lengths from some axis on, a column up to some axis; elsewhere they are 1
  const [first, last] = [lengths.findIndex((length) => length > 1), lengths.findLastIndex((length) => length > 1)];
  if (!lengths.every((length, axis) => length === shape[axis] || (kernel === "addRow" ? axis < first : axis > last))) return undefined;
  const out = allocate(dtypeOf(full), size);
  const [rows, width] = kernel === "addRow" ? [size / count, count] : [count, size / count];
  kernels[kernel](elements(full), elements(other), out, rows, width);
  return view(out, shape);
}

/** A plain loop for elementwise functions that no kernel serves; float32 is computed in float64 and rounded once. */
export function loopForward(f: (x: number, y: number) => number) {
  return (args: readonly NdArray[], _params: unknown, shape: readonly number[], context: ForwardContext): NdArray => {
    const x = context.spread(args[0], shape);
    const y = args.length > 1 ? context.spread(args[1], shape) : x;
    const out = context.allocate(dtypeOf(args[0]), sizeOf(shape));
    for (let i = 0; i < out.length; i++) out[i] = f(x[i], y[i]);
    return view(out, shape);
  };
}

/** The same for a function of one operand and the primitive's parameters. */
export function loopForwardWith<P>(f: (x: number, params: P) => number) {
  return ([x]: readonly NdArray[], params: P, shape: readonly number[], context: ForwardContext): NdArray => {
    const from = context.elements(x);
    const out = context.allocate(dtypeOf(x), sizeOf(shape));
    for (let i = 0; i < out.length; i++) out[i] = f(from[i], params);
    return view(out, shape);
  };
}

/** The least distance of two operands' elements after broadcasting: how far the arguments are from a tie. */
export function tieDistance([a, b]: readonly NdArray[]): number {
  const shape = broadcastShapes("tieDistance", a.shape, b.shape);
  const [x, y] = [a, b].map((operand) => copy(broadcastView(operand, shape)).data);
  let least = Infinity;
  for (let i = 0; i < x.length; i++) least = Math.min(least, Math.abs(x[i] - y[i]));
  return least;
}

/** Shape cases of binary elementwise laws: equal, broadcast either way, size 1 and size 0. */
export const binaryCases = [
  { shapes: [[2, 3], [2, 3]], params: {} },
  { shapes: [[2, 3], [3]], params: {} },
  { shapes: [[2, 1, 3], [4, 1]], params: {} },
  { shapes: [[], [2]], params: {} },
  { shapes: [[1, 5], [7, 5]], params: {} },
  { shapes: [[0, 3], [1, 3]], params: {} },
] as const;

export const unaryCases = [
  { shapes: [[]], params: {} },
  { shapes: [[7]], params: {} },
  { shapes: [[2, 1, 3]], params: {} },
  { shapes: [[0, 2]], params: {} },
] as const;
