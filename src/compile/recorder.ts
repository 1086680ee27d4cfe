/** Runs primitives on phantoms and writes down the kernel calls that they make. */
import type { ForwardContext, Primitive } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import type { Kernels } from "../kernels/index.ts";
import { broadcastView, copyElements, type Dtype, dtypeOf, elements, type FloatArray, isContiguous, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { type Call, kernelUses, type KernelName } from "./calls.ts";
import { type Buffer, ElementAsked, type Origin, phantom, type Region, regionOf } from "./phantom.ts";

/** Kernels' arguments beside the operands: how many sizes, and how many real parameters before (axpy, scale, shift) or after them. */
const leading: Partial<Record<KernelName, number>> = { axpy: 1, scale: 1, shift: 1 };
const elementwise = new Set<KernelName>(["smoothedRelu", "smoothedReluSlope", "axpy", "add", "subtract", "multiply", "divide", "scale", "shift", "exp", "log", "sqrt", "relu", "isPositive", "sign", "maximum", "minimum", "isEqual", "clip"]);
const realParameters: Partial<Record<KernelName, number>> = { smoothedRelu: 2, smoothedReluSlope: 2, smoothedReluSum: 2, smoothedReluSumVjp: 2, normalizeRows: 1, projectRows: 2, clip: 2 };
const rewritesOnly = new Set<KernelName>(["normalizeRowsAdd", "smoothedReluSumSlope", "maskedSlopes", "sumRows", "gatherRows"]);

export class Recorder {
  readonly buffers: Buffer[] = [];
  readonly calls: Call[] = [];
  /** Constants that the plan depends on and need not hold: those whose one element was taken as a number, and labels. */
  readonly watched = new Set<Buffer>();
  private readonly constants = new Map<FloatArray | Int32Array, Buffer>();
  private op = "";
  private readonly context: ForwardContext;

  constructor() {
    const allocate = (dtype: Dtype, size: number) => phantom(this.whole(this.buffer(dtype, size, { kind: "computed" })));
    this.context = {
      kernels: this.recordingKernels(), allocate,
      elements: (x) => this.elements(x),
      spread: (x, shape) => (sizeOf(x.shape) === sizeOf(shape) ? this.elements(x) : this.elements(broadcastView(x, shape))),
      known: (x) => {
        const { buffer, offset } = regionOf(x.data)!;
        if (buffer.origin.kind !== "constant" || sizeOf(x.shape) !== 1) return undefined;
        this.watched.add(buffer);
        return buffer.origin.data[offset + x.offset];
      },
    };
  }

  buffer(dtype: Buffer["dtype"], length: number, origin: Origin): Buffer {
    const made = { id: this.buffers.length, dtype, length, origin };
    this.buffers.push(made);
    return made;
  }

  whole(buffer: Buffer): Region {
    return { buffer, offset: 0, length: buffer.length };
  }

  /** A view with the same shape and strides on the phantom of a plain array's memory. */
  constant(x: NdArray): NdArray {
    if (regionOf(x.data) !== undefined) return x;
    return view(phantom(this.whole(this.constantBuffer(x.data, dtypeOf(x)))), x.shape, x.stride, x.offset);
  }

  /** Applies a primitive: by the kernel calls its forward loop makes, or, where that looks at elements, whole. */
  apply<P>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray {
    const shape = primitive.shape(args.map((arg) => arg.shape), params);
    const phantoms = args.map((arg) => this.constant(arg));
    for (const param of Object.values(params ?? {})) if (param instanceof Int32Array) this.watched.add(this.constantBuffer(param, "int32"));
    this.op = primitive.name;
    const before = this.calls.length;
    try {
      const out = primitive.forward(phantoms, params, shape, this.context);
      if (regionOf(out.data) !== undefined) return out;
    } catch (error) {
      if (!(error instanceof ElementAsked || error instanceof TypeError)) throw error;
    }
    this.calls.length = before;
    return this.carriedOutWhole(primitive, phantoms, params, shape);
  }

  private carriedOutWhole<P>(primitive: Primitive<P>, args: readonly NdArray[], params: P, shape: readonly number[]): NdArray {
    const dtype = primitive.dtype?.(params) ?? dtypeOf(args[0]);
    const to = this.whole(this.buffer(dtype, sizeOf(shape), { kind: "computed" }));
    const layouts = args.map(({ shape: own, stride, offset }) => ({ shape: [...own], stride: [...stride], offset }));
    this.calls.push({
      kind: "primitive", reads: args.map((arg) => regionOf(arg.data)!), to, ops: [primitive.name],
      run(arrays, out, context) {
        const result = primitive.forward(arrays.map((data, at) => view(data, layouts[at].shape, layouts[at].stride, layouts[at].offset)), params, shape, context);
        if (dtypeOf(result) !== dtype) {
          throw new ParameterError({ where: primitive.name, problem: `its result is ${dtypeOf(result)}.`, expected: `${dtype}, as its record says.`, mend: "give the primitive's record a dtype(params)." });
        }
        copyElements(result, out);
      },
    });
    return view(phantom(to), shape);
  }

  /** The elements in row-major order; a call that copies them is recorded where they do not lie so. */
  private elements(x: NdArray): FloatArray {
    if (isContiguous(x)) return elements(x);
    const from = this.regionFor(x.data, dtypeOf(x));
    const to = this.whole(this.buffer(dtypeOf(x), sizeOf(x.shape), { kind: "computed" }));
    this.calls.push({ kind: "copy", from, to, shape: [...x.shape], stride: [...x.stride], first: x.offset, ops: [this.op] });
    return phantom(to);
  }

  private constantBuffer(data: FloatArray | Int32Array, dtype: Buffer["dtype"]): Buffer {
    let known = this.constants.get(data);
    if (known === undefined) {
      known = this.buffer(dtype, data.length, { kind: "constant", data });
      this.constants.set(data, known);
    }
    return known;
  }

  private regionFor(x: FloatArray | Int32Array, dtype: Buffer["dtype"]): Region {
    return regionOf(x) ?? this.whole(this.constantBuffer(x, dtype));
  }

  private recordingKernels(): Kernels {
    const record = (kernel: KernelName) => (...args: unknown[]) => {
      const operandCount = kernelUses[kernel].roles.length;
      const before = leading[kernel] ?? 0;
      const given = args.slice(before, before + operandCount) as (FloatArray | Int32Array)[];
      const operands = given.map((x) => this.regionFor(x, x instanceof Int32Array ? "int32" : x instanceof Float32Array ? "float32" : "float64"));
      const written = operands.filter((_, at) => ["writes", "sums"].includes(kernelUses[kernel].roles[at]));
      if (written.some(({ buffer }) => buffer.origin.kind !== "computed")) throw new ElementAsked("a kernel writes into memory of the primitive's own.");
      const rest = args.slice(before + operandCount) as number[];
      const reals = rest.length - (realParameters[kernel] ?? 0);
      const sizes = elementwise.has(kernel) ? [operands[operands.length - 1].length] : rest.slice(0, reals);
      this.calls.push({ kind: "kernel", kernel, operands, sizes, numbers: [...(args.slice(0, before) as number[]), ...rest.slice(reals)], ops: [this.op] });
    };
    const names = (Object.keys(kernelUses) as KernelName[]).filter((name) => !rewritesOnly.has(name));
    return {
      name: "wasm", scope: (body: () => unknown) => body(), frame: (body: () => unknown) => body(), isScratch: () => false, allocate: () => { throw new ElementAsked("a kernel's own allocation."); },
      ...Object.fromEntries(names.map((name) => [name, record(name)])),
    } as unknown as Kernels;
  }
}
