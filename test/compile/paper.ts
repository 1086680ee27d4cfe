/** The training step that the library is made for, as a user writes it: a network of patches, an adversary, a descent step. */
import { add, crossEntropy, type Dtype, grad, matmul, mean, mul, type NdArray, normalize, project, reshape, smoothedReluSum, sub, transpose, type Value, valueAndGrad } from "../../src/index.ts";
import { drawn } from "./program.ts";

export interface Sizes { readonly classes: number; readonly neurons: number; readonly patches: number; readonly dim: number; readonly samples: number }

/** Awkward sizes: primes, ones, none, and one that makes several blocks of 512 KiB with a smaller last one. */
export const sizes: Readonly<Record<string, Sizes>> = {
  small: { classes: 4, neurons: 4, patches: 8, dim: 32, samples: 64 },
  odd: { classes: 3, neurons: 5, patches: 7, dim: 13, samples: 11 },
  ones: { classes: 1, neurons: 1, patches: 1, dim: 1, samples: 1 },
  "one sample": { classes: 3, neurons: 2, patches: 5, dim: 7, samples: 1 },
  "one patch": { classes: 2, neurons: 3, patches: 1, dim: 9, samples: 17 },
  "no sample": { classes: 2, neurons: 3, patches: 2, dim: 9, samples: 0 },
  "several blocks": { classes: 5, neurons: 3, patches: 16, dim: 67, samples: 191 },
};

export function problem({ classes, neurons, patches, dim, samples }: Sizes, dtype: Dtype, seed = 1): { W: NdArray; X: NdArray; labels: Int32Array } {
  return { W: drawn([classes, neurons, dim], dtype, seed), X: drawn([samples, patches, dim], dtype, seed + 1), labels: Int32Array.from({ length: samples }, (_, at) => (at * 7 + seed) % classes) };
}

export function lossOf({ classes, neurons, patches, dim, samples }: Sizes, labels: Int32Array) {
  return (W: Value, X: Value): Value => {
    const pre = matmul(reshape(X, [samples * patches, dim]), transpose(reshape(W, [classes * neurons, dim])));
    const losses = crossEntropy(smoothedReluSum(reshape(pre, [samples, patches, classes, neurons]), { q: 3, rho: 0.5 }), labels);
    return samples === 0 ? mul(mean(W), 0) : mean(losses);
  };
}

type Step = (W: Value, X: Value) => Record<string, Value>;

function descended(loss: (W: Value, X: Value) => Value, W: Value, X: Value): { weights: Value; loss: Value } {
  const { value, gradient } = valueAndGrad((w: Value) => loss(w, X))(W);
  return { weights: sub(W, mul(gradient as Value, 0.1)), loss: value };
}

/** Standard training; against one step of ascent; against three projected ones; and with the gradient in X beside the result. */
export function stepsOf(own: Sizes, labels: Int32Array): Readonly<Record<string, Step>> {
  const loss = lossOf(own, labels);
  const ascent = (W: Value, X: Value) => grad((x: Value) => loss(W, x))(X) as Value;
  return {
    standard: (W, X) => descended(loss, W, X),
    adversarial: (W, X) => descended(loss, W, add(X, mul(normalize(ascent(W, X)), 0.1))),
    "pgd of three steps": (W, X) => {
      let delta = mul(normalize(ascent(W, X)), 0.1);
      for (let i = 0; i < 2; i++) delta = project(add(delta, mul(normalize(ascent(W, add(X, delta))), 0.1)), { radius: 0.15 });
      return descended(loss, W, add(X, delta));
    },
    "with the gradient in X": (W, X) => {
      const gradient = ascent(W, X);
      return { gradient, ...descended(loss, W, add(X, mul(normalize(gradient), 0.1))), direction: normalize(gradient) };
    },
  };
}
