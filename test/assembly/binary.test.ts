import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sourceHash as recomputedHash } from "../../assembly/build.mjs";
import { referenceKernels } from "../../src/kernels/index.ts";
import { wasmBytes } from "../../src/simd/binary.ts";
import { compileSync, instantiate } from "../../src/simd/host.ts";
import { sourceHash } from "../../src/simd/wasm-binary.generated.ts";

describe("the embedded binary", () => {
  it("is built from the sources in assembly/ (otherwise run: node assembly/build.mjs)", () => {
    expect(sourceHash).toBe(recomputedHash());
  });

  it("stays below 51 kB", () => {
    expect(wasmBytes().length).toBeLessThan(51_000);
  });

  it("imports nothing and exports every kernel in both dtypes, and nothing unnamed in src/simd/exports.ts", () => {
    const exports = Object.keys(instantiate(compileSync(wasmBytes())));
    const declared = [...readFileSync(new URL("../../src/simd/exports.ts", import.meta.url), "utf8").matchAll(/^ {2}(\w+)\(.*\): \w+;$/gm)].map(([, name]) => name);
    const plain = ["packedBytes", "matmulScratchBytes", "peakProbeF64", "peakProbeF32", "heapBase", "edgeBytes", "moveEdge"];
    const kernels = Object.keys(referenceKernels).filter((name) => !["name", "scope", "frame", "allocate", "isScratch"].includes(name));
    // parts of the products, which those of the interface are made of, and fusions of two kernels
    const parts = ["packNN", "packNT", "matmulPacked", "transpose", "smoothedReluSumSlope", "maskedSlopes", "normalizeRowsAdd", "sumRows", "gatherRows"];
    const raw = [...parts, ...kernels.filter((name) => !["matmulNN", "matmulNT"].includes(name))];
    expect(declared.filter((name) => !plain.includes(name)).sort()).toEqual(raw.sort());
    expect(exports.sort()).toEqual(["memory", ...plain, ...raw.flatMap((name) => [`${name}F64`, `${name}F32`])].sort());
  });
});
