import { laneCount } from "./lanes";

/** A row or a column spread over a matrix x[rows, width], and the sum of its rows: the adjoint of the former. */

// @ts-ignore: decorator
@inline
function addRow<T extends number>(x: usize, row: usize, out: usize, rows: i32, width: i32): void {
  const whole = width - width % laneCount<T>();
  for (let r = 0; r < rows; r++) {
    let j = 0;
    for (; j < whole; j += laneCount<T>()) {
      const at = <usize>j * sizeof<T>();
      v128.store(out + at, v128.add<T>(v128.load(x + at), v128.load(row + at)));
    }
    for (; j < width; j++) {
      const at = <usize>j * sizeof<T>();
      store<T>(out + at, <T>(load<T>(x + at) + load<T>(row + at)));
    }
    x += <usize>width * sizeof<T>();
    out += <usize>width * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function scaleRows<T extends number>(x: usize, factors: usize, out: usize, rows: i32, width: i32): void {
  const whole = width - width % laneCount<T>();
  for (let r = 0; r < rows; r++) {
    const factor = load<T>(factors + <usize>r * sizeof<T>());
    const spread = v128.splat<T>(factor);
    let j = 0;
    for (; j < whole; j += laneCount<T>()) {
      const at = <usize>j * sizeof<T>();
      v128.store(out + at, v128.mul<T>(v128.load(x + at), spread));
    }
    for (; j < width; j++) {
      const at = <usize>j * sizeof<T>();
      store<T>(out + at, <T>(load<T>(x + at) * factor));
    }
    x += <usize>width * sizeof<T>();
    out += <usize>width * sizeof<T>();
  }
}

/** Four vectors of columns at a time, so that their sums stay in registers; then one; then single columns. */
// @ts-ignore: decorator
@inline
function sumRows<T extends number>(x: usize, rowBytes: usize, out: usize, rows: i32, width: i32, continues: bool): void {
  const bytes = <usize>rows * rowBytes;
  let j = 0;
  for (; j + 4 * laneCount<T>() <= width; j += 4 * laneCount<T>()) {
    const from = x + <usize>j * sizeof<T>(), to = out + <usize>j * sizeof<T>();
    let s0 = v128.splat<T>(<T>0), s1 = s0, s2 = s0, s3 = s0;
    if (continues) {
      s0 = v128.load(to); s1 = v128.load(to, 16); s2 = v128.load(to, 32); s3 = v128.load(to, 48);
    }
    for (let at: usize = 0; at < bytes; at += rowBytes) {
      s0 = v128.add<T>(s0, v128.load(from + at)); s1 = v128.add<T>(s1, v128.load(from + at, 16));
      s2 = v128.add<T>(s2, v128.load(from + at, 32)); s3 = v128.add<T>(s3, v128.load(from + at, 48));
    }
    v128.store(to, s0); v128.store(to, s1, 16); v128.store(to, s2, 32); v128.store(to, s3, 48);
  }
  for (; j + laneCount<T>() <= width; j += laneCount<T>()) {
    const from = x + <usize>j * sizeof<T>(), to = out + <usize>j * sizeof<T>();
    let s = continues ? v128.load(to) : v128.splat<T>(<T>0);
    for (let at: usize = 0; at < bytes; at += rowBytes) s = v128.add<T>(s, v128.load(from + at));
    v128.store(to, s);
  }
  for (; j < width; j++) {
    const from = x + <usize>j * sizeof<T>(), to = out + <usize>j * sizeof<T>();
    let s = continues ? load<T>(to) : <T>0;
    for (let at: usize = 0; at < bytes; at += rowBytes) s = <T>(s + load<T>(from + at));
    store<T>(to, s);
  }
}

/** addRowF64: out[r, j] = x[r, j] + row[j]. out may be x. */
export function addRowF64(x: usize, row: usize, out: usize, rows: i32, width: i32): void {
  addRow<f64>(x, row, out, rows, width);
}
/** addRowF32: as addRowF64, rounded to f32. */
export function addRowF32(x: usize, row: usize, out: usize, rows: i32, width: i32): void {
  addRow<f32>(x, row, out, rows, width);
}
/** scaleRowsF64: out[r, j] = x[r, j] factors[r]. out may be x. */
export function scaleRowsF64(x: usize, factors: usize, out: usize, rows: i32, width: i32): void {
  scaleRows<f64>(x, factors, out, rows, width);
}
/** scaleRowsF32: as scaleRowsF64, rounded to f32. */
export function scaleRowsF32(x: usize, factors: usize, out: usize, rows: i32, width: i32): void {
  scaleRows<f32>(x, factors, out, rows, width);
}
/**
 * sumRowsF64: out[j] = sum over r of x[r, j], ascending, from +0 or, if continues != 0, from what out holds. The stride is in
 * elements. out must not overlap x.
 */
export function sumRowsF64(x: usize, strideX: i32, out: usize, rows: i32, width: i32, continues: i32): void {
  sumRows<f64>(x, <usize>strideX * 8, out, rows, width, continues != 0);
}
/** sumRowsF32: as sumRowsF64, every addition rounded to f32. */
export function sumRowsF32(x: usize, strideX: i32, out: usize, rows: i32, width: i32, continues: i32): void {
  sumRows<f32>(x, <usize>strideX * 4, out, rows, width, continues != 0);
}
