/** Comparing arrays bit for bit, and the same elements seen through other strides. */
import { expect } from "vitest";
import { allocate, broadcastView, copy, dtypeOf, elements, type NdArray, sizeOf, view } from "../../src/ndarray/index.ts";
import { bottom, type Value } from "../../src/autodiff/index.ts";
import { availableBackends, type BackendName, selectBackend } from "../../src/kernels/index.ts";

/** The plain elements, row-major. */
export function numbers(x: unknown): number[] {
  return [...elements(bottom(x as Value))];
}

/** Fails unless shapes and bits agree (any NaN is like any other). */
export function expectSame(actual: unknown, expected: unknown, label = ""): void {
  const [a, b] = [actual, expected].map((x) => bottom(x as Value));
  expect([...a.shape], label).toEqual([...b.shape]);
  expect(dtypeOf(a), label).toBe(dtypeOf(b));
  const [x, y] = [elements(a), elements(b)];
  for (let i = 0; i < y.length; i++) if (!Object.is(x[i], y[i])) expect.fail(`${label} element ${i} of shape [${b.shape.join(", ")}]: ${x[i]} instead of ${y[i]}`);
}

/** The backends that tests run on: all, but for mutation testing of what does not depend on them. */
const tested = process.env.LEMMAGRAD_TEST_BACKEND === undefined ? availableBackends : [process.env.LEMMAGRAD_TEST_BACKEND as BackendName];

/** Samples of a property: all of them, or the share that mutation testing takes (it runs the laws thousands of times). */
export function samples(count: number): number {
  return Math.max(1, Math.ceil(count * Number(process.env.LEMMAGRAD_TEST_SHARE ?? 1)));
}

/** Runs `body` under every backend this engine has, and puts the one before back. */
export function onEachBackend(body: (backend: BackendName) => void): void {
  try {
    for (const backend of tested) {
      selectBackend(backend);
      body(backend);
    }
  } finally {
    selectBackend(availableBackends[0]);
  }
}

export function onBackend<T>(backend: BackendName, body: () => T): T {
  selectBackend(backend);
  try {
    return body();
  } finally {
    selectBackend(availableBackends[0]);
  }
}

/** The elements of x in the memory order of its reversed axes, seen through a transposing view. */
export function transposedView(x: NdArray): NdArray {
  const rank = x.shape.length;
  const reversed = [...x.shape].reverse();
  const turned = copy(view(x.data, reversed, [...x.stride].reverse(), x.offset));
  return view(turned.data, x.shape, Array.from({ length: rank }, (_, axis) => turned.stride[rank - 1 - axis]), 0);
}

/** The elements of x laid backwards in memory and read with negative steps. */
export function reversedView(x: NdArray): NdArray {
  const from = copy(x);
  const size = sizeOf(x.shape);
  return view(from.data.slice().reverse(), x.shape, from.stride.map((stride: number) => -stride), Math.max(0, size - 1));
}

/** The elements of x inside a larger buffer of garbage, with an offset and a gap on every axis. */
export function slicedView(x: NdArray): NdArray {
  const wide = x.shape.map((length) => 2 * length + 1);
  const data = allocate(dtypeOf(x), sizeOf(wide) + 3).fill(-777);
  const strides = view(data, wide).stride.map((stride: number) => 2 * stride);
  const out = view(data, x.shape, strides, 3);
  const values = elements(x);
  const index = new Array<number>(x.shape.length).fill(0);
  for (let i = 0; i < values.length; i++) {
    data[index.reduce((at, position, axis) => at + position * strides[axis], 3)] = values[i];
    for (let axis = index.length - 1; axis >= 0 && ++index[axis] === x.shape[axis]; axis--) index[axis] = 0;
  }
  return out;
}

/** The first entry of every axis, stretched over it with stride 0. */
export function stretchedView(x: NdArray): NdArray {
  if (sizeOf(x.shape) === 0) return x;
  return broadcastView(view(x.data, x.shape.map(() => 1), x.stride, x.offset), x.shape);
}
