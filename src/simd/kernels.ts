import type { FloatArray, Kernels } from "../kernels/types.ts";
import { Arena, paddedBytes } from "./arena.ts";
import type { ArenaOptions } from "./arena.ts";
import { kernelsOf } from "./exports.ts";
import type { RawKernels, SimdExports } from "./exports.ts";

export type SimdKernels = Omit<Kernels, "name">;

export interface SimdOptions extends ArenaOptions {
  /** Operands outside the memory are copied in about so many bytes at a time, four rows at least; by default 256 KiB, which stay in a core's cache. */
  blockBytes?: number;
  /** A product packs its second operand whole up to so many bytes, and beyond them piece by piece; by default 768 KiB, which with a block fit into the room that an arena keeps free. */
  packedBytes?: number;
  /** Carries out a call for which the memory has no room; without it such a call throws. */
  whenFull?: () => SimdKernels;
  /** Makes the error for an operand that does not fit. */
  fail?: (where: string, problem: string, expected: string) => Error;
}

/** B is packed whole, or so many columns and inner indices at a time. */
const PACKED_COLUMNS = 256;
const PACKED_INNER = 256;
/** A block of rows is a multiple of these: what a product takes at a time. */
const ROWS = 4;

type Operand = FloatArray | Int32Array;
/** Its elements a row, and how many elements serve all rows. */
type RowOperand = readonly [name: string, x: Operand, width: number, shared?: number];

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
  const { whenFull, blockBytes = 2 ** 18, packedBytes = 3 * 2 ** 18 } = options;
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

  /** Hands a call for which there is no room to `whenFull`. */
  function full(where: string, bytes: number, instead: (kernels: SimdKernels) => void): void {
    if (whenFull === undefined) throw fail(where, `the call needs ${bytes} more bytes than the memory has.`, "room below capBytes, or no open scope, so that the memory may grow");
    instead(whenFull());
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
    if (!arena.begin(bytes)) return full(where, bytes, instead);
    for (let i = 0; i < operands.length; i++) {
      if (pointers[i] < 0) pointers[i] = arena.copyIn(operands[i][1], operands[i][2]);
    }
    const po = home < 0 ? arena.take(paddedBytes(out, outLength)) : home;
    call(out instanceof Float64Array ? f64 : f32, po, pointers);
    if (home < 0) arena.read(out, 0, outLength, po);
  }

  /** B is packed once, and then serves A's rows in blocks. */
  function matmulRowMajor(name: "matmulNN" | "matmulNT", a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void {
    const size = out.BYTES_PER_ELEMENT;
    // the helper counts in 32 bits, so it is not asked about what is too large anyhow
    const scratch = n * k * size > packedBytes ? Infinity : exports.packedBytes(n, k, size);
    if (scratch > packedBytes) return matmulInPieces(name, a, b, out, m, n, k);
    let packed = -1;
    runRows(name, out, m, n, [["a", a, k], ["b", b, 0, k * n]], (raw, po, [pa, pb], rows) => {
      if (packed < 0) {
        packed = arena.take(scratch);
        if (name === "matmulNN") raw.packNN(pb, n, n, k, packed);
        else raw.packNT(pb, k, n, k, packed);
      }
      raw.matmulPacked(pa, k, packed, po, n, rows, n, k, 0);
    }, (kernels) => kernels[name](a, b, out, m, n, k), scratch);
  }

  /** B is packed a block of columns and inner indices at a time; each block continues the sums of the one before it. */
  function matmulInPieces(name: "matmulNN" | "matmulNT", a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void {
    const size = out.BYTES_PER_ELEMENT;
    const columns = Math.min(n, PACKED_COLUMNS);
    const inner = Math.min(k, PACKED_INNER);
    const scratch = exports.packedBytes(columns, inner, size);
    run(name, out, m * n, [["a", a, m * k], ["b", b, k * n]], (raw, po, [pa, pb]) => {
      const packed = arena.take(scratch);
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

  /**
   * One call of a kernel that computes each row from the operands' own rows, `width` elements of out at a time. Operands
   * outside the memory go through it a block of rows at a time; `shared` elements of an operand serve every row.
   */
  function runRows(
    where: string, out: FloatArray, rows: number, width: number, operands: readonly RowOperand[],
    call: (raw: RawKernels, po: number, pointers: readonly number[], rows: number) => void, instead: (kernels: SimdKernels) => void, scratch = 0,
  ): void {
    const home = locate(where, "out", out, rows * width, out);
    let each = home < 0 ? width * out.BYTES_PER_ELEMENT : 0;
    let once = scratch + 16 * (operands.length + 1);
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i];
      const shared = operand[3] ?? 0;
      pointers[i] = locate(where, operand[0], operand[1], rows * operand[2] + shared, out);
      if (pointers[i] >= 0) continue;
      each += operand[2] * operand[1].BYTES_PER_ELEMENT;
      once += shared * operand[1].BYTES_PER_ELEMENT;
    }
    const block = each * rows <= blockBytes ? rows : Math.min(rows, Math.max(ROWS, Math.floor(blockBytes / each / ROWS) * ROWS));
    if (!arena.begin(each * block + once)) return full(where, each * block + once, instead);
    const raw = out instanceof Float64Array ? f64 : f32;
    if (block < rows) return inBlocks(raw, home, out, rows, width, operands, call, block);
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i];
      if (pointers[i] < 0) pointers[i] = arena.copyIn(operand[1], rows * operand[2] + (operand[3] ?? 0));
    }
    const po = home < 0 ? arena.take(paddedBytes(out, rows * width)) : home;
    call(raw, po, pointers, rows);
    if (home < 0) arena.read(out, 0, rows * width, po);
  }

  /** What runRows does when its operands do not all lie in the memory, and not all of them are to be there at once. */
  function inBlocks(
    raw: RawKernels, home: number, out: FloatArray, rows: number, width: number, operands: readonly RowOperand[],
    call: (raw: RawKernels, po: number, pointers: readonly number[], rows: number) => void, block: number,
  ): void {
    const result = home < 0 ? arena.take(paddedBytes(out, block * width)) : home;
    const homes = pointers.slice(0, operands.length);
    operands.forEach(([, x, own, shared = 0], i) => {
      if (homes[i] >= 0) return;
      pointers[i] = arena.take(paddedBytes(x, own * block + shared));
      arena.write(x, 0, shared, pointers[i]);
    });
    for (let row = 0; row < rows; row += block) {
      const count = Math.min(block, rows - row);
      operands.forEach(([, x, own], i) => {
        if (homes[i] >= 0) pointers[i] = homes[i] + row * own * x.BYTES_PER_ELEMENT;
        else if (own > 0) arena.write(x, row * own, count * own, pointers[i]);
      });
      call(raw, home < 0 ? result : home + row * width * out.BYTES_PER_ELEMENT, pointers, count);
      if (home < 0) arena.read(out, row * width, count * width, result);
    }
  }

  function binary(name: "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum" | "isEqual", x: FloatArray, y: FloatArray, out: FloatArray): void {
    runRows(name, out, out.length, 1, [["x", x, 1], ["y", y, 1]], (raw, po, [px, py], n) => raw[name](px, py, po, n), (kernels) => kernels[name](x, y, out));
  }

  function unary(name: "exp" | "log" | "sqrt" | "relu" | "isPositive" | "sign", x: FloatArray, out: FloatArray): void {
    runRows(name, out, out.length, 1, [["x", x, 1]], (raw, po, [px], n) => raw[name](px, po, n), (kernels) => kernels[name](x, out));
  }

  function withNumber(name: "scale" | "shift", a: number, x: FloatArray, out: FloatArray): void {
    runRows(name, out, out.length, 1, [["x", x, 1]], (raw, po, [px], n) => raw[name](a, px, po, n), (kernels) => kernels[name](a, x, out));
  }

  function pointwise(name: "smoothedRelu" | "smoothedReluSlope", z: FloatArray, out: FloatArray, q: number, rho: number): void {
    runRows(name, out, out.length, 1, [["z", z, 1]], (raw, po, [pz], n) => raw[name](pz, po, n, q, rho), (kernels) => kernels[name](z, out, q, rho));
  }

  function reduce(name: "sumAxis" | "maxAxis", x: FloatArray, out: FloatArray, outer: number, length: number, inner: number): void {
    runRows(name, out, outer, inner, [["x", x, length * inner]],
      (raw, po, [px], rows) => raw[name](px, po, rows, length, inner), (kernels) => kernels[name](x, out, outer, length, inner));
  }

  function spread(name: "addRow" | "scaleRows", x: FloatArray, other: FloatArray, out: FloatArray, rows: number, width: number): void {
    runRows(name, out, rows, width, [["x", x, width], name === "addRow" ? ["row", other, 0, width] : ["factors", other, 1]],
      (raw, po, [px, pr], count) => raw[name](px, pr, po, count, width), (kernels) => kernels[name](x, other, out, rows, width));
  }

  function windowed(
    name: "patches" | "addPatches", x: FloatArray, out: FloatArray, images: number, height: number, width: number, channels: number,
    sizeR: number, sizeC: number, strideR: number, strideC: number, padR: number, padC: number,
  ): void {
    const pixels = height * width * channels;
    const count = (length: number, size: number, stride: number, pad: number) => Math.floor((length + 2 * pad - size) / stride) + 1;
    const seen = count(height, sizeR, strideR, padR) * count(width, sizeC, strideC, padC) * sizeR * sizeC * channels;
    runRows(name, out, images, name === "patches" ? seen : pixels, [["x", x, name === "patches" ? pixels : seen]],
      (raw, po, [px], some) => raw[name](px, po, some, height, width, channels, sizeR, sizeC, strideR, strideC, padR, padC),
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
      runRows("smoothedReluSum", out, batch, classes, [["z", z, patches * classes * neurons]],
        (raw, po, [pz], samples) => raw.smoothedReluSum(pz, po, samples, patches, classes, neurons, q, rho),
        (kernels) => kernels.smoothedReluSum(z, out, batch, patches, classes, neurons, q, rho));
    },
    smoothedReluSumVjp(z, ct, out, batch, patches, classes, neurons, q, rho) {
      const n = patches * classes * neurons;
      runRows("smoothedReluSumVjp", out, batch, n, [["z", z, n], ["ct", ct, classes]],
        (raw, po, [pz, pc], samples) => raw.smoothedReluSumVjp(pz, pc, po, samples, patches, classes, neurons, q, rho),
        (kernels) => kernels.smoothedReluSumVjp(z, ct, out, batch, patches, classes, neurons, q, rho));
    },

    rowNorm(x, out, rows, width) {
      runRows("rowNorm", out, rows, 1, [["x", x, width]],
        (raw, po, [px], count) => raw.rowNorm(px, po, count, width), (kernels) => kernels.rowNorm(x, out, rows, width));
    },
    normalizeRows(x, out, rows, width, length) {
      runRows("normalizeRows", out, rows, width, [["x", x, width]],
        (raw, po, [px], count) => raw.normalizeRows(px, po, count, width, length), (kernels) => kernels.normalizeRows(x, out, rows, width, length));
    },
    projectRows(x, out, rows, width, scale, radius) {
      runRows("projectRows", out, rows, width, [["x", x, width]],
        (raw, po, [px], count) => raw.projectRows(px, po, count, width, scale, radius),
        (kernels) => kernels.projectRows(x, out, rows, width, scale, radius));
    },

    logSoftmax(logits, out, rows, classes) {
      runRows("logSoftmax", out, rows, classes, [["logits", logits, classes]],
        (raw, po, [px], count) => raw.logSoftmax(px, po, count, classes), (kernels) => kernels.logSoftmax(logits, out, rows, classes));
    },
    softmaxCrossEntropy(logits, labels, out, rows, classes) {
      runRows("softmaxCrossEntropy", out, rows, 1, [["logits", logits, classes], ["labels", labels, 1]],
        (raw, po, [px, pl], count) => raw.softmaxCrossEntropy(px, pl, po, count, classes),
        (kernels) => kernels.softmaxCrossEntropy(logits, labels, out, rows, classes));
    },
    softmaxCrossEntropyVjp(logits, labels, ct, out, rows, classes) {
      runRows("softmaxCrossEntropyVjp", out, rows, classes, [["logits", logits, classes], ["labels", labels, 1], ["ct", ct, 1]],
        (raw, po, [px, pl, pc], count) => raw.softmaxCrossEntropyVjp(px, pl, pc, po, count, classes),
        (kernels) => kernels.softmaxCrossEntropyVjp(logits, labels, ct, out, rows, classes));
    },

    axpy(a, x, y, out) {
      runRows("axpy", out, out.length, 1, [["x", x, 1], ["y", y, 1]], (raw, po, [px, py], n) => raw.axpy(a, px, py, po, n), (kernels) => kernels.axpy(a, x, y, out));
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
      runRows("clip", out, out.length, 1, [["x", x, 1]], (raw, po, [px], n) => raw.clip(px, po, n, low, high), (kernels) => kernels.clip(x, out, low, high));
    },

    addRow: (x, row, out, rows, width) => spread("addRow", x, row, out, rows, width),
    scaleRows: (x, factors, out, rows, width) => spread("scaleRows", x, factors, out, rows, width),
    patches: (x, out, ...sizes) => windowed("patches", x, out, ...sizes),
    addPatches: (x, out, ...sizes) => windowed("addPatches", x, out, ...sizes),

    sumAxis: (x, out, outer, length, inner) => reduce("sumAxis", x, out, outer, length, inner),
    maxAxis: (x, out, outer, length, inner) => reduce("maxAxis", x, out, outer, length, inner),
  };
}
