import { laneCount, loadOne } from "./lanes";

/**
 * What a product may skip. a B: inner indices at which four rows of A all hold zero. a^T b: columns of A that hold nothing but zeros, which
 * are whole rows of the result. Rows of neighbouring patches, masked by the slopes of a rectifier, are zero in the same columns, often in most.
 *
 * Skipping does not change a bit where B is finite: the products are +0 or -0, and a sum that starts from +0 is never -0. With an
 * infinity or a NaN in B they would be NaN, so B is looked through before the first product is skipped; so is a caller's out that a
 * sum starts from, for a -0, which +0 turns to +0.
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

/** Lists the offsets `at`, `at` + one element, ... of the lanes that are not zero; the list's new end. Every lane's is written; that of a zero is overwritten by the next. */
// @ts-ignore: decorator
@inline
function listLanes<T extends number>(lanes: v128, mask: v128, at: usize, list: usize): usize {
  const found = occupied<T>(lanes, mask);
  for (let lane = 0; lane < laneCount<T>(); lane++) {
    store<u32>(list, <u32>at + lane * sizeof<T>());
    list += ((found >>> lane) & 1) * sizeof<u32>();
  }
  return list;
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
    list = listLanes<T>(lanes, mask, at, list);
  }
  for (; at < end; at += sizeof<T>()) {
    store<u32>(list, <u32>at);
    if (load<T>(a0 + at) != 0 || load<T>(a1 + at) != 0 || load<T>(a2 + at) != 0 || load<T>(a3 + at) != 0) list += sizeof<u32>();
  }
  return list;
}

/** Rows that are gone through before it is asked whether all columns at hand are occupied by now. */
const STRETCH: i32 = 8;

/**
 * Writes to `list` the byte offsets, in a row of A, of the columns that are not zero in each of `rows` >= 1 rows, ascending. Returns the
 * list's end, behind which up to one lane less than a vector of entries are overwritten. Where most columns are occupied, a few rows tell.
 */
export function listColumns<T extends number>(a: usize, stride: usize, rows: i32, columns: i32, list: usize): usize {
  const mask = magnitude<T>(), all = laneCount<T>() == 2 ? 3 : 15;
  const end = <usize>columns * sizeof<T>();
  let at: usize = 0;
  // four vectors at a time: a cache line
  for (; at + 64 <= end; at += 64) {
    let l0 = i32x4.splat(0), l1 = l0, l2 = l0, l3 = l0;
    let row = a + at;
    for (let left = rows; left > 0; left -= STRETCH) {
      for (let r = min(left, STRETCH); r > 0; r--) {
        l0 = v128.or(l0, v128.load(row)); l1 = v128.or(l1, v128.load(row, 16));
        l2 = v128.or(l2, v128.load(row, 32)); l3 = v128.or(l3, v128.load(row, 48));
        row += stride;
      }
      if ((occupied<T>(l0, mask) & occupied<T>(l1, mask) & occupied<T>(l2, mask) & occupied<T>(l3, mask)) == all) break;
    }
    list = listLanes<T>(l0, mask, at, list);
    list = listLanes<T>(l1, mask, at + 16, list);
    list = listLanes<T>(l2, mask, at + 32, list);
    list = listLanes<T>(l3, mask, at + 48, list);
  }
  for (; at < end; at += sizeof<T>()) {
    let found = false, row = a + at;
    for (let left = rows; left > 0 && !found; left--) {
      found = load<T>(row) != 0;
      row += stride;
    }
    store<u32>(list, <u32>at);
    if (found) list += sizeof<u32>();
  }
  return list;
}

/** Whether a panel of so many rows, `stride` bytes apart, holds no infinity and no NaN. */
export function allFinite<T extends number>(panel: usize, stride: usize, rows: i32): bool {
  let bits = i32x4.splat(0);
  // x - x is +0, but NaN for those two
  for (; rows > 0; rows--) {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16);
    bits = v128.or(bits, v128.or(v128.sub<T>(b0, b0), v128.sub<T>(b1, b1)));
    panel += stride;
  }
  return !v128.any_true(bits);
}

/** Whether no element of out[m,n] is -0, which the product of a zero might turn to +0. */
export function noNegativeZero<T extends number>(out: usize, stride: usize, m: i32, n: i32): bool {
  const sign = sizeof<T>() == 8 ? i64x2.splat(i64.MIN_VALUE) : i32x4.splat(i32.MIN_VALUE);
  const whole = <usize>(n - n % laneCount<T>()) * sizeof<T>(), end = <usize>n * sizeof<T>();
  let found = i32x4.splat(0);
  for (; m > 0; m--) {
    let at: usize = 0;
    for (; at < whole; at += 16) found = v128.or(found, sizeof<T>() == 8 ? i64x2.eq(v128.load(out + at), sign) : i32x4.eq(v128.load(out + at), sign));
    for (; at < end; at += sizeof<T>()) found = v128.or(found, sizeof<T>() == 8 ? i64x2.eq(loadOne<T>(out + at), sign) : i32x4.eq(loadOne<T>(out + at), sign));
    out += stride;
  }
  return !v128.any_true(found);
}
