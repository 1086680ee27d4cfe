/**
 * Speed of the kernels: matrix products on operands that lie in their memory, B packed beforehand, against the issue limit
 * of this machine (a loop of independent multiplications and additions, measured in turns with them); packing and the
 * activation by the element; one batch of the network, wasm and reference; elementwise kernels against reference.
 *
 *   node bench/run.mjs kernels
 */
import { createWasmKernels, referenceKernels } from "../src/kernels/index.ts";
import type { Dtype, FloatArray, Kernels } from "../src/kernels/index.ts";
import { wasmBytes } from "../src/simd/binary.ts";
import { kernelsOf } from "../src/simd/exports.ts";
import type { SimdExports } from "../src/simd/exports.ts";
import { compileSync, instantiate } from "../src/simd/host.ts";

function time(body: () => void): number {
  const start = performance.now();
  body();
  return performance.now() - start;
}

/** Best of `repeats` timings in milliseconds, after two runs and 50 ms to warm up: V8 compiles its fast version meanwhile. */
function best(body: () => void, repeats = 30): number {
  const until = performance.now() + 50;
  body();
  do body(); while (performance.now() < until);
  let least = Infinity;
  for (let i = 0; i < repeats; i++) least = Math.min(least, time(body));
  return least;
}

function filling(x: FloatArray): FloatArray {
  for (let i = 0; i < x.length; i++) x[i] = Math.sin(i * 12.9898) * 1.5;
  return x;
}

const filled = (kernels: Kernels, dtype: Dtype, n: number): FloatArray => filling(kernels.allocate(dtype, n));

const wasm = createWasmKernels({ initialBytes: 256 * 2 ** 20 });
const exports = instantiate(compileSync(wasmBytes())) as unknown as SimdExports;
exports.memory.grow(2048); // 128 MiB
const bytesOf = { float64: 8, float32: 4 } as const;
const rawKernels = { float64: kernelsOf(exports, "F64"), float32: kernelsOf(exports, "F32") };

/** Room for arrays one after the other in the raw kernels' memory, from its beginning. */
function arrays(dtype: Dtype): (n: number) => number {
  let next = exports.heapBase();
  return (n) => {
    const at = Math.ceil(next / 64) * 64;
    next = at + n * bytesOf[dtype];
    const { buffer } = exports.memory;
    filling(dtype === "float64" ? new Float64Array(buffer, at, n) : new Float32Array(buffer, at, n));
    return at;
  };
}

const probeSteps = 20_000;
/** Operations a step of the probe, and the probe. */
const probes = {
  float64: { work: 80, run: () => exports.peakProbeF64(probeSteps) },
  float32: { work: 160, run: () => exports.peakProbeF32(probeSteps) },
} as const;

/** Best time of the body and of the probe in ms, taken in turns, so that both meet the same neighbours on the machine. */
function against(dtype: Dtype, body: () => void): { ms: number; peak: number } {
  const calls = Math.max(1, Math.ceil(0.5 / best(body, 3)));
  let ms = Infinity, probe = Infinity;
  for (let round = 0; round < 40; round++) {
    probe = Math.min(probe, time(probes[dtype].run));
    ms = Math.min(ms, time(() => { for (let call = 0; call < calls; call++) body(); }) / calls);
  }
  return { ms, peak: (probes[dtype].work * probeSteps) / probe / 1e6 };
}

/** The products of one step at three sizes: rows are samples by patches; then a batch of the paper's network, and cubes. */
const shapes: ["NT" | "NN" | "TN", number, number, number, string][] = [
  ["NT", 512, 16, 32, "S, forward"], ["NN", 512, 32, 16, "S, gradient in X"], ["TN", 16, 32, 512, "S, gradient in W"],
  ["NT", 512, 80, 128, "M, a strip"], ["NN", 512, 128, 80, "M, a strip"], ["TN", 80, 128, 512, "M, a strip"],
  ["NT", 4096, 80, 128, "M"], ["NN", 4096, 128, 80, "M"], ["TN", 80, 128, 4096, "M"],
  ["NT", 128, 320, 512, "L, a strip"], ["NN", 128, 512, 320, "L, a strip"], ["TN", 320, 512, 128, "L, a strip"],
  ["NT", 512, 320, 512, "L, a strip"], ["NN", 512, 512, 320, "L, a strip"], ["TN", 320, 512, 512, "L, a strip"],
  ["NT", 16000, 50, 20, ""], ["NN", 16000, 20, 50, ""], ["TN", 50, 20, 16000, ""],
  ...[256, 512].flatMap((n) => (["NT", "NN", "TN"] as const).map((layout): ["NT" | "NN" | "TN", number, number, number, string] => [layout, n, n, n, "a cube"])),
];
const peaks: Record<Dtype, number> = { float64: 0, float32: 0 };
const lines: { dtype: Dtype; label: string; ms: number; gflops: number }[] = [];
for (const dtype of ["float64", "float32"] as const) {
  const raw = rawKernels[dtype];
  for (const [layout, m, n, k, words] of shapes) {
    const room = arrays(dtype);
    const [a, b, out] = [room(m * k), room(k * n), room(m * n)];
    const scratch = room(Math.max(exports.packedBytes(n, k, bytesOf[dtype]), exports.matmulScratchBytes(n, k, bytesOf[dtype])) / bytesOf[dtype]);
    if (layout === "NN") raw.packNN(b, n, n, k, scratch);
    else if (layout === "NT") raw.packNT(b, k, n, k, scratch);
    const { ms, peak } = against(dtype, layout === "TN"
      ? () => raw.matmulTN(a, m, b, n, out, n, m, n, k, 0, scratch)
      : () => raw.matmulPacked(a, k, scratch, out, n, m, n, k, 0));
    peaks[dtype] = Math.max(peaks[dtype], peak);
    lines.push({ dtype, label: `${layout} m=${m} n=${n} k=${k}`.padEnd(26) + words, ms, gflops: (2 * m * n * k) / ms / 1e6 });
  }
}
console.log(`issue limit, one multiplication and one addition at a time: ${peaks.float64.toFixed(1)} GFLOP/s in float64, ${peaks.float32.toFixed(1)} in float32`);
for (const { dtype, label, ms, gflops } of lines) {
  console.log(`${dtype} ${label}`.padEnd(52) + `${ms.toFixed(4)} ms`.padStart(11) + `${gflops.toFixed(1)} GFLOP/s`.padStart(14) + `${((100 * gflops) / peaks[dtype]).toFixed(0)} %`.padStart(6));
}

/** The margin's gradient in X at the reference point: neurons of the label and of one rival have a cotangent, and of those two in three answer, alike in all patches of a sample. Against the same product of a full matrix. */
for (const dtype of ["float64", "float32"] as const) {
  const raw = rawKernels[dtype];
  const room = arrays(dtype);
  const [rows, n, k] = [16_000, 20, 50];
  const [full, thin, b, out, packed] = [room(rows * k), room(rows * k), room(k * n), room(rows * n), room(exports.packedBytes(n, k, bytesOf[dtype]) / bytesOf[dtype])];
  const { buffer } = exports.memory;
  const entries = dtype === "float64" ? new Float64Array(buffer, thin, rows * k) : new Float32Array(buffer, thin, rows * k);
  for (let at = 0; at < entries.length; at++) {
    const [sample, neuron] = [Math.floor(at / k / 400), at % k];
    const [label, rival] = [sample % 5, (sample + 1) % 5].map((i) => i === Math.floor(neuron / 10));
    if (!(label || rival) || (neuron * 7919 + sample) % 3 === 0) entries[at] = 0;
  }
  raw.packNN(b, n, n, k, packed);
  const [dense, sparse] = [full, thin].map((a) => against(dtype, () => raw.matmulPacked(a, k, packed, out, n, rows, n, k, 0)).ms);
  console.log(`NN m=${rows} n=${n} k=${k}, the margin's gradient, ${dtype}: ${sparse.toFixed(3)} ms, ${(dense / sparse).toFixed(2)} times as fast as with no zeros (${dense.toFixed(3)} ms)`);
}

/** Batch, patches, classes and neurons. */
const activations: [string, [number, number, number, number]][] = [["S", [64, 8, 4, 4]], ["M", [64, 16, 10, 8]], ["L", [32, 16, 10, 32]]];
/** Packing, transposing and the network's activation, by the element. */
for (const dtype of ["float64", "float32"] as const) {
  const raw = rawKernels[dtype];
  const room = arrays(dtype);
  const [x, y, packed] = [room(512 * 512), room(512 * 512), room(512 * 512)];
  const cases: [string, number, () => void][] = [
    ["packNN of [512, 320]", 512 * 320, () => raw.packNN(x, 320, 320, 512, packed)],
    ["packNT of [320, 512]", 512 * 320, () => raw.packNT(x, 512, 320, 512, packed)],
    ["transpose of [512, 320]", 512 * 320, () => raw.transpose(x, 320, y, 512, 512, 320)],
    ...activations.flatMap(([name, sizes]): [string, number, () => void][] => {
      const n = sizes[0] * sizes[1] * sizes[2] * sizes[3];
      return [
        [`${name}: smoothedReluSum`, n, () => raw.smoothedReluSum(x, packed, ...sizes, 3, 0.1)],
        [`${name}: smoothedReluSumSlope`, n, () => raw.smoothedReluSumSlope(x, packed, y, ...sizes, 3, 0.1)],
        [`${name}: maskedSlopes`, n, () => raw.maskedSlopes(y, x, packed, ...sizes)],
        [`${name}: smoothedReluSumVjp`, n, () => raw.smoothedReluSumVjp(x, y, packed, ...sizes, 3, 0.1)],
      ];
    }),
    ["normalizeRowsAdd of [512, 128]", 512 * 128, () => raw.normalizeRowsAdd(x, y, packed, 512, 128, 0.1)],
  ];
  for (const [name, n, run] of cases) {
    const calls = Math.ceil(1e5 / n);
    const ms = best(() => { for (let call = 0; call < calls; call++) run(); }) / calls;
    console.log(`${name}, ${dtype}: ${((ms * 1e6) / n).toFixed(3)} ns an element`);
  }
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
