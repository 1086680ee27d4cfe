/** A network of one hidden layer, and the gradient of its loss written by hand: the thing that is easily wrong. */
import { matmul, mul, smoothedRelu, smoothedReluSlope, sub, sum, transpose, type Value } from "lemmagrad";

export interface Weights {
  /** [inputs, hidden] */
  hidden: Value;
  /** [hidden, 1] */
  output: Value;
}

export const bend = { q: 3, rho: 0.3 };

/** Half the sum of squared errors; x is [samples, inputs], y is [samples, 1]. */
export function loss({ hidden, output }: Weights, x: Value, y: Value): Value {
  const error = sub(matmul(smoothedRelu(matmul(x, hidden), bend), output), y);
  return mul(sum(mul(error, error)), 0.5);
}

/** The gradient of the loss in both layers. */
export function lossGradient({ hidden, output }: Weights, x: Value, y: Value): Weights {
  const before = matmul(x, hidden);
  const after = smoothedRelu(before, bend);
  const error = sub(matmul(after, output), y);
  const back = mul(matmul(error, transpose(output)), smoothedReluSlope(before, bend));
  return { hidden: matmul(transpose(x), back), output: matmul(transpose(after), error) };
}
