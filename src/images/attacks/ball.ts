/**
 * What an attacker of images may do: move each image within a ball around it, and stay among images.
 *
 * The radius is in the data's own units, and these are fixed: pixels run from 0 to 1. One image is one point, all its
 * pixels and channels together, so an l2 radius bounds the length of the whole change.
 */
import { type Operand, type Value } from "../../autodiff/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { add, clip, maximum, minimum, mul, neg, norm, normalize, reciprocalOrZero, reshape, sign, sub } from "../../ops/index.ts";

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

/** Images as rows, one number a pixel. */
function rows(images: Value): Value {
  const [count, ...rest] = images.shape;
  return reshape(images, [count, rest.reduce((a, b) => a * b, 1)]);
}

/**
 * The nearest point of the ball of each image's change; both projections are idempotent up to the last bit of the length.
 *
 * Shapes: change [n, ...pixels] -> the same. `radius` may be an array of no axes, so that it can vary under `compile`.
 */
export function projectBall(change: Value, own: Norm, radius: Operand): Value {
  if (own === "linf") return maximum(minimum(change, radius), typeof radius === "number" ? -radius : neg(radius));
  const flat = rows(change);
  const length = reshape(norm(flat), [flat.shape[0], 1]);
  return reshape(mul(flat, minimum(mul(reciprocalOrZero(length), radius), 1)), [...change.shape]);
}

/** The steepest direction of unit length in the norm: the sign, or the gradient over its length; 0 where the gradient is 0. */
export function steepest(gradient: Value, own: Norm): Value {
  return own === "linf" ? sign(gradient) : reshape(normalize(rows(gradient)), [...gradient.shape]);
}

/**
 * Images moved by a step along a direction, brought back into the ball around the clean ones and then among images.
 *
 * The clean image lies in the cube, so that clipping to it never leaves the ball.
 */
export function moveWithin({ clean, at, direction, step, norm: own, radius }: { clean: Value; at: Value; direction: Value; step: Operand; norm: Norm; radius: Operand }): Value {
  return amongImages(add(clean, projectBall(add(sub(at, clean), mul(direction, step)), own, radius)));
}

/** Pixels clipped to [0, 1]. */
export function amongImages(x: Value): Value {
  return clip(x, { low: 0, high: 1 });
}
