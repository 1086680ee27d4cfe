/** Matrix products of awkward shapes in all three layouts, and reductions and rows of awkward lengths. */
import { cumsum, crossEntropy, l2Norm, logSoftmax, logsumexp, matmul, max, normalize, prod, smoothedReluSum, softmax, sum, transpose, type Value } from "../../../src/index.ts";
import { allocate, type Dtype, type NdArray, sizeOf, view } from "../../../src/ndarray/index.ts";
import { stream } from "../../../src/random/index.ts";
import { dtypes, type Result, withDerivatives } from "./result.ts";

/** [m, n, k]: empty ones, single rows and columns, and one more or less than the kernels' tiles and lanes. */
const sizes = [
  [1, 1, 1], [2, 3, 5], [7, 1, 9], [1, 17, 3], [8, 8, 8], [5, 4, 0], [0, 3, 4], [6, 0, 2], [3, 5, 1],
  [9, 15, 16], [33, 31, 29], [64, 65, 63], [3, 130, 257], [129, 2, 131],
] as const;

const layouts: Record<string, (m: number, n: number, k: number) => { shapes: [number[], number[]]; f: (a: Value, b: Value) => Value }> = {
  NN: (m, n, k) => ({ shapes: [[m, k], [k, n]], f: matmul }),
  NT: (m, n, k) => ({ shapes: [[m, k], [n, k]], f: (a, b) => matmul(a, transpose(b, [1, 0])) }),
  TN: (m, n, k) => ({ shapes: [[k, m], [k, n]], f: (a, b) => matmul(transpose(a, [1, 0]), b) }),
};

export function* productResults(): Generator<Result> {
  for (const dtype of dtypes) {
    for (const [layout, make] of Object.entries(layouts)) {
      for (const [m, n, k] of sizes) {
        const { shapes, f } = make(m, n, k);
        const name = `matmul ${layout} of m, n, k = ${m}, ${n}, ${k}, ${dtype}`;
        yield* withDerivatives(name, f as (...args: Value[]) => Value, shapes.map((shape, at) => scattered(`${name} ${at}`, shape, dtype)));
      }
    }
  }
}

/** Lengths around every multiple of the lane counts 2 and 4, and some beyond unrolled loops. */
const lengths = [...Array.from({ length: 18 }, (_, at) => at + 1), 31, 32, 33, 63, 64, 65, 100, 257];

const lines: Record<string, (x: Value) => Value> = {
  "sum along lines": (x) => sum(x, { axes: 1 }), "sum across lines": (x) => sum(x, { axes: 0 }), "sum of all": (x) => sum(x),
  "max along lines": (x) => max(x, { axes: 1 }), "prod along lines": (x) => prod(x, { axes: 1 }), "cumsum": (x) => cumsum(x, { axis: 1 }),
  "l2Norm": (x) => l2Norm(x, { axes: 1 }), "normalize": normalize,
  "softmax": (x) => softmax(x), "logSoftmax": (x) => logSoftmax(x), "logsumexp": (x) => logsumexp(x, { axes: 1 }), "crossEntropy": (x) => crossEntropy(x, [0, 0, 0]),
};

export function* lineResults(): Generator<Result> {
  for (const dtype of dtypes) {
    for (const length of lengths) {
      const x = scattered(`lines of ${length} ${dtype}`, [3, length], dtype);
      for (const [op, f] of Object.entries(lines)) yield* withDerivatives(`${op} at length ${length}, ${dtype}`, f, [x]);
      const z = scattered(`neurons ${length} ${dtype}`, [2, 3, 2, length], dtype);
      yield* withDerivatives(`smoothedReluSum of ${length} neurons, ${dtype}`, (own) => smoothedReluSum(own, { q: 3, rho: 0.1 }), [z]);
    }
  }
}

/** Normals times powers of two from 2^-12 to 2^4: in whatever other order they are added, the last bits move. */
function scattered(purpose: string, shape: readonly number[], dtype: Dtype): NdArray {
  const random = stream(2, purpose);
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    let value = random.normal() * 16;
    for (let halvings = random.integer(0, 16); halvings > 0; halvings--) value /= 2; // exact, as no Math.pow need be
    data[i] = value;
  }
  return view(data, shape);
}
