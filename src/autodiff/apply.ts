/**
 * How every op runs: the innermost trace watching an argument takes the application over; with none, the kernel runs.
 */
import { DerivativeError, DomainError, ParameterError, shapeText } from "../errors/index.ts";
import { checkView, elements, type Dtype, type NdArray, scalar, sizeOf, spreadElements } from "../ndarray/index.ts";
import { currentKernels, type Kernels } from "../kernels/index.ts";
import type { ForwardContext, Primitive } from "./primitive.ts";
import { room } from "./scope.ts";
import { isTraced, type Operand, type Trace, type Traced, type Value, valueDtype } from "./value.ts";

/**
 * Applies a primitive to operands.
 *
 * Errors: whatever its shape rule throws; ParameterError on mixed dtypes or an operand that is no array; DerivativeError
 * on a traced value whose transformation has returned; DomainError on a non-finite result while checkFinite is on.
 */
export function apply<P>(primitive: Primitive<P>, operands: readonly Operand[], params: P): Value {
  const trace = innermostTrace(primitive.name, operands);
  const args = toValues(primitive.name, operands, trace);
  return trace === undefined ? evaluate(primitive, args as NdArray[], params) : trace.process(primitive, args, params, operands);
}

let finiteChecks = false;
export const checksFinite = (): boolean => finiteChecks;

/** While on, the first op that makes a NaN or an Infinity out of finite arguments throws a DomainError. */
export function checkFinite(on: boolean): void {
  finiteChecks = on;
}

const shapeOf = ({ shape }: NdArray) => shape;

/** Runs a primitive's forward loop on plain arrays. */
export function evaluate<P>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray {
  const shape = primitive.shape(args.map(shapeOf), params);
  const out = primitive.forward(args, params, shape, forwardContext());
  if (finiteChecks) assertFinite(primitive.name, args, out);
  return out;
}

/** Forward loops run with results where the caller works, on the heap or in scratch memory. */
function forwardContext(): ForwardContext {
  const kernels = currentKernels();
  return context?.kernels === kernels ? context : (context = placedContext(kernels));
}
let context: ForwardContext | undefined;

function placedContext(kernels: Kernels): ForwardContext {
  return contextOf(kernels, (dtype, size) => room(kernels, dtype, size));
}

/** What a forward loop works with: kernels, and where its results go. */
export function contextOf(kernels: Kernels, allocate: ForwardContext["allocate"]): ForwardContext {
  const near = (x: NdArray) => elements(x, allocate);
  return { kernels, allocate, elements: near, spread: (x, shape) => spreadElements(x, shape, near, allocate), known: (x) => (sizeOf(x.shape) === 1 ? x.data[x.offset] : undefined) };
}

/** A list of its own, since a forward loop might change the one that it is given. */
function toValues(where: string, operands: readonly Operand[], trace: Trace | undefined): Value[] {
  const dtype = commonDtype(where, operands);
  const values = new Array<Value>(operands.length);
  for (let at = 0; at < operands.length; at++) {
    const operand = operands[at];
    values[at] = typeof operand === "number" ? (trace?.literal?.(operand, dtype ?? "float64") ?? scalar(operand, dtype)) : operand;
  }
  return values;
}

/** The dtype of the operands that are no numbers. Errors: ParameterError on two, or an operand that is no array. */
export function commonDtype(where: string, operands: readonly Operand[]): Dtype | undefined {
  let dtype: Dtype | undefined;
  for (const operand of operands) {
    if (typeof operand === "number") continue;
    const own = valueDtype(isTraced(operand) ? operand : checkView(where, operand));
    if (dtype !== undefined && own !== dtype) {
      const each = operands.slice(0, operands.indexOf(operand) + 1).flatMap((x, position) => (typeof x === "number" ? [] : [`operand ${position} is ${valueDtype(x)} of shape ${shapeText(x.shape)}`]));
      throw new ParameterError({ where, problem: "the operands mix float64 and float32.", expected: "one dtype.", mend: `convert one of them with astype(x, dtype). Here ${each[0]}, ${each[each.length - 1]}.` });
    }
    dtype = own;
  }
  return dtype;
}

function innermostTrace(where: string, args: readonly Operand[]): Trace | undefined {
  let found: Trace | undefined;
  for (const arg of args) {
    if (!isTraced(arg)) continue;
    checkOpen(where, arg);
    if (found === undefined || arg.trace.level > found.level) found = arg.trace;
  }
  return found;
}

/** Errors: DerivativeError on a value that outlived its trace. */
export function checkOpen(where: string, { trace, shape }: Traced): void {
  if (trace.open) return;
  const [by, inside] = trace.kind === "batch" ? ["vmap", "under vmap"] : trace.kind === "graph" ? ["compile", "being compiled"] : ["grad, vjp or jvp", "being differentiated"];
  throw new DerivativeError({
    where, problem: `a value was traced by a ${by} that has already returned.`, expected: `traced values to be used only inside the function ${inside}.`,
    mend: `return the value, of shape ${shapeText(shape)}, from that function instead of keeping it in a variable outside.`,
  });
}

function assertFinite(name: string, args: readonly NdArray[], out: NdArray): void {
  const flat = elements(out);
  const at = flat.findIndex((x) => !Number.isFinite(x));
  if (at < 0 || !args.every((arg) => elements(arg).every(Number.isFinite))) return;
  throw new DomainError({
    where: name, problem: `the result's element ${at} (row-major, shape [${out.shape.join(", ")}]) is ${flat[at]}, from finite arguments.`,
    expected: "finite results while checkFinite is on.", mend: "look at that element's arguments: a log of 0, a division by 0, or an overflow.",
  });
}

