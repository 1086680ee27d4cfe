import { describe, expect, it } from "vitest";
import { availableBackends, createWasmKernels, currentKernels, referenceKernels, selectBackend, wasmKernels } from "../../src/kernels/index.ts";
import type { FloatArray, Kernels } from "../../src/kernels/index.ts";
import { values, expectSameBits } from "./support.ts";

const MIB = 2 ** 20;
const small = (): Kernels => createWasmKernels({ initialBytes: 2 * MIB, capBytes: 16 * MIB });

function product(kernels: Kernels, a: FloatArray, out: FloatArray): void {
  kernels.matmulNT(a, a, out, 100, 100, 100);
}

describe("the arena", () => {
  it("allocates in its memory inside a scope, aligned to 16 bytes, and on the heap outside", () => {
    const kernels = small();
    expect(kernels.isScratch(kernels.allocate("float64", 3))).toBe(false);
    kernels.scope(() => {
      for (const n of [3, 1, 0, 7]) {
        const x = kernels.allocate("float32", n);
        expect(kernels.isScratch(x)).toBe(true);
        expect(x.byteOffset % 16).toBe(0);
        expect(x.length).toBe(n);
      }
    });
  });

  it("arrays of one scope do not overlap, and nested scopes keep them until the outermost ends", () => {
    const kernels = small();
    kernels.scope(() => {
      const first = kernels.allocate("float64", 5).fill(1);
      const inner = kernels.scope(() => kernels.allocate("float64", 5).fill(2));
      const last = kernels.allocate("float32", 5).fill(3);
      product(kernels, new Float64Array(10000).fill(9), new Float64Array(10000)); // scratch above the arrays
      expect([...first]).toEqual([1, 1, 1, 1, 1]);
      expect([...inner]).toEqual([2, 2, 2, 2, 2]);
      expect([...last]).toEqual([3, 3, 3, 3, 3]);
    });
  });

  it("a scope without room falls back to the heap with the same bits, detaches nothing, and the next one has room", () => {
    const kernels = small();
    const a = values("float64", 10000, 1, false);
    const expected = new Float64Array(10000);
    product(referenceKernels, a, expected);
    const work = (): number => kernels.scope(() => {
      const arrays: FloatArray[] = [];
      for (let i = 0; i < 40; i++) { // 3.2 MB
        const out = kernels.allocate("float64", 10000);
        product(kernels, a, out);
        arrays.push(out);
      }
      for (const out of arrays) expectSameBits(out, expected);
      return arrays.filter((x) => kernels.isScratch(x)).length;
    });
    expect(work()).toBeLessThan(40);
    expect(work()).toBe(40);
  });

  it("a kernel without room for its copies runs the reference with the same bits", () => {
    const kernels = createWasmKernels({ initialBytes: MIB, capBytes: MIB });
    const n = 100_000;
    const x = values("float64", n, 2, true);
    const expected = new Float64Array(n);
    const out = new Float64Array(n);
    referenceKernels.matmulTN(x, x, expected.subarray(0, 1), 1, 1, n);
    kernels.matmulTN(x, x, out.subarray(0, 1), 1, 1, n);
    expectSameBits(out.subarray(0, 1), expected.subarray(0, 1));
    kernels.scope(() => {
      while (kernels.isScratch(kernels.allocate("float64", 8)));
      referenceKernels.add(x, x, expected);
      kernels.add(x, x, out);
    });
    expectSameBits(out, expected);
    referenceKernels.sumAxis(x, expected.subarray(0, 1), 1, n, 1);
    kernels.scope(() => kernels.sumAxis(x, out.subarray(0, 1), 1, n, 1));
    expectSameBits(out.subarray(0, 1), expected.subarray(0, 1));
  });

  it("inside a scope a call that would need growth detaches nothing; the next scope has room for it", () => {
    const kernels = small();
    const x = values("float32", 400_000, 3, false);
    const [out, expected] = [new Float32Array(1), new Float32Array(1)];
    referenceKernels.matmulTN(x, x, expected, 1, 1, 400_000);
    for (let round = 0; round < 2; round++) {
      kernels.scope(() => {
        const live = kernels.allocate("float64", 8).fill(4);
        const { buffer } = live;
        kernels.matmulTN(x, x, out, 1, 1, 400_000); // 3.2 MB of copies into 2 MB
        expect([...live]).toEqual([4, 4, 4, 4, 4, 4, 4, 4]);
        expect(buffer.byteLength > 3_200_000).toBe(round === 1);
      });
      expectSameBits(out, expected);
    }
  });

  it("outside a scope the memory grows to what a call needs", () => {
    const kernels = small();
    const x = values("float32", 1_000_000, 3, false);
    const [out, expected] = [new Float32Array(1), new Float32Array(1)];
    kernels.matmulTN(x, x, out, 1, 1, 1_000_000); // 8 MB of copies
    referenceKernels.matmulTN(x, x, expected, 1, 1, 1_000_000);
    expectSameBits(out, expected);
    kernels.scope(() => expect(kernels.allocate("float32", 1).buffer.byteLength).toBeGreaterThan(8_000_000));
  });

  it("a kernel that goes row by row copies a block at a time, and its memory need not grow", () => {
    const kernels = small();
    const x = values("float32", 1_000_000, 3, false);
    const out = new Float32Array(1_000_000);
    const { buffer } = kernels.scope(() => kernels.allocate("float64", 1));
    kernels.scale(2, x, out);
    expectSameBits(out, x.map((v) => 2 * v));
    kernels.matmulNN(x, Float32Array.of(3), out, 1_000_000, 1, 1);
    expectSameBits(out, x.map((v) => 3 * v));
    expect(buffer.byteLength).toBe(2 * MIB);
  });

  it("a product grows the memory by the room that packing takes, not by its operands' alone", () => {
    const [m, n, k] = [1, 256, 256];
    const operands = 8 * (m * k + k * n + m * n); // 516 KiB, and packing takes one block of b: 512 KiB
    const kernels = createWasmKernels({ initialBytes: operands, capBytes: 16 * MIB });
    const [a, b] = [values("float64", m * k, 4, false), values("float64", k * n, 5, false)];
    const [out, expected] = [new Float64Array(m * n), new Float64Array(m * n)];
    kernels.matmulNN(a, b, out, m, n, k);
    referenceKernels.matmulNN(a, b, expected, m, n, k);
    expectSameBits(out, expected);
  });

  it("a frame gives its memory back when it ends, inside a scope too, and leaves what was there before", () => {
    const kernels = small();
    kernels.scope(() => {
      const before = kernels.allocate("float64", 5).fill(1);
      const addresses = [1, 2, 3].map((round) => kernels.frame(() => kernels.allocate("float64", 100_000).fill(round).byteOffset));
      expect(new Set(addresses).size).toBe(1);
      const after = kernels.allocate("float64", 5);
      expect(after.byteOffset).toBe(addresses[0]);
      expect([...before]).toEqual([1, 1, 1, 1, 1]);
    });
  });

  it("a scope that throws still ends", () => {
    const kernels = small();
    let address = -1;
    kernels.scope(() => { address = kernels.allocate("float64", 8).byteOffset; });
    expect(() => kernels.scope(() => { kernels.allocate("float64", 8); throw new Error("inside"); })).toThrow("inside");
    kernels.scope(() => expect(kernels.allocate("float64", 8).byteOffset).toBe(address));
  });

  it("names operands that outlived their scope, are too short, or have another dtype", () => {
    const kernels = small();
    const stale = kernels.scope(() => kernels.allocate("float64", 4));
    const x = new Float64Array(4);
    expect(() => kernels.add(stale, x, x)).toThrow("add: x outlived the scope that allocated it.\n  Expected an array of an open scope.");
    expect(() => kernels.add(new Float64Array(3), x, x)).toThrow("add: x has 3 elements.\n  Expected at least 4.");
    expect(() => kernels.matmulNN(x, x, x, 2, 2, 3)).toThrow("matmulNN: a has 4 elements.\n  Expected at least 6.");
    expect(() => kernels.add(new Float32Array(4), x, x)).toThrow("add: x is a Float32Array.\n  Expected the dtype of out, Float64Array.");
  });
});

describe("backends", () => {
  it("wasm is the default, both can be selected, and an unknown one is an error that names them", () => {
    expect(availableBackends).toEqual(["wasm", "reference"]);
    expect(currentKernels().name).toBe("wasm");
    expect(currentKernels()).toBe(wasmKernels());
    expect(selectBackend("reference")).toBe(referenceKernels);
    expect(currentKernels()).toBe(referenceKernels);
    expect(() => selectBackend("cuda" as "wasm")).toThrow('backend: there is no backend "cuda".\n  Expected one of "wasm", "reference".');
    selectBackend("wasm");
  });

  it("both offer the same kernels", () => {
    expect(Object.keys(wasmKernels()).sort()).toEqual(Object.keys(referenceKernels).sort());
  });
});
