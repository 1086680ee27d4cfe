/** Whether contestants compute the same: gradients, loss and new weights, each to a stated tolerance. */
import type { Task } from "./task.ts";

/**
 * The largest difference over the largest expected entry; Infinity for another length or anything that is no number.
 * Errors: RangeError when everything expected is zero: such a check could not fail.
 */
export function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]));
  if (!(largest > 0)) throw new RangeError("agreement: everything expected is zero, or not a number");
  if (found.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(found[i] - expected[i]);
    if (!(off <= worst)) worst = Number.isNaN(off) ? Infinity : off;
  }
  return worst / largest;
}

/**
 * How far a correct contestant may be off. In float64, 1e-10: far above rounding, far below any mistake.
 *
 * In float32, u = 2^-24, rounding errors of a sum of n terms add up like a random walk to about sqrt(n) u of its partial
 * sums, and we allow four times what these three make together, relative to the largest entry:
 *   products    <w, x> has deviation rho, so its error is sqrt(d) u rho, and s' there is off by 2/rho times that: 2 sqrt(d) u
 *   logits      m P terms of at most relu(z), whose mean is 0.4 rho: a logit of 0.4 rho m P, off by that times sqrt(m P) u;
 *               the softmax is off by as much, relatively
 *   gradient    N P terms: sqrt(N P) u
 * For a network, a sum of n terms in each layer, forwards and back, is off by sqrt(n) u of the layer's largest entry, relatively;
 * a filter's gradient adds up all windows of all images: sqrt(N windows) u. An attack only ever turns the sign of gradients that
 * are next to zero, if any.
 * And for a matrix product, sqrt(k) u of entries of deviation sqrt(k), of which the largest is larger.
 */
export function tolerance(task: Task): number {
  if (task.dtype === "float64") return 1e-10;
  const u = 2 ** -24;
  if (task.kind === "matmul") return 4 * u * Math.sqrt(task.k);
  if (task.kind === "cnn") {
    const terms = task.shapes.filter(({ length }) => length > 1).map((shape) => shape.slice(0, -1).reduce((n, length) => n * length, 1));
    return 4 * u * (2 * terms.reduce((sum, n) => sum + Math.sqrt(n), 0) + Math.sqrt((task.N * task.image[1] * task.image[2]) / 4));
  }
  const { m, P, d, N } = task.dimensions;
  return 4 * u * (2 * Math.sqrt(d) + 0.4 * task.rho * m * P * Math.sqrt(m * P) + Math.sqrt(N * P));
}

export interface Agreement {
  /** The largest difference of all quantities, and whose it is. */
  worst: number;
  quantity: string;
  /** One sentence a quantity that is off by more than allowed, or missing; empty when all agree. */
  faults: string[];
}

export function agreement(found: ReadonlyMap<string, ArrayLike<number>>, expected: ReadonlyMap<string, ArrayLike<number>>, allowed: number): Agreement {
  const result: Agreement = { worst: -1, quantity: "", faults: [] };
  for (const [quantity, values] of expected) {
    const off = difference(found.get(quantity) ?? [], values);
    if (off > result.worst) Object.assign(result, { worst: off, quantity });
    if (!(off <= allowed)) result.faults.push(`${quantity} is off by ${off.toExponential(1)} of its largest entry, allowed are ${allowed.toExponential(1)}`);
  }
  return result;
}
