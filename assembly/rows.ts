import { addLanes } from "./lanes";

/**
 * Norms and projections of the rows of a matrix. A row is read whole before it is written, so out may be x.
 *
 * Order of additions in a sum of squares: lanes by index modulo the lane count over the largest multiple of it, the lanes
 * pairwise, then the tail ascending. When that sum overflows or comes near underflow, the row is divided by its largest
 * magnitude first and the squares are added in ascending order: tiny gradients keep their direction.
 */

/** Below this, squares of smaller elements may have been lost to underflow. */
// @ts-ignore: decorator
@inline
function smallestTrusted<T extends number>(): T {
  // 2^-960 and 2^-100
  return sizeof<T>() == 8 ? <T>1.026343169222241e-289 : <T>7.888609052210118e-31;
}

/** Whether squares that add up to this have lost nothing to speak of, and are a number. */
// @ts-ignore: decorator
@inline
function trusted<T extends number>(sum: T): bool {
  return sum >= smallestTrusted<T>() && sum < <T>Infinity;
}

/**
 * The norms of two rows, in lanes 0 and 1: side by side neither waits for its own last addition. scaled: the rows are
 * multiplied by `scale`, which is 1 otherwise.
 */
// @ts-ignore: decorator
@inline
function twoNorms<T extends number>(x: usize, next: usize, width: i32, scaled: bool, scale: T): v128 {
  const bytes = <usize>width * sizeof<T>(), whole = bytes - bytes % 16;
  const scales = v128.splat<T>(scale);
  let lanes = v128.splat<T>(<T>0), nextLanes = lanes;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    let y = v128.load(x + at), z = v128.load(next + at);
    if (scaled) {
      y = v128.mul<T>(scales, y);
      z = v128.mul<T>(scales, z);
    }
    lanes = v128.add<T>(lanes, v128.mul<T>(y, y));
    nextLanes = v128.add<T>(nextLanes, v128.mul<T>(z, z));
  }
  let sum = addLanes<T>(lanes), nextSum = addLanes<T>(nextLanes);
  for (; at < bytes; at += sizeof<T>()) {
    const y = <T>(scale * load<T>(x + at)), z = <T>(scale * load<T>(next + at));
    sum = <T>(sum + <T>(y * y));
    nextSum = <T>(nextSum + <T>(z * z));
  }
  const roots = v128.sqrt<T>(v128.replace_lane<T>(v128.splat<T>(sum), 1, nextSum));
  if (trusted<T>(sum) && trusted<T>(nextSum)) return roots;
  return v128.replace_lane<T>(v128.splat<T>(oneNorm<T>(x, width, scale, sum)), 1, oneNorm<T>(next, width, scale, nextSum));
}

/** The norm of a row whose squares add up to `sum`, which may have overflowed or come near underflow. */
function oneNorm<T extends number>(x: usize, width: i32, scale: T, sum: T): T {
  return trusted<T>(sum) ? sqrt<T>(sum) : rescaledNorm<T>(x, width, scale, sum);
}

function rescaledNorm<T extends number>(x: usize, width: i32, scale: T, sum: T): T {
  let largest = <T>0;
  for (let i = 0; i < width; i++) largest = max<T>(largest, abs<T>(<T>(scale * load<T>(x + <usize>i * sizeof<T>()))));
  if (!(largest > 0 && largest < <T>Infinity)) return sqrt<T>(sum);
  let rescaled = <T>0;
  for (let i = 0; i < width; i++) {
    const y = <T>(<T>(scale * load<T>(x + <usize>i * sizeof<T>())) / largest);
    rescaled = <T>(rescaled + <T>(y * y));
  }
  return <T>(largest * sqrt<T>(rescaled));
}

/** step, or y + step. */
// @ts-ignore: decorator
@inline
function plus<T extends number>(adds: bool, y: usize, step: v128): v128 {
  return adds ? v128.add<T>(v128.load(y), step) : step;
}

/** out = (scale x / size) length; adds: y is added to it. Where `own`, the row keeps its length: out = scale x, and y. */
// @ts-ignore: decorator
@inline
function writeRow<T extends number>(
  adds: bool, y: usize, x: usize, out: usize, width: i32, scaled: bool, scale: T, own: bool, size: T, length: T,
): void {
  const bytes = <usize>width * sizeof<T>(), whole = bytes - bytes % 16;
  const scales = v128.splat<T>(scale), divisors = v128.splat<T>(size), lengths = v128.splat<T>(length);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const row = v128.load(x + at), step = scaled ? v128.mul<T>(scales, row) : row;
    v128.store(out + at, plus<T>(adds, y + at, own ? step : v128.mul<T>(v128.div<T>(step, divisors), lengths)));
  }
  for (; at < bytes; at += sizeof<T>()) {
    let step = <T>(scale * load<T>(x + at));
    if (!own) step = <T>(<T>(step / size) * length);
    store<T>(out + at, adds ? <T>(load<T>(y + at) + step) : step);
  }
}

// @ts-ignore: decorator
@inline
function rowNorm<T extends number>(x: usize, out: usize, rows: i32, width: i32): void {
  const rowBytes = <usize>width * sizeof<T>();
  for (let row = 0; row < rows; row += 2) {
    const two = row + 1 < rows;
    const sizes = twoNorms<T>(x, two ? x + rowBytes : x, width, false, <T>1);
    store<T>(out, v128.extract_lane<T>(sizes, 0));
    if (two) store<T>(out + sizeof<T>(), v128.extract_lane<T>(sizes, 1));
    x += 2 * rowBytes;
    out += 2 * sizeof<T>();
  }
}

/** What normalizeRows, normalizeRowsAdd and projectRows have in common: a row longer than `limit` gets `length`. */
// @ts-ignore: decorator
@inline
function rescaleRows<T extends number>(
  adds: bool, y: usize, x: usize, out: usize, rows: i32, width: i32, scaled: bool, scale: T, limit: T, length: T,
): void {
  const rowBytes = <usize>width * sizeof<T>();
  for (let row = 0; row < rows; row += 2) {
    const two = row + 1 < rows;
    const sizes = twoNorms<T>(x, two ? x + rowBytes : x, width, scaled, scale);
    for (let r = 0; r < 1 + i32(two); r++) {
      const size = r == 0 ? v128.extract_lane<T>(sizes, 0) : v128.extract_lane<T>(sizes, 1);
      writeRow<T>(adds, y, x, out, width, scaled, scale, size <= limit, size, length);
      y += rowBytes;
      x += rowBytes;
      out += rowBytes;
    }
  }
}

/** rowNormF64: out[row] = sqrt(sum of squares). Two lanes by parity, lane 0 + lane 1, then the odd tail. */
export function rowNormF64(x: usize, out: usize, rows: i32, width: i32): void {
  rowNorm<f64>(x, out, rows, width);
}
/** rowNormF32: four lanes by index modulo 4, (l0 + l1) + (l2 + l3), then the tail ascending. */
export function rowNormF32(x: usize, out: usize, rows: i32, width: i32): void {
  rowNorm<f32>(x, out, rows, width);
}
/** normalizeRowsF64: out = (x / norm) length; a row of norm 0 is copied. Sum as in rowNormF64. out may be x. */
export function normalizeRowsF64(x: usize, out: usize, rows: i32, width: i32, length: f64): void {
  rescaleRows<f64>(false, 0, x, out, rows, width, false, 1, 0, length);
}
/** normalizeRowsF32: out = (x / norm) length; a row of norm 0 is copied. Sum as in rowNormF32. out may be x. */
export function normalizeRowsF32(x: usize, out: usize, rows: i32, width: i32, length: f32): void {
  rescaleRows<f32>(false, 0, x, out, rows, width, false, 1, 0, length);
}
/**
 * normalizeRowsAddF64: out = y + (x / norm) length, y + x for a row of norm 0: the bits of normalizeRows(x), then of
 * add(y, that). Sum as in rowNormF64. out may be x or y.
 */
export function normalizeRowsAddF64(y: usize, x: usize, out: usize, rows: i32, width: i32, length: f64): void {
  rescaleRows<f64>(true, y, x, out, rows, width, false, 1, 0, length);
}
/** normalizeRowsAddF32: as normalizeRowsAddF64, every operation rounded to f32. Sum as in rowNormF32. out may be x or y. */
export function normalizeRowsAddF32(y: usize, x: usize, out: usize, rows: i32, width: i32, length: f32): void {
  rescaleRows<f32>(true, y, x, out, rows, width, false, 1, 0, length);
}
/** projectRowsF64: y = scale x; out = y if norm(y) <= radius, else (y / norm(y)) radius. Sum as in rowNormF64. out may be x. */
export function projectRowsF64(x: usize, out: usize, rows: i32, width: i32, scale: f64, radius: f64): void {
  rescaleRows<f64>(false, 0, x, out, rows, width, true, scale, radius, radius);
}
/** projectRowsF32: y = scale x; out = y if norm(y) <= radius, else (y / norm(y)) radius. Sum as in rowNormF32. out may be x. */
export function projectRowsF32(x: usize, out: usize, rows: i32, width: i32, scale: f32, radius: f32): void {
  rescaleRows<f32>(false, 0, x, out, rows, width, true, scale, radius, radius);
}
