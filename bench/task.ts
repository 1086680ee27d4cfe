/** What a contestant is asked to do, and what it answers: the contract between bench/worker.ts and every contestant. */
import type { Dtype, FloatArray } from "../src/index.ts";

export interface Dimensions {
  /** Classes, neurons a class, patches, features a patch, samples. */
  k: number;
  m: number;
  P: number;
  d: number;
  N: number;
}

export interface StepTask {
  kind: "step";
  dimensions: Dimensions;
  dtype: Dtype;
  q: number;
  rho: number;
  eta: number;
  eps: number;
  /** More than one: as many independent runs at once, X [seeds,N,P,d] and W [seeds,k,m,d]; only lemmagrad is asked for it. */
  seeds: number;
}

/** a [m,k] times b [k,n], both row-major. */
export interface MatmulTask {
  kind: "matmul";
  m: number;
  n: number;
  k: number;
  dtype: Dtype;
}

/** A step of training of the convolutional network of src/images, plain or on images moved by projected ascent in l-infinity. */
export interface CnnTask {
  kind: "cnn";
  /** Channels, rows, columns. */
  image: [number, number, number];
  widths: [number, number, number];
  classes: number;
  N: number;
  dtype: Dtype;
  eta: number;
  eps: number;
  /** Step size and number of the attack's steps. */
  ascent: number;
  attackSteps: number;
  /** Of the parameters in the order in which they lie in the file: weights and bias of one layer after the other, in our layout. */
  shapes: number[][];
}

export type Task = StepTask | MatmulTask | CnnTask;

/** The numbers of a task as they lie in its file: of a step X, then W, then the labels; of a product a, then b; of a network images, parameters, labels. */
export interface TaskData {
  first: FloatArray;
  second: FloatArray;
  labels: Int32Array;
}

/** A task made ready: numbers are in the contestant's own arrays, and every action does all of its work before it returns. */
export interface Ready {
  /** A step goes from the weights that the last one left, and returns its loss. */
  actions: Record<string, () => number | Promise<number>>;
  /** Back to the first weights. */
  restart(): void;
  /** What is compared between contestants, each from the first weights. */
  results(): Record<string, ArrayLike<number>> | Promise<Record<string, ArrayLike<number>>>;
}

/** What a contestant's module exports. `form` is one of the ways it can be used, such as "compiled". */
export interface ContestantModule {
  load(task: Task, data: TaskData, form: string): Ready | Promise<Ready>;
}

const product = (lengths: readonly number[]): number => lengths.reduce((n, length) => n * length, 1);

/** Elements of the first and second array. */
export function lengthsOf(task: Task): [first: number, second: number, labels: number] {
  if (task.kind === "matmul") return [task.m * task.k, task.k * task.n, 0];
  if (task.kind === "cnn") return [task.N * product(task.image), task.shapes.reduce((sum, shape) => sum + product(shape), 0), task.N];
  const { k, m, P, d, N } = task.dimensions;
  return [task.seeds * N * P * d, task.seeds * k * m * d, N];
}

/**
 * Operations of the matrix products alone. A step, 2 N P k m d each: forward and gradient in W, and both of them again for the
 * attack. A network: each layer forward, and its gradients in weights and inputs, of which the first layer's only in the attack.
 */
export function flopsOf(task: Task, action: string): number {
  if (task.kind === "matmul") return 2 * task.m * task.n * task.k;
  if (task.kind === "cnn") {
    const [, rows, columns] = task.image;
    const windows = [(rows / 2) * (columns / 2), (rows / 4) * (columns / 4), 1, 1];
    const layers = windows.map((count, layer) => 2 * task.N * count * product(task.shapes[2 * layer]));
    const forward = layers.reduce((sum, flops) => sum + flops, 0);
    return 3 * forward - layers[0] + (action === "adversarial" ? task.attackSteps * 2 * forward : 0);
  }
  const { k, m, P, d, N } = task.dimensions;
  return (action === "adversarial" ? 4 : 2) * 2 * task.seeds * N * P * k * m * d;
}
