/** Losses of logits [n, classes] against integer labels, one number a sample. */
import { type Value, valueDtype } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { crossEntropy, logsumexp, mul, oneHot, sub, sum } from "../ops/index.ts";

/** Which loss a threat model climbs. */
export type AscentLoss = "margin" | "crossEntropy";

/** Far below any logit, and still finite in float32. */
export const excluded = 1e30;

/**
 * -F_y + ln sum_{j != y} e^{F_j}: the margin by which a sample is lost. Its gradient is -grad F_y + sum_{j != y} pi_j grad F_j with
 * pi the softmax over j != y, so it keeps its strength when the cross-entropy has vanished.
 *
 * Shapes: logits [n, classes >= 2], n labels -> [n].
 * Errors: ShapeError unless there is one label a sample and at least two classes; ParameterError on a label that is no class.
 * Source: docs/theory, section 4.
 */
export function marginLoss(logits: Value, labels: Int32Array): Value {
  if (logits.shape.length !== 2 || logits.shape[1] < 2 || logits.shape[0] !== labels.length) {
    throw new ShapeError({ where: "marginLoss", problem: `logits of shape ${shapeText(logits.shape)} came with ${labels.length} labels.`, expected: "[samples, classes] with one label a sample and at least two classes." });
  }
  const own = oneHot(labels, logits.shape[1], valueDtype(logits));
  return sub(logsumexp(sub(logits, mul(own, excluded))), sum(mul(logits, own), { axes: 1 }));
}

/** The loss of each sample by name. */
export function perSampleLoss(name: AscentLoss, logits: Value, labels: Int32Array): Value {
  return name === "margin" ? marginLoss(logits, labels) : crossEntropy(logits, labels);
}

/** Mean cross-entropy over samples: what training descends. */
export function meanCrossEntropy(logits: Value, labels: Int32Array): Value {
  return mul(sum(crossEntropy(logits, labels)), 1 / labels.length);
}
