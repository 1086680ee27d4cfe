/**
 * Threat models: what an attacker may do to the inputs, as objects with a loss to climb, a step and a projection.
 *
 * Inputs are [samples, patches, d] and the radius bounds each patch separately, in the data's own units. Data are never
 * clamped. No gradient flows through the perturbation. Radius 0 returns the inputs unchanged.
 */
import { grad, handOut, held, isTraced, near, type Value, valueDtype } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import type { NdArray } from "../ndarray/index.ts";
import { add, astype, sum } from "../ops/index.ts";
import type { Stream } from "../random/index.ts";
import { type AscentLoss, perSampleLoss } from "./losses.ts";

/** What is attacked: a network with its weights, the clean inputs and their labels. */
export interface Victim {
  /** Logits [n, classes] of inputs [n, patches, d]. */
  logits(inputs: Value): Value;
  /** [n, patches, d]; under `compile` or another transformation a traced value all the same. */
  inputs: NdArray;
  labels: Int32Array;
  /** For threat models that start at random. */
  random?: Stream;
}

export interface ThreatModel {
  readonly name: string;
  /** Whether the attacker's choice is random for given inputs and weights. */
  readonly randomised: boolean;
  /**
   * The perturbed inputs, every patch within `radius` of the clean one in the threat's norm; traced where the inputs are. Each step of an
   * ascent, and each candidate that is tried, is run by `within`, by default as it is: `scratch` frees what it has used, where nothing
   * outside records it.
   */
  perturb(victim: Victim, radius: number, within?: <T>(step: () => T) => T): NdArray;
}

/** A gradient-based threat model: `steps` times climb the loss and bring the perturbation back within the radius. */
export interface GradientThreat {
  name: string;
  loss: AscentLoss;
  steps: number;
  /** The perturbation to start from, for inputs of a shape; none means zero. */
  start?(shape: readonly number[], radius: number, random: Stream): Value;
  /** The next perturbation from this one (undefined stands for zero) and the loss's gradient at it, brought back. */
  move(delta: Value | undefined, gradient: Value, radius: number): Value;
}

/** Makes a threat model of its parts. */
export function gradientThreat(parts: GradientThreat): ThreatModel {
  return {
    name: parts.name,
    randomised: parts.start !== undefined,
    perturb(victim, radius, within = (step) => step()) {
      checkRadius(parts.name, radius);
      if (radius === 0) return victim.inputs;
      const inputs = isTraced(victim.inputs) ? victim.inputs : near(victim.inputs);
      let delta: Value | undefined;
      if (parts.start !== undefined) {
        if (victim.random === undefined) throw new ParameterError({ where: parts.name, problem: "a random start needs a random stream.", mend: "pass victim.random." });
        delta = astype(parts.start(inputs.shape, radius, victim.random), valueDtype(inputs));
      }
      for (let step = 0; step < parts.steps; step++) {
        const before = delta;
        delta = within(() => parts.move(before, lossGradient(victim, parts.loss, before === undefined ? inputs : add(inputs, before)), radius));
      }
      return delta === undefined ? victim.inputs : (add(inputs, delta) as NdArray);
    },
  };
}

/**
 * The gradient in the inputs of each sample's own loss (not divided by the number of samples), as a constant: weights that
 * are being differentiated are taken at their values.
 */
export function lossGradient(victim: Victim, loss: AscentLoss, at: Value): NdArray {
  return handOut(held(grad((x: Value) => sum(perSampleLoss(loss, victim.logits(x), victim.labels)))(at))) as NdArray;
}

export function checkRadius(where: string, radius: number): void {
  if (!(radius >= 0) || !Number.isFinite(radius)) throw new ParameterError({ where, problem: `the radius ${radius} is out of range.`, expected: "a finite radius >= 0, in the data's units." });
}
