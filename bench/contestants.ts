/** Who takes part: this project in its forms, and its peers. Every one runs in a process of its own, on one thread. */
import type { Dtype } from "../src/index.ts";
import type { CnnTask, MatmulTask, StepTask, Task } from "./task.ts";

export interface Contestant {
  id: string;
  /** As tables call it. */
  name: string;
  runtime: "node" | "python";
  /** bench/contestants/MODULE.ts for our own, a file of bench/peers/ for the others. */
  module: string;
  form: string;
  /** Ours agree bit for bit, and are the measure of the others. */
  own: boolean;
  /** What it computes in float32 even when asked for float64; it is then held to float32's tolerance, and the table says so. */
  inFloat32?: string;
  /** Why it is not asked to do a task; undefined when it is. */
  leftOut?(task: Task): string | undefined;
  /** GFLOP/s or so, only to say beforehand how long a run takes. */
  rough: number;
}

const noFloat64 = (task: Task) => (task.dtype === "float64" ? "has no float64" : undefined);
const isLarge = (task: Task) => (task.kind === "step" && task.dimensions.N * task.dimensions.P * task.dimensions.d > 1e7 ? "not asked: minutes a step" : undefined);

export const ours: readonly Contestant[] = [
  { id: "compiled", name: "lemmagrad, compiled", runtime: "node", module: "lemmagrad", form: "compiled", own: true, rough: 12 },
  { id: "tape", name: "lemmagrad, tape", runtime: "node", module: "lemmagrad", form: "tape", own: true, rough: 10 },
  { id: "scratch", name: "lemmagrad, tape in scratch memory", runtime: "node", module: "lemmagrad", form: "scratch", own: true, rough: 11 },
  { id: "reference", name: "lemmagrad, reference backend", runtime: "node", module: "lemmagrad", form: "reference", own: true, leftOut: isLarge, rough: 0.5 },
];

export const npmPeers: readonly Contestant[] = [
  { id: "tfjs-tuned", name: "TensorFlow.js wasm, by hand", runtime: "node", module: "tfjs.mjs", form: "tuned", own: false, leftOut: noFloat64, rough: 15 },
  { id: "tfjs", name: "TensorFlow.js wasm, tf.grads", runtime: "node", module: "tfjs.mjs", form: "idiomatic", own: false, leftOut: noFloat64, rough: 2 },
  { id: "jax-js-tuned", name: "jax-js wasm, by hand", runtime: "node", module: "jax-js.mjs", form: "tuned", own: false, inFloat32: "exp and log", rough: 3 },
  { id: "jax-js", name: "jax-js wasm, grad and jit", runtime: "node", module: "jax-js.mjs", form: "jit", own: false, inFloat32: "exp and log", rough: 0.7 },
];

export const pythonPeers: readonly Contestant[] = [
  { id: "numpy", name: "NumPy, by hand", runtime: "python", module: "numpy_step", form: "hand", own: false, rough: 20 },
  { id: "torch-function", name: "PyTorch, own activation derivative", runtime: "python", module: "torch_step", form: "function", own: false, rough: 20 },
  { id: "torch", name: "PyTorch, autograd", runtime: "python", module: "torch_step", form: "idiomatic", own: false, rough: 10 },
];

export const cnnPeers: readonly Contestant[] = [
  { id: "tfjs-filters", name: "TensorFlow.js wasm, filter gradients as convolutions", runtime: "node", module: "tfjs-cnn.mjs", form: "filters", own: false, leftOut: noFloat64, rough: 2 },
  { id: "tfjs-patches", name: "TensorFlow.js wasm, filter gradients as products", runtime: "node", module: "tfjs-cnn.mjs", form: "patches", own: false, leftOut: noFloat64, rough: 2 },
  { id: "tfjs", name: "TensorFlow.js wasm, tf.grads", runtime: "node", module: "tfjs-cnn.mjs", form: "idiomatic", own: false, leftOut: noFloat64, rough: 2 },
];

export const cnnPythonPeers: readonly Contestant[] = [
  { id: "torch-first", name: "PyTorch, channels first", runtime: "python", module: "torch_cnn", form: "first", own: false, rough: 10 },
  { id: "torch-last", name: "PyTorch, channels last", runtime: "python", module: "torch_cnn", form: "last", own: false, rough: 10 },
];

export const probe: Contestant = { id: "probe", name: "SIMD issue limit", runtime: "node", module: "probe", form: "", own: true, rough: 1 };
export const probeSteps = 200_000;
/** Operations of one step of the loop in assembly/peak.ts. */
export const probeFlops: Record<Dtype, number> = { float64: 80, float32: 160 };

/** Sizes of the training step. */
export const sizes = {
  S: { k: 4, m: 4, P: 8, d: 32, N: 64 },
  M: { k: 10, m: 8, P: 16, d: 128, N: 256 },
  L: { k: 10, m: 32, P: 32, d: 512, N: 1024 },
} as const;
export type SizeName = keyof typeof sizes;

/** eta keeps hundreds of steps in a row near the start, so that the pre-activations stay on all pieces of s. */
export function stepTask(dimensions: StepTask["dimensions"], dtype: Dtype, seeds = 1): StepTask {
  return { kind: "step", dimensions, dtype, q: 3, rho: 0.1, eta: 1e-3, eps: 0.5, seeds };
}

/** Networks of the image experiments, by data set. */
export const cnnSizes = {
  MNIST: { image: [1, 28, 28], widths: [8, 16, 64] },
  SVHN: { image: [3, 32, 32], widths: [16, 32, 64] },
} as const;
export type CnnSizeName = keyof typeof cnnSizes;

export function cnnTask(name: CnnSizeName, N: number, dtype: Dtype): CnnTask {
  const [image, widths] = [[...cnnSizes[name].image] as CnnTask["image"], [...cnnSizes[name].widths] as CnnTask["widths"]];
  const [first, second, neurons] = widths;
  const [channels, rows, columns] = image;
  const weights = [[4, 4, channels, first], [4, 4, first, second], [(rows / 4) * (columns / 4) * second, neurons], [neurons, 10]];
  return { kind: "cnn", image, widths, classes: 10, N, dtype, eta: 0.01, eps: 0.3, ascent: 0.1, attackSteps: 4, shapes: weights.flatMap((shape) => [shape, shape.slice(-1)]) };
}

export function matmulTask(m: number, n: number, k: number, dtype: Dtype): MatmulTask {
  return { kind: "matmul", m, n, k, dtype };
}
