/**
 * The two-layer patch network: F_i(X) = sum over neurons r and patches p of s(<w_{i,r}, x_p>).
 *
 * Source: Li & Li, arXiv 2410.08503, abstract ("two-layer smoothed ReLU convolutional neural network"); docs/theory, section 3.
 */
import type { Value } from "../../autodiff/index.ts";
import { matmul, reshape, type SmoothedRelu, smoothedReluSum, transpose } from "../../ops/index.ts";
import type { Network } from "../../training/index.ts";

/**
 * The network as a function of weights and inputs.
 *
 * Shapes:  W [k,m,d], X [N,P,d] -> logits [N,k].
 * Units:   dimensionless logits; rho in units of <w, x>.
 */
export function patchNetwork(activation: SmoothedRelu): Network {
  return (W: Value, X: Value) => {
    const [k, m, d] = W.shape;
    const [N, P] = X.shape;
    const products = matmul(reshape(X, [N * P, d]), transpose(reshape(W, [k * m, d])));
    return smoothedReluSum(reshape(products, [N, P, k, m]), activation);
  };
}
