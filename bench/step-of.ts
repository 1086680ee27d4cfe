/**
 * The training step that is measured, written with the public ops as a user would write it.
 *
 *   standard:     W <- W - eta grad_W L(W; X)
 *   adversarial:  every patch of X moves by eps along its own part of grad_X L, scaled to length 1; then a standard step there
 *   L(W; X) =     mean over samples of the softmax cross-entropy of F_i(X) = sum_r sum_p s(<w_ir, x_p>)
 *
 * Shapes:  W [k,m,d], X [N,P,d], N labels.
 * Source:  docs/theory, sections 3 to 5.
 */
import { add, crossEntropy, grad, matmul, mean, mul, normalize, reshape, type SmoothedRelu, smoothedReluSum, sub, transpose, type Value, valueAndGrad } from "../src/index.ts";

export interface StepOptions {
  activation: SmoothedRelu;
  eta: number;
  eps: number;
}

export function stepOf(labels: Int32Array, { activation, eta, eps }: StepOptions) {
  const logits = (W: Value, X: Value): Value => {
    const [k, m, d] = W.shape;
    const [N, P] = X.shape;
    const products = matmul(reshape(X, [N * P, d]), transpose(reshape(W, [k * m, d])));
    return smoothedReluSum(reshape(products, [N, P, k, m]), activation);
  };
  const loss = (W: Value, X: Value): Value => mean(crossEntropy(logits(W, X), labels));
  const gradientX = (W: Value, X: Value) => grad((x: Value) => loss(W, x))(X);
  const standard = (W: Value, X: Value) => {
    const { value, gradient } = valueAndGrad((w: Value) => loss(w, X))(W);
    return { weights: sub(W, mul(gradient, eta)), loss: value, gradient };
  };
  const adversarial = (W: Value, X: Value) => standard(W, add(X, mul(normalize(gradientX(W, X)), eps)));
  return { gradientX, standard, adversarial };
}
