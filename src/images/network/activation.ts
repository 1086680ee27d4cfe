/** The activation of a network of images: the plain ReLU, or the paper's smoothed one. */
import type { Value } from "../../autodiff/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { shown } from "../../errors/options.ts";
import { relu, type SmoothedRelu, smoothedRelu } from "../../ops/index.ts";

export type Activation = "relu" | SmoothedRelu;

/** Errors: ParameterError on what is no activation. */
export function activationOf(where: string, activation: Activation): (z: Value) => Value {
  if (activation === "relu") return relu;
  if (typeof activation !== "object" || activation === null) throw new ParameterError({ where, problem: `the activation is ${shown(activation)}.`, expected: `"relu", or { q, rho } for the smoothed ReLU.` });
  return (z) => smoothedRelu(z, activation);
}
