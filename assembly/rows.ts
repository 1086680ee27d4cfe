import { addLanes, laneCount } from "./lanes";

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

// @ts-ignore: decorator
@inline
function norm<T extends number>(x: usize, width: i32, scale: T): T {
  const whole = width - width % laneCount<T>();
  const scales = v128.splat<T>(scale);
  let lanes = v128.splat<T>(<T>0);
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const y = v128.mul<T>(scales, v128.load(x + <usize>i * sizeof<T>()));
    lanes = v128.add<T>(lanes, v128.mul<T>(y, y));
  }
  let sum = addLanes<T>(lanes);
  for (; i < width; i++) {
    const y = <T>(scale * load<T>(x + <usize>i * sizeof<T>()));
    sum = <T>(sum + <T>(y * y));
  }
  if (sum >= smallestTrusted<T>() && sum < <T>Infinity) return sqrt<T>(sum);
  return rescaledNorm<T>(x, width, scale, sum);
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

/** out = ((scale x) / divisor) factor, or scale x alone when `plain`. */
// @ts-ignore: decorator
@inline
function writeRow<T extends number>(x: usize, out: usize, width: i32, scale: T, plain: bool, divisor: T, factor: T): void {
  const whole = width - width % laneCount<T>();
  const scales = v128.splat<T>(scale), divisors = v128.splat<T>(divisor), factors = v128.splat<T>(factor);
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    const y = v128.mul<T>(scales, v128.load(x + at));
    v128.store(out + at, plain ? y : v128.mul<T>(v128.div<T>(y, divisors), factors));
  }
  for (; i < width; i++) {
    const at = <usize>i * sizeof<T>();
    const y = <T>(scale * load<T>(x + at));
    store<T>(out + at, plain ? y : <T>(<T>(y / divisor) * factor));
  }
}

// @ts-ignore: decorator
@inline
function rowNorm<T extends number>(x: usize, out: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    store<T>(out + <usize>row * sizeof<T>(), norm<T>(x, width, <T>1));
    x += <usize>width * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function normalizeRows<T extends number>(x: usize, out: usize, rows: i32, width: i32, length: T): void {
  for (let row = 0; row < rows; row++) {
    const size = norm<T>(x, width, <T>1);
    writeRow<T>(x, out, width, <T>1, size == 0, size, length);
    x += <usize>width * sizeof<T>();
    out += <usize>width * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function normalizeRowsAdd<T extends number>(y: usize, x: usize, out: usize, rows: i32, width: i32, length: T): void {
  const whole = width - width % laneCount<T>();
  const factors = v128.splat<T>(length);
  for (let row = 0; row < rows; row++) {
    const size = norm<T>(x, width, <T>1);
    const plain = size == 0;
    const divisors = v128.splat<T>(size);
    let i = 0;
    for (; i < whole; i += laneCount<T>()) {
      const at = <usize>i * sizeof<T>();
      const step = v128.load(x + at);
      v128.store(out + at, v128.add<T>(v128.load(y + at), plain ? step : v128.mul<T>(v128.div<T>(step, divisors), factors)));
    }
    for (; i < width; i++) {
      const at = <usize>i * sizeof<T>();
      const step = load<T>(x + at);
      store<T>(out + at, <T>(load<T>(y + at) + (plain ? step : <T>(<T>(step / size) * length))));
    }
    y += <usize>width * sizeof<T>();
    x += <usize>width * sizeof<T>();
    out += <usize>width * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function projectRows<T extends number>(x: usize, out: usize, rows: i32, width: i32, scale: T, radius: T): void {
  for (let row = 0; row < rows; row++) {
    const size = norm<T>(x, width, scale);
    writeRow<T>(x, out, width, scale, size <= radius, size, radius);
    x += <usize>width * sizeof<T>();
    out += <usize>width * sizeof<T>();
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
  normalizeRows<f64>(x, out, rows, width, length);
}
/** normalizeRowsF32: out = (x / norm) length; a row of norm 0 is copied. Sum as in rowNormF32. out may be x. */
export function normalizeRowsF32(x: usize, out: usize, rows: i32, width: i32, length: f32): void {
  normalizeRows<f32>(x, out, rows, width, length);
}
/**
 * normalizeRowsAddF64: out = y + (x / norm) length, y + x for a row of norm 0: the bits of normalizeRows(x), then of
 * add(y, that). Sum as in rowNormF64. out may be x or y.
 */
export function normalizeRowsAddF64(y: usize, x: usize, out: usize, rows: i32, width: i32, length: f64): void {
  normalizeRowsAdd<f64>(y, x, out, rows, width, length);
}
/** normalizeRowsAddF32: as normalizeRowsAddF64, every operation rounded to f32. Sum as in rowNormF32. out may be x or y. */
export function normalizeRowsAddF32(y: usize, x: usize, out: usize, rows: i32, width: i32, length: f32): void {
  normalizeRowsAdd<f32>(y, x, out, rows, width, length);
}
/** projectRowsF64: y = scale x; out = y if norm(y) <= radius, else (y / norm(y)) radius. Sum as in rowNormF64. out may be x. */
export function projectRowsF64(x: usize, out: usize, rows: i32, width: i32, scale: f64, radius: f64): void {
  projectRows<f64>(x, out, rows, width, scale, radius);
}
/** projectRowsF32: y = scale x; out = y if norm(y) <= radius, else (y / norm(y)) radius. Sum as in rowNormF32. out may be x. */
export function projectRowsF32(x: usize, out: usize, rows: i32, width: i32, scale: f32, radius: f32): void {
  projectRows<f32>(x, out, rows, width, scale, radius);
}
