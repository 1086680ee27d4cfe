/**
 * Speed of the kernels: matrix products against the issue limit of this machine (a loop of independent multiplications and
 * additions, measured in the same run), one sample batch of the network, and wasm against reference.
 *
 *   node bench/run.mjs kernels
 */
import { createWasmKernels, referenceKernels } from "../src/kernels/index.ts";
import type { Dtype, FloatArray, Kernels } from "../src/kernels/index.ts";
import { wasmBytes } from "../src/simd/binary.ts";
import type { SimdExports } from "../src/simd/exports.ts";
import { compileSync, instantiate } from "../src/simd/host.ts";

/** Best of `repeats` timings in milliseconds, after two runs and 50 ms to warm up: V8 compiles its fast version meanwhile. */
function best(body: () => void, repeats = 30): number {
  const until = performance.now() + 50;
  body();
  do body(); while (performance.now() < until);
  let least = Infinity;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    body();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function filled(kernels: Kernels, dtype: Dtype, n: number): FloatArray {
  const x = kernels.allocate(dtype, n);
  for (let i = 0; i < n; i++) x[i] = Math.sin(i * 12.9898) * 1.5;
  return x;
}

const wasm = createWasmKernels({ initialBytes: 256 * 2 ** 20 });
const raw = instantiate(compileSync(wasmBytes())) as unknown as SimdExports;

const probeSteps = 200_000;
const peak = (): number => (80 * probeSteps) / best(() => raw.peakProbeF64(probeSteps), 40) / 1e6;
const peaks = [peak()];

type Layout = "matmulNN" | "matmulNT" | "matmulTN";
const shapes: [Layout, number, number, number][] = [
  ["matmulNT", 16000, 50, 20],
  ["matmulTN", 50, 20, 16000],
  ["matmulNN", 16000, 20, 50],
  ["matmulNT", 4096, 80, 128],
  ["matmulTN", 80, 128, 4096],
  ["matmulNN", 512, 512, 512],
  ["matmulNT", 512, 512, 512],
  ["matmulTN", 512, 512, 512],
];
const rows: string[] = [];
for (const dtype of ["float64", "float32"] as const) {
  for (const [layout, m, n, k] of shapes) {
    wasm.scope(() => {
      const a = filled(wasm, dtype, m * k);
      const b = filled(wasm, dtype, k * n);
      const out = wasm.allocate(dtype, m * n);
      const ms = best(() => wasm[layout](a, b, out, m, n, k));
      const slow = best(() => referenceKernels[layout](a, b, out, m, n, k), 1);
      const gflops = (2 * m * n * k) / ms / 1e6;
      rows.push(`${dtype} ${layout} m=${m} n=${n} k=${k}`.padEnd(42) + `${ms.toFixed(3)} ms`.padStart(11) + `${gflops.toFixed(2)} GFLOP/s`.padStart(15)
        + `  ${(slow / ms).toFixed(1)} x reference`);
    });
  }
}
peaks.push(peak());
console.log(`f64x2 multiply-and-add peak: ${peaks.map((p) => p.toFixed(2)).join(" and ")} GFLOP/s (before, after)`);
for (const row of rows) {
  const gflops = Number(/([\d.]+) GFLOP/.exec(row)![1]);
  const limit = Math.max(...peaks) * (row.startsWith("float32") ? 2 : 1);
  console.log(`${row}  ${((100 * gflops) / limit).toFixed(0)} % of peak`);
}

/** Z = X W^T, its smoothed ReLU summed, the cotangent back, dW = dZ^T X: batch 1000, 16 patches, 2 classes, 25 neurons. */
for (const dtype of ["float64", "float32"] as const) {
  for (const kernels of [wasm, referenceKernels]) {
    const x = filled(referenceKernels, dtype, 16000 * 20);
    const w = filled(referenceKernels, dtype, 50 * 20);
    const ct = filled(referenceKernels, dtype, 2000);
    const parts = { copy: 0, product: 0, sum: 0, vjp: 0, gradient: 0 };
    const ms = best(() => kernels.scope(() => {
      const t0 = performance.now();
      const X = kernels.allocate(dtype, x.length);
      X.set(x);
      const Z = kernels.allocate(dtype, 16000 * 50);
      const dZ = kernels.allocate(dtype, 16000 * 50);
      const f = kernels.allocate(dtype, 2000);
      const dW = kernels.allocate(dtype, 1000);
      const t1 = performance.now();
      kernels.matmulNT(X, w, Z, 16000, 50, 20);
      const t2 = performance.now();
      kernels.smoothedReluSum(Z, f, 1000, 16, 2, 25, 3, 0.5);
      const t3 = performance.now();
      kernels.smoothedReluSumVjp(Z, ct, dZ, 1000, 16, 2, 25, 3, 0.5);
      const t4 = performance.now();
      kernels.matmulTN(dZ, X, dW, 50, 20, 16000);
      Object.assign(parts, { copy: t1 - t0, product: t2 - t1, sum: t3 - t2, vjp: t4 - t3, gradient: performance.now() - t4 });
    }), kernels === wasm ? 30 : 2);
    const detail = Object.entries(parts).map(([name, t]) => `${name} ${t.toFixed(2)}`).join(", ");
    console.log(`one batch, ${dtype}, ${kernels.name}: ${ms.toFixed(2)} ms (last run: ${detail})`);
  }
}

for (const dtype of ["float64", "float32"] as const) {
  for (const [name, run] of [
    ["exp", (k, x, out) => k.exp(x, out)],
    ["log", (k, x, out) => k.log(x, out)],
    ["axpy", (k, x, out) => k.axpy(2, x, x, out)],
    ["logSoftmax of rows of 10", (k, x, out) => k.logSoftmax(x, out, 10000, 10)],
    ["projectRows of 20", (k, x, out) => k.projectRows(x, out, 5000, 20, 1, 0.5)],
    ["sumAxis of [5000, 20, 1]", (k, x, out) => k.sumAxis(x, out, 5000, 20, 1)],
  ] as [string, (k: Kernels, x: FloatArray, out: FloatArray) => void][]) {
    wasm.scope(() => {
      const x = filled(wasm, dtype, 100_000);
      const out = wasm.allocate(dtype, 100_000);
      const fast = best(() => run(wasm, x, out));
      const slow = best(() => run(referenceKernels, x, out));
      console.log(`${name}, ${dtype}, 100 000 elements: ${(fast * 10).toFixed(2)} ns an element, ${(slow / fast).toFixed(1)} x reference`);
    });
  }
}
