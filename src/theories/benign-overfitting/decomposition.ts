/**
 * The signal-noise decomposition, recovered from weights:
 *
 *   w_{j,r}(t) = w_{j,r}(0) + j gamma_{j,r}(t) mu/||mu||^2 + sum_i rho_{j,r,i}(t) xi_i/||xi_i||^2
 *
 * Gradient descent never leaves the span of mu and the training noise, so the coefficients exist; mu and the xi_i are independent, so
 * they are unique. They are what least squares gives, by the Gram matrix of mu, xi_1, ..., xi_n.
 *
 * Source: Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled; derived in docs/theories/benign-overfitting, section 2.
 */
import { bottom, scratch } from "../../autodiff/index.ts";
import { elements, type NdArray, view } from "../../ndarray/index.ts";
import { cholesky, matmul, reshape, sub, transpose, triangularSolve } from "../../ops/index.ts";
import type { Data } from "./data.ts";
import type { Setting } from "./setting.ts";

export interface Coefficients {
  /** gamma_{j,r} of F_{-1} and of F_{+1}, [2, m]. */
  gamma: Float64Array;
  /** rho_{j,r,i}, [2, m, n]. */
  rho: Float64Array;
  /** Length of what W(t) - W(0) has outside the span, over its own; 0 where the weights have not moved. */
  outside: number;
}

/**
 * A function from weights to their coefficients relative to `initial`.
 *
 * Shapes: initial and weights [2, m, d].
 * Errors: DomainError when the noise patches are not independent of each other and of mu.
 * Cost:   (n+1)^2 d operations once, then 4 m (n+1) d a call.
 */
export function decomposition({ m, d, n, mu }: Setting, { noise }: Data, initial: NdArray): (weights: NdArray) => Coefficients {
  const basis = new Float64Array((n + 1) * d);
  basis[0] = mu;
  basis.set(noise, d);
  const B = view(basis, [n + 1, d]);
  const factor = view(Float64Array.from(elements(bottom(cholesky(matmul(B, transpose(B)))))), [n + 1, n + 1]);
  const squares = Float64Array.from({ length: n + 1 }, (_, i) => squareOf(basis, i * d, d));
  return (weights) => {
    const [solved, moved, left] = scratch(() => {
      const change = reshape(sub(weights, initial), [2 * m, d]);
      const products = matmul(B, transpose(change));
      const solution = triangularSolve(factor, triangularSolve(factor, products), { transposed: true });
      const rest = sub(change, matmul(transpose(solution), B));
      return [solution, change, rest].map((value) => Float64Array.from(elements(bottom(value))));
    });
    const size = Math.sqrt(squareOf(moved, 0, moved.length));
    // solved is [n+1, 2m]
    const coefficient = (row: number, neuron: number) => solved[row * 2 * m + neuron] * squares[row];
    return {
      gamma: Float64Array.from({ length: 2 * m }, (_, neuron) => (neuron < m ? -1 : 1) * coefficient(0, neuron)),
      rho: Float64Array.from({ length: 2 * m * n }, (_, at) => coefficient(1 + (at % n), Math.floor(at / n))),
      outside: size === 0 ? 0 : Math.sqrt(squareOf(left, 0, left.length)) / size,
    };
  };
}

/** The squared length of a stretch. */
export function squareOf(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i] * values[i];
  return sum;
}

/** What the network sees of its data: <w_{j,r}, mu>, [2, m], and <w_{j,r}, xi_i>, [2, m, n]. */
export interface Products {
  signal: Float64Array;
  noise: Float64Array;
}

export function productsOf({ m, d, mu }: Setting, { noise, signs }: Data, weights: NdArray): Products {
  const values = elements(weights);
  const products = scratch(() => Float64Array.from(elements(bottom(matmul(reshape(weights, [2 * m, d]), transpose(view(noise, [signs.length, d])))))));
  return { signal: Float64Array.from({ length: 2 * m }, (_, neuron) => values[neuron * d] * mu), noise: products };
}

/** The Gram matrix of the noise patches, [n, n], by exact products of the data alone. */
export function noiseGram({ n, d }: Setting, { noise }: Data): Float64Array {
  const patches = view(noise, [n, d]);
  return scratch(() => Float64Array.from(elements(bottom(matmul(patches, transpose(patches))))));
}
