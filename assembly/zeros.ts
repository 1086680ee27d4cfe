import { laneCount } from "./lanes";
import { PANEL_BYTES } from "./panels";

/**
 * Inner indices that a product may skip: where four rows of A all hold zero. Rows of neighbouring patches, masked by the slopes of
 * a rectifier, are zero in the same columns, often in most.
 *
 * Skipping does not change a bit where B is finite: the products are +0 or -0, and a sum that starts from +0 is never -0. With an
 * infinity or a NaN in B they would be NaN, so B is looked through before the first product is skipped.
 */

/** Bytes of a list of `inner` indices. */
// @ts-ignore: decorator
@inline
export function listBytes(inner: i32): i32 {
  return inner * sizeof<u32>();
}

/** All bits but the sign: -0 is zero as well. */
// @ts-ignore: decorator
@inline
function magnitude<T extends number>(): v128 {
  return sizeof<T>() == 8 ? i64x2.splat(i64.MAX_VALUE) : i32x4.splat(i32.MAX_VALUE);
}

/** A bit for each lane whose bits, under the mask, are not all zero. */
// @ts-ignore: decorator
@inline
function occupied<T extends number>(lanes: v128, mask: v128): i32 {
  const bits = v128.and(lanes, mask), none = i32x4.splat(0);
  return sizeof<T>() == 8 ? i64x2.bitmask(i64x2.ne(bits, none)) : i32x4.bitmask(i32x4.ne(bits, none));
}

/**
 * Writes to `list` the byte offsets, in a row of A, of the inner indices at which one of the four rows is not zero, ascending.
 * Returns the list's end. Up to one lane less than a vector of entries behind the end are overwritten too.
 */
// @ts-ignore: decorator
@inline
export function listOccupied<T extends number>(a0: usize, a1: usize, a2: usize, a3: usize, inner: i32, list: usize): usize {
  const mask = magnitude<T>();
  const whole = <usize>(inner - inner % laneCount<T>()) * sizeof<T>(), end = <usize>inner * sizeof<T>();
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const lanes = v128.or(v128.or(v128.load(a0 + at), v128.load(a1 + at)), v128.or(v128.load(a2 + at), v128.load(a3 + at)));
    const found = occupied<T>(lanes, mask);
    // every lane is written; one that is zero is overwritten by the next
    for (let lane = 0; lane < laneCount<T>(); lane++) {
      store<u32>(list, <u32>at + lane * sizeof<T>());
      list += ((found >>> lane) & 1) * sizeof<u32>();
    }
  }
  for (; at < end; at += sizeof<T>()) {
    store<u32>(list, <u32>at);
    if (load<T>(a0 + at) != 0 || load<T>(a1 + at) != 0 || load<T>(a2 + at) != 0 || load<T>(a3 + at) != 0) list += sizeof<u32>();
  }
  return list;
}

/** Whether so many bytes of packed panels hold no infinity and no NaN. */
export function allFinite<T extends number>(panels: usize, bytes: usize): bool {
  const nothing = v128.splat<T>(<T>0);
  let sum = nothing;
  // 0 x is NaN for those two alone
  for (const end = panels + bytes; panels < end; panels += PANEL_BYTES) {
    sum = v128.add<T>(sum, v128.mul<T>(nothing, v128.load(panels)));
    sum = v128.add<T>(sum, v128.mul<T>(nothing, v128.load(panels, 16)));
  }
  return !v128.any_true(v128.ne<T>(sum, sum));
}
