/**
 * P8 for normalised attacks, which spend their whole radius from the first step on: whether an attack of that radius can silence
 * every neuron of a class is a question about the cone that the neurons span.
 *
 * Source: derived in docs/theory, P8.
 */
import { ParameterError, ShapeError } from "../../../errors/index.ts";
import { choleskyFactor, solveTriangularInPlace } from "../../../kernels/index.ts";

/** What a neuron has to answer to the rest of the feature, as a cosine, to be more than rounding. */
const leastAnswer = 1e-12;

/**
 * (P8.2): the largest cosine between a unit feature f and a vector sum_r lambda_r w_r, lambda >= 0; 0 when no <w_r, f> is positive.
 *
 * A patch a f can be moved within radius eps so that <w_r, a f + D> <= 0 for every r iff a times this is at most eps. It is the length
 * of f's projection onto the cone, whose lambda are the least squares of f by the few neurons for which it is not 0: these are found
 * by the active sets of Lawson and Hanson, on the Gram matrix of unit weights.
 * Shapes: along [m] of <w_r, f>, gram [m,m] of <w_r, w_s>, row-major.   Units: both in those of a weight (squared); the result has none.
 * NaN where a number is. To rounding where neurons answer, <w_r, f> above 1e-4 of their norms; a Gram matrix does not hold what the cone
 * of neurons nearly orthogonal to f, and nearly dependent, does below.
 * Errors: ShapeError unless gram is [m,m]; ParameterError when its diagonal is not positive.
 * Cost:   O(a^3 + m a) a set of a neurons, mostly one set for each of those that remain.
 * Source: Lawson and Hanson, Solving Least Squares Problems, chapter 23 (1974).
 */
export function largestConeCosine(along: ArrayLike<number>, gram: ArrayLike<number>): number {
  const m = along.length;
  if (gram.length !== m * m) throw new ShapeError({ where: "largestConeCosine", problem: `gram has ${gram.length} entries.`, expected: `m^2 = ${m * m} of them, row-major.` });
  for (let r = 0; r < m; r++) {
    if (gram[r * m + r] <= 0) throw new ParameterError({ where: "largestConeCosine", problem: `neuron ${r} has squared norm ${gram[r * m + r]}.`, expected: "a weight other than zero." });
  }
  if (!Array.from(along).every(Number.isFinite) || !Array.from(gram).every(Number.isFinite)) return NaN;
  const cosine = (r: number, s: number) => gram[r * m + s] / Math.sqrt(gram[r * m + r]) / Math.sqrt(gram[s * m + s]);
  const target = Float64Array.from({ length: m }, (_, r) => along[r] / Math.sqrt(gram[r * m + r]));
  const lambda = new Float64Array(m);
  let active: number[] = [];
  let square = 0;
  for (;;) {
    const next = mostAnswering(target, lambda, active, cosine);
    if (next === undefined) break;
    active.push(next);
    active = solveOn(active, target, lambda, cosine);
    // at the minimum <lambda, K lambda> = <lambda, b>
    const found = active.reduce((sum, r) => sum + lambda[r] * target[r], 0);
    if (!(found > square)) break; // what is left is rounding
    square = found;
  }
  return Math.min(1, Math.sqrt(square));
}

/** The neuron outside of the set that answers most to what the combination leaves of the feature; undefined when none does. */
function mostAnswering(target: Float64Array, lambda: Float64Array, active: readonly number[], cosine: (r: number, s: number) => number): number | undefined {
  let next: number | undefined;
  let most = leastAnswer;
  for (let r = 0; r < target.length; r++) {
    if (active.includes(r)) continue;
    const answer = active.reduce((left, s) => left - cosine(r, s) * lambda[s], target[r]);
    if (answer > most) [next, most] = [r, answer];
  }
  return next;
}

/** Least squares on a set, into lambda; neurons whose lambda would be negative leave the set, first the one that gets to 0 first. Returns what remains. */
function solveOn(active: readonly number[], target: Float64Array, lambda: Float64Array, cosine: (r: number, s: number) => number): number[] {
  let own = [...active];
  for (;;) {
    const wanted = leastSquares(own, target, cosine);
    if (wanted === undefined) { // the newest is a combination of the others, to rounding
      own.pop();
      return own;
    }
    const share = Math.min(1, ...own.map((r, at) => (wanted[at] > 0 ? 1 : lambda[r] / (lambda[r] - wanted[at]))));
    const emptied = own.filter((r, at) => wanted[at] <= 0 && lambda[r] / (lambda[r] - wanted[at]) <= share);
    own.forEach((r, at) => { lambda[r] += share * (wanted[at] - lambda[r]); });
    for (const r of emptied) lambda[r] = 0;
    if (emptied.length === 0) return own;
    own = own.filter((r) => !emptied.includes(r));
  }
}

/** The solution of K z = b on a set; undefined where K is singular there. */
function leastSquares(own: readonly number[], target: Float64Array, cosine: (r: number, s: number) => number): Float64Array | undefined {
  const n = own.length;
  const factor = new Float64Array(n * n);
  if (choleskyFactor(Float64Array.from({ length: n * n }, (_, at) => cosine(own[Math.floor(at / n)], own[at % n])), factor, n) !== undefined) return undefined;
  const z = Float64Array.from(own, (r) => target[r]);
  solveTriangularInPlace(factor, z, n, 1, true, false, false);
  solveTriangularInPlace(factor, z, n, 1, true, true, false);
  return z;
}
