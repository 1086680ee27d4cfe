/**
 * Threat models: what an attacker may do to the inputs, as objects with a loss to climb, a step and a projection.
 *
 * Inputs are [samples, patches, d] and the radius bounds each patch separately, in the data's own units. Data are never
 * clamped. No gradient flows through the perturbation. Radius 0 returns the inputs unchanged.
 */
import { bottom, grad, near, handOut, room, type Value } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { currentKernels } from "../kernels/index.ts";
import { elements, type FloatArray, type NdArray, view } from "../ndarray/index.ts";
import { sum } from "../ops/index.ts";
import type { Stream } from "../random/index.ts";
import { type AscentLoss, perSampleLoss } from "./losses.ts";

/** What is attacked: a network with its weights, the clean inputs and their labels. */
export interface Victim {
  /** Logits [n, classes] of inputs [n, patches, d]. */
  logits(inputs: Value): Value;
  inputs: NdArray;
  labels: Int32Array;
  /** For threat models that start at random. */
  random?: Stream;
}

export interface ThreatModel {
  readonly name: string;
  /** Whether the attacker's choice is random for given inputs and weights. */
  readonly randomised: boolean;
  /** The perturbed inputs, every patch within `radius` of the clean one in the threat's norm. */
  perturb(victim: Victim, radius: number): NdArray;
}

/** A gradient-based threat model: `steps` times climb the loss by `step`, each time projected back by `project`. */
export interface GradientThreat {
  name: string;
  loss: AscentLoss;
  steps: number;
  /** The perturbation to start from; none means zero. */
  start?(rows: Rows, radius: number, random: Stream): FloatArray;
  /** The next perturbation from this one (undefined stands for zero) and the loss's gradient at it, projected. */
  move(delta: FloatArray | undefined, gradient: FloatArray, rows: Rows, radius: number): FloatArray;
}

/** A matrix of patches: count rows of `width` coordinates. */
export interface Rows {
  count: number;
  width: number;
}

/** Makes a threat model of its parts. */
export function gradientThreat(parts: GradientThreat): ThreatModel {
  return {
    name: parts.name,
    randomised: parts.start !== undefined,
    perturb(victim, radius) {
      checkRadius(parts.name, radius);
      if (radius === 0) return victim.inputs;
      const { shape } = victim.inputs;
      const rows = { count: shape.slice(0, -1).reduce((a, b) => a * b, 1), width: shape[shape.length - 1] };
      const inputs = near(victim.inputs);
      const clean = elements(inputs);
      let delta: FloatArray | undefined;
      if (parts.start !== undefined) {
        if (victim.random === undefined) throw new ParameterError({ where: parts.name, problem: "a random start needs a random stream.", mend: "pass victim.random." });
        const from = parts.start(rows, radius, victim.random);
        delta = clean instanceof Float32Array && !(from instanceof Float32Array) ? Float32Array.from(from) : from;
      }
      for (let step = 0; step < parts.steps; step++) {
        const at = delta === undefined ? inputs : plus(clean, delta, shape);
        delta = parts.move(delta, lossGradient(victim, parts.loss, at), rows, radius);
      }
      return delta === undefined ? victim.inputs : plus(clean, delta, shape);
    },
  };
}

/**
 * The gradient in the inputs of each sample's own loss (not divided by the number of samples), as a constant: weights that
 * are being differentiated are taken at their values.
 */
export function lossGradient(victim: Victim, loss: AscentLoss, at: NdArray): FloatArray {
  return elements(handOut(bottom(grad((x: Value) => sum(perSampleLoss(loss, victim.logits(x), victim.labels)))(at))) as NdArray);
}

export function checkRadius(where: string, radius: number): void {
  if (!(radius >= 0) || !Number.isFinite(radius)) throw new ParameterError({ where, problem: `the radius ${radius} is out of range.`, expected: "a finite radius >= 0, in the data's units." });
}

function plus(clean: FloatArray, delta: FloatArray, shape: readonly number[]): NdArray {
  const kernels = currentKernels();
  const out = room(kernels, clean instanceof Float32Array ? "float32" : "float64", clean.length);
  kernels.add(clean, delta, out);
  return view(out, shape);
}
