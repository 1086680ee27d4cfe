import type { FloatArray, Kernels } from "../kernels/types.ts";
import { Arena, paddedBytes } from "./arena.ts";
import type { ArenaOptions } from "./arena.ts";
import { kernelsOf } from "./exports.ts";
import type { RawKernels, SimdExports } from "./exports.ts";

export type SimdKernels = Omit<Kernels, "name">;

export interface SimdOptions extends ArenaOptions {
  /** Carries out a call for which the memory has no room; without it such a call throws. */
  whenFull?: () => SimdKernels;
  /** Makes the error for an operand that does not fit. */
  fail?: (where: string, problem: string, expected: string) => Error;
}

/** A product packs at most so many columns and inner indices of B at a time. */
const PACKED_COLUMNS = 256;
const PACKED_INNER = 256;

type Operand = FloatArray | Int32Array;

/**
 * The kernels on typed arrays. An operand inside the memory is used where it lies; any other is copied in, and results are
 * copied out again, so every array may be a view at any offset.
 *
 * Aliasing: out may be an operand (the same array; of addRow and scaleRows: x) in every kernel except the matrix products,
 * smoothedReluSum, rowNorm, softmaxCrossEntropy, the reductions, patches and addPatches, whose out must not overlap an operand. Partial overlap is never allowed.
 *
 * Errors: RangeError (or what `fail` makes) when an operand is too short, of the wrong dtype, or outlived its scope.
 */
export function createSimdKernels(exports: SimdExports, options: SimdOptions = {}): SimdKernels {
  const arena = new Arena(exports.memory, exports.heapBase(), options);
  const { whenFull } = options;
  const fail = options.fail ?? ((where, problem, expected) => new RangeError(`${where}: ${problem} Expected ${expected}.`));
  const f64 = kernelsOf(exports, "F64");
  const f32 = kernelsOf(exports, "F32");

  /** Where x lies in the memory, or -1 outside; throws unless it can serve as an operand of n elements beside `out`. */
  function locate(where: string, name: string, x: Operand, n: number, out: FloatArray): number {
    if (x.length < n) throw fail(where, `${name} has ${x.length} elements.`, `at least ${n}`);
    if (x.constructor !== out.constructor && !(x instanceof Int32Array)) {
      throw fail(where, `${name} is a ${x.constructor.name}.`, `the dtype of out, ${out.constructor.name}`);
    }
    const at = arena.locate(x);
    if (at >= 0 && n > 0 && arena.isPast(at, x.byteLength)) {
      throw fail(where, `${name} outlived the scope that allocated it.`, "an array of an open scope");
    }
    return at;
  }

  /** Addresses of the current call's operands; kept to spare small calls an allocation. */
  const pointers = [0, 0, 0];

  /**
   * One call: places the operands, lets `call` write out at `po`, and brings out home. When there is no room, `instead`
   * hands the call to `whenFull`.
   */
  function run(
    where: string, out: FloatArray, outLength: number, operands: readonly (readonly [name: string, x: Operand, n: number])[],
    call: (raw: RawKernels, po: number, pointers: readonly number[]) => void, instead: (kernels: SimdKernels) => void, scratch = 0,
  ): void {
    const home = locate(where, "out", out, outLength, out);
    let bytes = home < 0 ? scratch + paddedBytes(out, outLength) : scratch;
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i];
      pointers[i] = locate(where, operand[0], operand[1], operand[2], out);
      if (pointers[i] < 0) bytes += paddedBytes(operand[1], operand[2]);
    }
    if (!arena.begin(bytes)) {
      if (whenFull === undefined) throw fail(where, `the call needs ${bytes} more bytes than the memory has.`, "room below capBytes, or no open scope, so that the memory may grow");
      return instead(whenFull());
    }
    for (let i = 0; i < operands.length; i++) {
      if (pointers[i] < 0) pointers[i] = arena.copyIn(operands[i][1], operands[i][2]);
    }
    const po = home < 0 ? arena.take(paddedBytes(out, outLength)) : home;
    call(out instanceof Float64Array ? f64 : f32, po, pointers);
    if (home < 0) arena.copyOut(out, po, outLength);
  }

  /** B is packed a block of columns and inner indices at a time; each block continues the sums of the one before it. */
  function matmulRowMajor(
    name: "matmulNN" | "matmulNT", a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number,
  ): void {
    const size = out.BYTES_PER_ELEMENT;
    const columns = Math.min(n, PACKED_COLUMNS);
    const inner = Math.min(k, PACKED_INNER);
    const scratch = exports.packedBytes(columns, inner, size);
    run(name, out, m * n, [["a", a, m * k], ["b", b, k * n]], (raw, po, [pa, pb]) => {
      const packed = arena.take(scratch);
      if (k === 0) raw.matmulPacked(pa, 0, packed, po, n, m, n, 0, 0);
      for (let j = 0; j < n; j += columns) {
        const width = Math.min(columns, n - j);
        for (let p = 0; p < k; p += inner) {
          const depth = Math.min(inner, k - p);
          if (name === "matmulNN") raw.packNN(pb + size * (p * n + j), n, width, depth, packed);
          else raw.packNT(pb + size * (j * k + p), k, width, depth, packed);
          raw.matmulPacked(pa + size * p, k, packed, po + size * j, n, m, width, depth, p);
        }
      }
    }, (kernels) => kernels[name](a, b, out, m, n, k), scratch);
  }

  function matmulTN(a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void {
    const scratch = exports.matmulScratchBytes(n, k, out.BYTES_PER_ELEMENT);
    run("matmulTN", out, m * n, [["a", a, m * k], ["b", b, k * n]],
      (raw, po, [pa, pb]) => raw.matmulTN(pa, m, pb, n, po, n, m, n, k, 0, arena.take(scratch)),
      (kernels) => kernels.matmulTN(a, b, out, m, n, k), scratch);
  }

  function binary(name: "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum" | "isEqual", x: FloatArray, y: FloatArray, out: FloatArray): void {
    const n = out.length;
    run(name, out, n, [["x", x, n], ["y", y, n]], (raw, po, [px, py]) => raw[name](px, py, po, n), (kernels) => kernels[name](x, y, out));
  }

  function unary(name: "exp" | "log" | "sqrt" | "relu" | "isPositive" | "sign", x: FloatArray, out: FloatArray): void {
    const n = out.length;
    run(name, out, n, [["x", x, n]], (raw, po, [px]) => raw[name](px, po, n), (kernels) => kernels[name](x, out));
  }

  function withNumber(name: "scale" | "shift", a: number, x: FloatArray, out: FloatArray): void {
    const n = out.length;
    run(name, out, n, [["x", x, n]], (raw, po, [px]) => raw[name](a, px, po, n), (kernels) => kernels[name](a, x, out));
  }

  function pointwise(name: "smoothedRelu" | "smoothedReluSlope", z: FloatArray, out: FloatArray, q: number, rho: number): void {
    const n = out.length;
    run(name, out, n, [["z", z, n]], (raw, po, [pz]) => raw[name](pz, po, n, q, rho), (kernels) => kernels[name](z, out, q, rho));
  }

  function reduce(name: "sumAxis" | "maxAxis", x: FloatArray, out: FloatArray, outer: number, length: number, inner: number): void {
    run(name, out, outer * inner, [["x", x, outer * length * inner]],
      (raw, po, [px]) => raw[name](px, po, outer, length, inner), (kernels) => kernels[name](x, out, outer, length, inner));
  }

  function spread(name: "addRow" | "scaleRows", x: FloatArray, other: FloatArray, out: FloatArray, rows: number, width: number): void {
    const n = rows * width;
    run(name, out, n, [["x", x, n], name === "addRow" ? ["row", other, width] : ["factors", other, rows]],
      (raw, po, [px, pr]) => raw[name](px, pr, po, rows, width), (kernels) => kernels[name](x, other, out, rows, width));
  }

  function windowed(
    name: "patches" | "addPatches", x: FloatArray, out: FloatArray, images: number, height: number, width: number, channels: number,
    sizeR: number, sizeC: number, strideR: number, strideC: number, padR: number, padC: number,
  ): void {
    const pixels = images * height * width * channels;
    const count = (length: number, size: number, stride: number, pad: number) => Math.floor((length + 2 * pad - size) / stride) + 1;
    const seen = images * count(height, sizeR, strideR, padR) * count(width, sizeC, strideC, padC) * sizeR * sizeC * channels;
    run(name, out, name === "patches" ? seen : pixels, [["x", x, name === "patches" ? pixels : seen]],
      (raw, po, [px]) => raw[name](px, po, images, height, width, channels, sizeR, sizeC, strideR, strideC, padR, padC),
      (kernels) => kernels[name](x, out, images, height, width, channels, sizeR, sizeC, strideR, strideC, padR, padC));
  }

  return {
    scope: (body) => arena.scope(body),
    frame: (body) => arena.frame(body),
    allocate: (dtype, n) => arena.allocate(dtype, n),
    isScratch: (x) => arena.locate(x) >= 0,

    matmulNN: (a, b, out, m, n, k) => matmulRowMajor("matmulNN", a, b, out, m, n, k),
    matmulNT: (a, b, out, m, n, k) => matmulRowMajor("matmulNT", a, b, out, m, n, k),
    matmulTN,

    smoothedRelu: (z, out, q, rho) => pointwise("smoothedRelu", z, out, q, rho),
    smoothedReluSlope: (z, out, q, rho) => pointwise("smoothedReluSlope", z, out, q, rho),
    smoothedReluSum(z, out, batch, patches, classes, neurons, q, rho) {
      run("smoothedReluSum", out, batch * classes, [["z", z, batch * patches * classes * neurons]],
        (raw, po, [pz]) => raw.smoothedReluSum(pz, po, batch, patches, classes, neurons, q, rho),
        (kernels) => kernels.smoothedReluSum(z, out, batch, patches, classes, neurons, q, rho));
    },
    smoothedReluSumVjp(z, ct, out, batch, patches, classes, neurons, q, rho) {
      const n = batch * patches * classes * neurons;
      run("smoothedReluSumVjp", out, n, [["z", z, n], ["ct", ct, batch * classes]],
        (raw, po, [pz, pc]) => raw.smoothedReluSumVjp(pz, pc, po, batch, patches, classes, neurons, q, rho),
        (kernels) => kernels.smoothedReluSumVjp(z, ct, out, batch, patches, classes, neurons, q, rho));
    },

    rowNorm(x, out, rows, width) {
      run("rowNorm", out, rows, [["x", x, rows * width]],
        (raw, po, [px]) => raw.rowNorm(px, po, rows, width), (kernels) => kernels.rowNorm(x, out, rows, width));
    },
    normalizeRows(x, out, rows, width, length) {
      const n = rows * width;
      run("normalizeRows", out, n, [["x", x, n]],
        (raw, po, [px]) => raw.normalizeRows(px, po, rows, width, length), (kernels) => kernels.normalizeRows(x, out, rows, width, length));
    },
    projectRows(x, out, rows, width, scale, radius) {
      const n = rows * width;
      run("projectRows", out, n, [["x", x, n]],
        (raw, po, [px]) => raw.projectRows(px, po, rows, width, scale, radius),
        (kernels) => kernels.projectRows(x, out, rows, width, scale, radius));
    },

    logSoftmax(logits, out, rows, classes) {
      const n = rows * classes;
      run("logSoftmax", out, n, [["logits", logits, n]],
        (raw, po, [px]) => raw.logSoftmax(px, po, rows, classes), (kernels) => kernels.logSoftmax(logits, out, rows, classes));
    },
    softmaxCrossEntropy(logits, labels, out, rows, classes) {
      run("softmaxCrossEntropy", out, rows, [["logits", logits, rows * classes], ["labels", labels, rows]],
        (raw, po, [px, pl]) => raw.softmaxCrossEntropy(px, pl, po, rows, classes),
        (kernels) => kernels.softmaxCrossEntropy(logits, labels, out, rows, classes));
    },
    softmaxCrossEntropyVjp(logits, labels, ct, out, rows, classes) {
      const n = rows * classes;
      run("softmaxCrossEntropyVjp", out, n, [["logits", logits, n], ["labels", labels, rows], ["ct", ct, rows]],
        (raw, po, [px, pl, pc]) => raw.softmaxCrossEntropyVjp(px, pl, pc, po, rows, classes),
        (kernels) => kernels.softmaxCrossEntropyVjp(logits, labels, ct, out, rows, classes));
    },

    axpy(a, x, y, out) {
      const n = out.length;
      run("axpy", out, n, [["x", x, n], ["y", y, n]], (raw, po, [px, py]) => raw.axpy(a, px, py, po, n), (kernels) => kernels.axpy(a, x, y, out));
    },
    add: (x, y, out) => binary("add", x, y, out),
    subtract: (x, y, out) => binary("subtract", x, y, out),
    multiply: (x, y, out) => binary("multiply", x, y, out),
    divide: (x, y, out) => binary("divide", x, y, out),
    scale: (a, x, out) => withNumber("scale", a, x, out),
    shift: (a, x, out) => withNumber("shift", a, x, out),
    exp: (x, out) => unary("exp", x, out),
    log: (x, out) => unary("log", x, out),
    sqrt: (x, out) => unary("sqrt", x, out),

    relu: (x, out) => unary("relu", x, out),
    isPositive: (x, out) => unary("isPositive", x, out),
    sign: (x, out) => unary("sign", x, out),
    maximum: (x, y, out) => binary("maximum", x, y, out),
    minimum: (x, y, out) => binary("minimum", x, y, out),
    isEqual: (x, y, out) => binary("isEqual", x, y, out),
    clip(x, out, low, high) {
      const n = out.length;
      run("clip", out, n, [["x", x, n]], (raw, po, [px]) => raw.clip(px, po, n, low, high), (kernels) => kernels.clip(x, out, low, high));
    },

    addRow: (x, row, out, rows, width) => spread("addRow", x, row, out, rows, width),
    scaleRows: (x, factors, out, rows, width) => spread("scaleRows", x, factors, out, rows, width),
    patches: (x, out, ...sizes) => windowed("patches", x, out, ...sizes),
    addPatches: (x, out, ...sizes) => windowed("addPatches", x, out, ...sizes),

    sumAxis: (x, out, outer, length, inner) => reduce("sumAxis", x, out, outer, length, inner),
    maxAxis: (x, out, outer, length, inner) => reduce("maxAxis", x, out, outer, length, inner),
  };
}
