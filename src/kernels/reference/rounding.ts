import type { FloatArray } from "../types.ts";

/** Rounds the exact-to-f64 result of one operation to the dtype of an array. */
export type Round = (x: number) => number;

const keep: Round = (x) => x;

/**
 * The rounding of x's dtype. For + - * / and sqrt of f32 operands, rounding the f64 result once more gives the f32 result
 * exactly (f64 has more than twice the digits of f32), so each operation is wrapped by itself: r(a + r(b * c)).
 */
export function roundingOf(x: FloatArray): Round {
  return x instanceof Float32Array ? Math.fround : keep;
}

/** Lanes of a 16-byte vector of x's dtype. */
export function laneCountOf(x: FloatArray): 2 | 4 {
  return x instanceof Float32Array ? 4 : 2;
}

/** l0, or l0 + l1, or (l0 + l1) + (l2 + l3): the one order in which lanes are added. */
export function addLanes(lanes: readonly number[], r: Round): number {
  if (lanes.length === 1) return lanes[0];
  const first = r(lanes[0] + lanes[1]);
  return lanes.length === 2 ? first : r(first + r(lanes[2] + lanes[3]));
}

/** n values from at(0) on: lanes by index modulo their number over the largest multiple, lanes pairwise, then the tail. */
export function sumInLanes(n: number, at: (i: number) => number, laneCount: number, r: Round): number {
  const lanes: number[] = Array.from({ length: laneCount }, () => 0);
  const whole = n - (n % laneCount);
  for (let i = 0; i < whole; i++) lanes[i % laneCount] = r(lanes[i % laneCount] + at(i));
  let sum = addLanes(lanes, r);
  for (let i = whole; i < n; i++) sum = r(sum + at(i));
  return sum;
}
