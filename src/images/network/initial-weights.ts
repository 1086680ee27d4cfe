/** Initial weights: one named stream a parameter, so that none depends on what else a network has. */
import { fromBuffer, type NdArray, sizeOf } from "../../ndarray/index.ts";
import { stream } from "../../random/index.ts";

/**
 * N(0, scale^2) numbers, drawn in float64 and rounded to float32, from the stream (seed, "initial weights of <name>").
 */
export function normalWeights(seed: number, name: string, shape: readonly number[], scale: number): NdArray {
  const drawn = stream(seed, `initial weights of ${name}`).fillNormal(new Float64Array(sizeOf(shape)), scale);
  return fromBuffer(Float32Array.from(drawn), shape);
}

/**
 * He initialisation: N(0, 2 / inputs), where `inputs` is the number of products that a neuron adds up, the last axis of the
 * shape being the neurons.
 *
 * Source: He et al. 2015, arXiv 1502.01852, section 2.2.
 */
export function heWeights(seed: number, name: string, shape: readonly number[]): NdArray {
  return normalWeights(seed, name, shape, Math.sqrt(2 / sizeOf(shape.slice(0, -1))));
}

export function noBias(neurons: number): NdArray {
  return fromBuffer(new Float32Array(neurons), [neurons]);
}
