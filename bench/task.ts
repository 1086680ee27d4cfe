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

export type Task = StepTask | MatmulTask;

/** The numbers of a task as they lie in its file: of a step X, then W, then the labels; of a product a, then b. */
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

/** Elements of the first and second array. */
export function lengthsOf(task: Task): [first: number, second: number, labels: number] {
  if (task.kind === "matmul") return [task.m * task.k, task.k * task.n, 0];
  const { k, m, P, d, N } = task.dimensions;
  return [task.seeds * N * P * d, task.seeds * k * m * d, N];
}

/** Operations of the matrix products alone, 2 N P k m d each: forward and gradient in W, and both of them again for the attack. */
export function flopsOf(task: Task, action: string): number {
  if (task.kind === "matmul") return 2 * task.m * task.n * task.k;
  const { k, m, P, d, N } = task.dimensions;
  return (action === "adversarial" ? 4 : 2) * 2 * task.seeds * N * P * k * m * d;
}
