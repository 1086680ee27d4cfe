/** The numbers of a task, drawn once and handed to every contestant as a file. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "../src/random/index.ts";
import { type CnnTask, lengthsOf, type StepTask, type Task } from "./task.ts";

export interface Drawn {
  /** Every number is exact in float32, so that both dtypes are given the same task. */
  first: Float64Array;
  second: Float64Array;
  labels: Int32Array;
}

/**
 * X is standard normal and <w, x> is normal of deviation rho, so that half of the pre-activations lie below 0, a third
 * between 0 and rho, and a sixth above.
 */
export function draw(task: Task, seed = 1): Drawn {
  if (task.kind === "cnn") return drawImages(task, seed);
  const [first, second, labels] = lengthsOf(task);
  const scale = task.kind === "step" ? task.rho / Math.sqrt(task.dimensions.d) : 1;
  const ofClass = stream(seed, "bench labels");
  return {
    first: stream(seed, "bench first").fillNormal(new Float64Array(first), 1).map(Math.fround),
    second: stream(seed, "bench second").fillNormal(new Float64Array(second), scale).map(Math.fround),
    labels: Int32Array.from({ length: labels }, () => ofClass.integer(0, (task as StepTask).dimensions.k - 1)),
  };
}

/** Pixels even between 0 and 1, weights as He draws them, biases of deviation 0.1. */
function drawImages(task: CnnTask, seed: number): Drawn {
  const [pixels, , count] = lengthsOf(task);
  const [ofPixel, ofWeight, ofClass] = ["images", "parameters", "labels"].map((purpose) => stream(seed, `bench ${purpose}`));
  const weights = task.shapes.flatMap((shape) => {
    const size = shape.reduce((n, length) => n * length, 1);
    return [...ofWeight.fillNormal(new Float64Array(size), shape.length === 1 ? 0.1 : Math.sqrt((2 * shape[shape.length - 1]) / size))];
  });
  return {
    first: Float64Array.from({ length: pixels }, () => Math.fround(ofPixel.uniform())), second: Float64Array.from(weights, Math.fround),
    labels: Int32Array.from({ length: count }, () => ofClass.integer(0, task.classes - 1)),
  };
}

/** Shares of the pre-activations of the first 64 patches on the three pieces of s: z <= 0, 0 < z < rho, z >= rho. */
export function shares({ dimensions: { k, m, P, d, N }, rho }: StepTask, { first: X, second: W }: Drawn): [number, number, number] {
  const counts: [number, number, number] = [0, 0, 0];
  const patches = Math.min(64, N * P);
  for (let p = 0; p < patches; p++) {
    for (let r = 0; r < k * m; r++) {
      let z = 0;
      for (let c = 0; c < d; c++) z += X[p * d + c] * W[r * d + c];
      counts[z <= 0 ? 0 : z < rho ? 1 : 2]++;
    }
  }
  return counts.map((count) => count / (patches * k * m)) as [number, number, number];
}

/** The file a worker reads: first and second in the task's dtype, then the labels. */
export function writeData(path: string, task: Task, { first, second, labels }: Drawn): void {
  const Floats = task.dtype === "float64" ? Float64Array : Float32Array;
  const floats = new Floats(first.length + second.length);
  floats.set(first);
  floats.set(second, first.length);
  writeFileSync(path, floats);
  writeFileSync(path, labels, { flag: "a" });
}

export interface Results {
  values: Map<string, Float64Array>;
  /** Of all bits. */
  hash: string;
}

/** What a worker wrote as its results. */
export function readResults(path: string, lengths: Readonly<Record<string, number>>): Results {
  const bytes = new Uint8Array(readFileSync(path));
  const all = new Float64Array(bytes.buffer);
  const values = new Map<string, Float64Array>();
  let at = 0;
  for (const [name, length] of Object.entries(lengths)) values.set(name, all.subarray(at, at += length));
  return { values, hash: createHash("sha256").update(bytes).digest("hex") };
}

/** A folder for the files that processes exchange; an interrupted run leaves none behind. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), "lemmagrad-bench-"));
  readonly data = join(this.folder, "data.bin");
  readonly results = join(this.folder, "results.bin");
  readonly #interrupted = (): void => {
    this.remove();
    process.exit(130);
  };
  constructor() {
    process.once("SIGINT", this.#interrupted);
  }
  remove(): void {
    process.off("SIGINT", this.#interrupted);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
