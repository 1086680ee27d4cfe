/**
 * What an attacker of images may do: move each image within a ball around it, and stay among images.
 *
 * The radius is in the data's own units, and these are fixed: pixels run from 0 to 1. One image is one point, all its
 * pixels and channels together, so an l2 radius bounds the length of the whole change.
 */
import type { Value } from "../../autodiff/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { add, div, maximum, minimum, mul, norm, normalize, reshape, sign, sub } from "../../ops/index.ts";

export type Norm = "linf" | "l2";

export interface Ball {
  norm: Norm;
  /** In pixel units: 8/255 for eight grey levels of 255. */
  radius: number;
}

/**
 * The radius from which on no classifier can resist: at it every image can be turned into plain grey 1/2.
 *
 * That is 1/2 in l-infinity and sqrt(pixels)/2 in l2, the distance from any corner of the cube of images to its centre.
 */
export function greyRadius(own: Norm, pixels: number): number {
  return own === "linf" ? 0.5 : 0.5 * Math.sqrt(pixels);
}

/**
 * Errors: ParameterError on an unknown norm, a radius that is no number >= 0, or one that only another unit can mean: 8 (of 255 grey
 *         levels) in l-infinity, 128 in l2.
 */
export function checkBall(where: string, { norm: own, radius }: Ball, pixels: number): void {
  if (own !== "linf" && own !== "l2") throw new ParameterError({ where, problem: `there is no norm "${String(own)}".`, expected: "linf or l2." });
  if (typeof radius !== "number" || !(radius >= 0) || !Number.isFinite(radius)) throw new ParameterError({ where, problem: `the radius ${String(radius)} is out of range.`, expected: "a finite number >= 0, in pixel units." });
  const most = greyRadius(own, pixels);
  if (radius < most) return;
  throw new ParameterError({
    where, problem: `the ${own} radius ${radius} turns every image of ${pixels} pixels into plain grey.`,
    expected: `a radius below ${Number(most.toPrecision(4))}: pixels run from 0 to 1 here, not from 0 to 255.`,
    mend: radius > 1 ? `if ${radius} is in grey levels, pass ${radius}/255 = ${Number((radius / 255).toPrecision(4))}.` : "take a smaller radius.",
  });
}

/** A ball around each image of a batch, cut off at the cube, as arrays: what a compiled step takes. */
export interface Balls {
  norm: Norm;
  /** Images as rows: [n, pixels]. */
  clean: Value;
  /** The same number in every row of [n, 1]: so that it can vary from call to call. */
  radius: Value;
  /** The least and the largest that each pixel may be: [n, pixels]. In l2 these are 0 and 1, and only the cube's. */
  low: Value;
  high: Value;
}

/** The cube's and, in l-infinity, the ball's bounds of each pixel. */
export function boundsOf(clean: Float32Array, { norm: own, radius }: Ball): { low: Float32Array; high: Float32Array } {
  if (own === "l2") return { low: new Float32Array(clean.length), high: new Float32Array(clean.length).fill(1) };
  return { low: clean.map((x) => Math.max(0, x - radius)), high: clean.map((x) => Math.min(1, x + radius)) };
}

/**
 * Images moved a step up a gradient, in the norm's steepest direction, and brought back into ball and cube.
 *
 * l-infinity: the sign of the gradient, then each pixel between its bounds. l2: the gradient over its length, then the change cut to
 * the radius, then the cube; the clean image lies in the cube, so that clipping to it never leaves the ball. Where the gradient of
 * an image is 0, it stays.
 * Shapes: at and gradient [n, pixels], step [n, 1] -> [n, pixels].
 */
export function climb({ norm: own, clean, radius, low, high }: Balls, at: Value, gradient: Value, step: Value): Value {
  if (own === "linf") return minimum(maximum(add(at, mul(sign(gradient), step)), low), high);
  const change = sub(add(at, mul(normalize(gradient), step)), clean);
  const length = reshape(norm(change), [change.shape[0], 1]);
  // never 0/0, nor a reciprocal that overflows
  return minimum(maximum(add(clean, mul(change, div(radius, maximum(maximum(length, radius), smallestFloat32)))), low), high);
}

const smallestFloat32 = 2 ** -149;
