/**
 * The network: F_j(x) = (1/m) sum_r [ReLU(<w_{j,r}, x_1>)^q + ReLU(<w_{j,r}, x_2>)^q] for j = -1, +1; the second layer stays at +-1/m.
 *
 * Its logits are (F_{-1}, F_{+1}), and the cross-entropy of two logits is the logistic loss of their difference: ln(1 + exp(-y f)) with
 * f = F_{+1} - F_{-1}. So the training of any network serves it as it is.
 */
import type { Value } from "../../autodiff/index.ts";
import { matmul, mul, relu, reshape, sum, transpose } from "../../ops/index.ts";
import type { Network } from "../../training/index.ts";
import type { Setting } from "./setting.ts";

/** ReLU(z)^q, by products: a power that every kernel has. */
function reluPower(z: Value, q: number): Value {
  const positive = relu(z);
  let power = positive;
  for (let i = 1; i < q; i++) power = mul(power, positive);
  return power;
}

/** Shapes: weights [2, m, d], inputs [n, 2, d] -> logits [n, 2]. */
export function signalNoiseNetwork({ m, d, q }: Setting): Network {
  return (weights, inputs) => {
    const [n, patches] = inputs.shape;
    const z = matmul(reshape(inputs, [n * patches, d]), transpose(reshape(weights, [2 * m, d]), [1, 0]));
    return mul(sum(reluPower(reshape(z, [n, patches, 2, m]), q), { axes: [1, 3] }), 1 / m);
  };
}
