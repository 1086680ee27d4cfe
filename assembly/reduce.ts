import { addLanes, laneCount, maxLane } from "./lanes";

/** Reductions of x[outer, length, inner] over the middle axis into out[outer, inner]. out must not overlap x. */

/** One contiguous run: lanes by index modulo the lane count, lanes pairwise, then the tail ascending; all from +0. */
// @ts-ignore: decorator
@inline
function sumRun<T extends number>(x: usize, n: i32): T {
  const whole = n - n % laneCount<T>();
  let lanes = v128.splat<T>(<T>0);
  let i = 0;
  for (; i < whole; i += laneCount<T>()) lanes = v128.add<T>(lanes, v128.load(x + <usize>i * sizeof<T>()));
  let sum = addLanes<T>(lanes);
  for (; i < n; i++) sum = <T>(sum + load<T>(x + <usize>i * sizeof<T>()));
  return sum;
}

// @ts-ignore: decorator
@inline
function maxRun<T extends number>(x: usize, n: i32): T {
  const whole = n - n % laneCount<T>();
  let lanes = v128.splat<T>(<T>-Infinity);
  let i = 0;
  for (; i < whole; i += laneCount<T>()) lanes = v128.max<T>(lanes, v128.load(x + <usize>i * sizeof<T>()));
  let largest = maxLane<T>(lanes);
  for (; i < n; i++) largest = max<T>(largest, load<T>(x + <usize>i * sizeof<T>()));
  return largest;
}

/** row[j] = row[j] + x[j], or the larger of both; lanes are neighbouring j. */
// @ts-ignore: decorator
@inline
function foldRow<T extends number>(maximum: bool, x: usize, row: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  let j = 0;
  for (; j < whole; j += laneCount<T>()) {
    const at = <usize>j * sizeof<T>();
    const a = v128.load(row + at), b = v128.load(x + at);
    v128.store(row + at, maximum ? v128.max<T>(a, b) : v128.add<T>(a, b));
  }
  for (; j < n; j++) {
    const at = <usize>j * sizeof<T>();
    const a = load<T>(row + at), b = load<T>(x + at);
    store<T>(row + at, maximum ? max<T>(a, b) : <T>(a + b));
  }
}

// @ts-ignore: decorator
@inline
function reduceAxis<T extends number>(maximum: bool, x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  const innerBytes = <usize>inner * sizeof<T>();
  if (inner == 1) {
    for (let o = 0; o < outer; o++) {
      store<T>(out, maximum ? maxRun<T>(x, length) : sumRun<T>(x, length));
      x += <usize>length * sizeof<T>();
      out += sizeof<T>();
    }
    return;
  }
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) store<T>(out + <usize>j * sizeof<T>(), maximum ? <T>-Infinity : <T>0);
    for (let l = 0; l < length; l++) {
      foldRow<T>(maximum, x, out, inner);
      x += innerBytes;
    }
    out += innerBytes;
  }
}

/**
 * sumAxisF64. Order of additions: inner > 1, ascending over the axis from +0; inner = 1, two lanes by parity, lane 0 +
 * lane 1, then the odd tail.
 */
export function sumAxisF64(x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  reduceAxis<f64>(false, x, out, outer, length, inner);
}
/** sumAxisF32. As sumAxisF64; inner = 1: four lanes by index modulo 4, (l0 + l1) + (l2 + l3), then the tail ascending. */
export function sumAxisF32(x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  reduceAxis<f32>(false, x, out, outer, length, inner);
}
/** maxAxisF64: NaN wins, +0 is above -0, so the order does not matter. An empty axis gives -Infinity. */
export function maxAxisF64(x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  reduceAxis<f64>(true, x, out, outer, length, inner);
}
/** maxAxisF32: as maxAxisF64. */
export function maxAxisF32(x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  reduceAxis<f32>(true, x, out, outer, length, inner);
}
