/** Directions to measure along: random ones that see every element, and steps along them. */
import { allocate, dtypeOf, elements, type FloatArray, type NdArray, sizeOf, view, zeros } from "../ndarray/index.ts";
import type { Subject } from "./subject.ts";
import { largest } from "./vectors.ts";

/** A tangent for every argument leaf, as large as the leaf, so that a step of 1/4 is a quarter of its largest element. */
export function tangentsFor({ leaves }: Pick<Subject, "leaves">, seed: number): NdArray[] {
  return leaves.map((leaf, at) => randomLike(leaf, seed + 1000 * (at + 1), sizeForStep(leaf)));
}

/** A cotangent for every result leaf, of size one. */
export function cotangentsFor({ results }: Pick<Subject, "results">, seed: number): NdArray[] {
  return results.map((result, at) => randomLike(result, seed - 1000 * at, 1));
}

/** The largest element, or 1 for zeros: what a step is measured in. */
export function sizeForStep(leaf: NdArray): number {
  return largest(leaf) || 1;
}

/** An array shaped like x of numbers from a quarter to one times `size`, of either sign: none so small that its element goes unseen. */
function randomLike(x: NdArray, seed: number, size: number): NdArray {
  const data = allocate(dtypeOf(x), sizeOf(x.shape));
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  for (let i = 0; i < data.length; i++) {
    // mulberry32: good enough to point anywhere, and small enough to live here
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    const uniform = ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
    data[i] = size * (Math.sign(uniform) || 1) * (0.25 + 0.75 * Math.abs(uniform));
  }
  return view(data, x.shape);
}

/** x + h along, a new array. */
export function moved(x: NdArray, h: number, along: NdArray): NdArray {
  const direction = elements(along);
  return view(elements(x).map((value: number, i: number) => value + h * direction[i]) as FloatArray, x.shape);
}

/** Zeros like x with `size` at one element; none at -1. */
export function unit(x: NdArray, at: number, size: number): NdArray {
  const out = zeros(x.shape, dtypeOf(x));
  if (at >= 0) out.data[at] = size;
  return out;
}
