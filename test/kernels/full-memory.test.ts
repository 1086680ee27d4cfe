import { describe, expect, it, vi } from "vitest";
import { createWasmKernels, type FloatArray, type Kernels, referenceKernels } from "../../src/kernels/index.ts";
import { wasmBytes } from "../../src/simd/binary.ts";
import { instantiateKernels } from "../../src/simd/instance.ts";
import { expectSameBits, values } from "./support.ts";

/** A memory of 1 MiB that may not grow and that takes operands whole: none of the calls below fits. */
const full = createWasmKernels({ initialBytes: 2 ** 20, capBytes: 2 ** 20, blockBytes: 2 ** 30, packedBytes: 2 ** 30 });
const n = 150_000;
const [x, y, positive] = [values("float64", n, 1, false), values("float64", n, 2, false), values("float64", n, 3, false).map((v) => Math.abs(v) + 0.1) as FloatArray];
const few = values("float64", 1500, 4, false);
const labels = Int32Array.from({ length: 1500 }, (_, i) => (7 * i) % 100);

/** Every kernel once: the length of its result, and the call. */
const calls: Record<string, [length: number, call: (kernels: Kernels, out: FloatArray) => void]> = {
  matmulNN: [n, (kernels, out) => kernels.matmulNN(x, few.subarray(0, 100), out, 1500, 100, 1)],
  matmulNT: [n, (kernels, out) => kernels.matmulNT(few, x.subarray(0, 100), out, 1500, 100, 1)],
  matmulTN: [1, (kernels, out) => kernels.matmulTN(x, y, out, 1, 1, n)],
  smoothedRelu: [n, (kernels, out) => kernels.smoothedRelu(x, out, 3, 0.5)],
  smoothedReluSlope: [n, (kernels, out) => kernels.smoothedReluSlope(x, out, 3, 0.5)],
  smoothedReluSum: [300, (kernels, out) => kernels.smoothedReluSum(x, out, 30, 100, 10, 5, 3, 0.5)],
  smoothedReluSumVjp: [n, (kernels, out) => kernels.smoothedReluSumVjp(x, few, out, 30, 100, 10, 5, 3, 0.5)],
  rowNorm: [1500, (kernels, out) => kernels.rowNorm(x, out, 1500, 100)],
  normalizeRows: [n, (kernels, out) => kernels.normalizeRows(x, out, 1500, 100, 2)],
  projectRows: [n, (kernels, out) => kernels.projectRows(x, out, 1500, 100, 0.5, 3)],
  logSoftmax: [n, (kernels, out) => kernels.logSoftmax(x, out, 1500, 100)],
  softmaxCrossEntropy: [1500, (kernels, out) => kernels.softmaxCrossEntropy(x, labels, out, 1500, 100)],
  softmaxCrossEntropyVjp: [n, (kernels, out) => kernels.softmaxCrossEntropyVjp(x, labels, few, out, 1500, 100)],
  axpy: [n, (kernels, out) => kernels.axpy(0.3, x, y, out)],
  add: [n, (kernels, out) => kernels.add(x, y, out)],
  subtract: [n, (kernels, out) => kernels.subtract(x, y, out)],
  multiply: [n, (kernels, out) => kernels.multiply(x, y, out)],
  divide: [n, (kernels, out) => kernels.divide(x, y, out)],
  scale: [n, (kernels, out) => kernels.scale(0.3, x, out)],
  shift: [n, (kernels, out) => kernels.shift(0.3, x, out)],
  exp: [n, (kernels, out) => kernels.exp(x, out)],
  log: [n, (kernels, out) => kernels.log(positive, out)],
  sqrt: [n, (kernels, out) => kernels.sqrt(positive, out)],
  relu: [n, (kernels, out) => kernels.relu(x, out)],
  isPositive: [n, (kernels, out) => kernels.isPositive(x, out)],
  sign: [n, (kernels, out) => kernels.sign(x, out)],
  maximum: [n, (kernels, out) => kernels.maximum(x, y, out)],
  minimum: [n, (kernels, out) => kernels.minimum(x, y, out)],
  isEqual: [n, (kernels, out) => kernels.isEqual(x, y, out)],
  clip: [n, (kernels, out) => kernels.clip(x, out, -1, 2)],
  addRow: [n, (kernels, out) => kernels.addRow(x, few, out, 1500, 100)],
  scaleRows: [n, (kernels, out) => kernels.scaleRows(x, few, out, 1500, 100)],
  patches: [n, (kernels, out) => kernels.patches(x, out, 15, 100, 50, 2, 2, 5, 2, 5, 0, 0)],
  addPatches: [n, (kernels, out) => kernels.addPatches(x, out, 15, 100, 50, 2, 2, 5, 2, 5, 0, 0)],
  sumAxis: [1500, (kernels, out) => kernels.sumAxis(x, out, 15, 100, 100)],
  maxAxis: [1500, (kernels, out) => kernels.maxAxis(x, out, 15, 100, 100)],
};

describe("a memory too small for a call", () => {
  it("is tried with every kernel", () => {
    const others = ["name", "scope", "frame", "allocate", "isScratch"];
    expect(Object.keys(calls).sort()).toEqual(Object.keys(referenceKernels).filter((name) => !others.includes(name)).sort());
  });
  it.each(Object.keys(calls))("has %s carried out elsewhere, with the same bits", (name) => {
    const [length, call] = calls[name];
    const [out, expected] = [new Float64Array(length).fill(-77), new Float64Array(length)];
    call(full, out);
    call(referenceKernels, expected);
    expectSameBits(out, expected);
    expect(full.scope(() => full.allocate("float64", 1).buffer.byteLength)).toBeLessThanOrEqual(2 ** 20);
  });
});

describe("a scope whose arrays fill the memory", () => {
  it.each([[200, 400], [512, 512]])("still has room to pack an operand of %i x %i, whole or in pieces", (k, width) => {
    const elsewhere = vi.fn<() => Kernels>(() => full);
    const kernels = instantiateKernels(wasmBytes(), { initialBytes: 8 * 2 ** 20, capBytes: 8 * 2 ** 20, whenFull: elsewhere });
    kernels.scope(() => {
      const [a, b, out] = [5 * k, k * width, 5 * width].map((length) => kernels.allocate("float64", length));
      a.set(x.subarray(0, a.length));
      for (let at = 0; at < b.length; at++) b[at] = y[at % n];
      while (kernels.isScratch(kernels.allocate("float64", 100)));
      kernels.matmulNN(a, b, out, 5, width, k);
      const expected = new Float64Array(out.length);
      referenceKernels.matmulNN(a, b, expected, 5, width, k);
      expectSameBits(out, expected);
    });
    expect(elsewhere).not.toHaveBeenCalled();
  });
});
