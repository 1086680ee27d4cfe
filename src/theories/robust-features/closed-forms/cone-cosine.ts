/**
 * P8 for normalised attacks, which spend their whole radius from the first step on: whether an attack of that radius can silence
 * every neuron of a class is a question about the cone that the neurons span.
 *
 * Source: derived in docs/theory, P8.
 */
import { ParameterError, ShapeError } from "../../../errors/index.ts";

/**
 * (P8.2): the largest cosine between a unit feature f and a vector sum_r lambda_r w_r, lambda >= 0; 0 when no <w_r, f> is positive.
 *
 * A patch a f can be moved within radius eps so that <w_r, a f + D> <= 0 for every r iff a times this is at most eps. With K the Gram
 * matrix of the w_r and b_r = <w_r, f>, its square is max_{lambda >= 0} 2 <lambda, b> - <lambda, K lambda>, found one coordinate at a
 * time: lambda_r <- max(0, (b_r - sum_{s != r} K_rs lambda_s)/K_rr), until a round changes the value by less than 1e-12 of itself.
 * Shapes: along [m], gram [m,m] row-major.   Units: both in those of a weight (squared); the result has none.
 * Errors: ShapeError unless gram is [m,m]; ParameterError when its diagonal is not positive.
 * Cost:   O(m^2) a round, tens to thousands of rounds.
 */
export function largestConeCosine(along: ArrayLike<number>, gram: ArrayLike<number>): number {
  const m = along.length;
  if (gram.length !== m * m) throw new ShapeError({ where: "largestConeCosine", problem: `gram has ${gram.length} entries.`, expected: `m^2 = ${m * m} of them, row-major.` });
  for (let r = 0; r < m; r++) {
    if (!(gram[r * m + r] > 0)) throw new ParameterError({ where: "largestConeCosine", problem: `neuron ${r} has squared norm ${gram[r * m + r]}.`, expected: "a weight other than zero." });
  }
  const lambda = new Float64Array(m);
  let square = 0;
  for (let round = 0; round < 100_000; round++) {
    for (let r = 0; r < m; r++) {
      let left = along[r];
      for (let s = 0; s < m; s++) if (s !== r) left -= gram[r * m + s] * lambda[s];
      lambda[r] = Math.max(0, left / gram[r * m + r]);
    }
    // at the maximum <lambda, K lambda> = <lambda, b>
    const next = lambda.reduce((sum, weight, r) => sum + weight * along[r], 0);
    if (Math.abs(next - square) <= 1e-12 * next) return Math.min(1, Math.sqrt(next));
    square = next;
  }
  return Math.min(1, Math.sqrt(square));
}
