import { laneCount } from "./lanes";

/**
 * Transposes by squares of one vector's length in registers; what is left over at the right and the bottom goes element by
 * element. Eight columns at a time: as many rows of out are written side by side, and they stay in the cache even when
 * their distance is a power of two.
 */

const COLUMN_BLOCK: i32 = 8;

/** One square of 2 by 2 or 4 by 4. Strides in bytes. */
// @ts-ignore: decorator
@inline
function transposeSquare<T extends number>(x: usize, strideX: usize, out: usize, strideOut: usize): void {
  if (sizeof<T>() == 8) {
    const r0 = v128.load(x), r1 = v128.load(x + strideX);
    v128.store(out, v128.shuffle<f64>(r0, r1, 0, 2));
    v128.store(out + strideOut, v128.shuffle<f64>(r0, r1, 1, 3));
  } else {
    const x2 = x + 2 * strideX, out2 = out + 2 * strideOut;
    const r0 = v128.load(x), r1 = v128.load(x + strideX), r2 = v128.load(x2), r3 = v128.load(x2 + strideX);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f64>(low01, low23, 0, 2));
    v128.store(out + strideOut, v128.shuffle<f64>(low01, low23, 1, 3));
    v128.store(out2, v128.shuffle<f64>(high01, high23, 0, 2));
    v128.store(out2 + strideOut, v128.shuffle<f64>(high01, high23, 1, 3));
  }
}

/** out[columns, rows] = x[rows, columns]^T. Strides in bytes. */
export function transpose<T extends number>(x: usize, strideX: usize, out: usize, strideOut: usize, rows: i32, columns: i32): void {
  const side = laneCount<T>();
  const wholeRows = rows - rows % side, wholeColumns = columns - columns % side;
  for (let first = 0; first < wholeColumns; first += COLUMN_BLOCK) {
    const end = min(first + COLUMN_BLOCK, wholeColumns);
    for (let i = 0; i < wholeRows; i += side) {
      for (let j = first; j < end; j += side) {
        transposeSquare<T>(
          x + <usize>i * strideX + <usize>j * sizeof<T>(), strideX, out + <usize>j * strideOut + <usize>i * sizeof<T>(), strideOut,
        );
      }
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = i < wholeRows ? wholeColumns : 0; j < columns; j++) {
      store<T>(out + <usize>j * strideOut + <usize>i * sizeof<T>(), load<T>(x + <usize>i * strideX + <usize>j * sizeof<T>()));
    }
  }
}

/** The elements of x[rows, ...], each row of out out of its own row of x: nothing is computed, so elements are u32 or u64. */
// @ts-ignore: decorator
@inline
function gatherRows<T extends number>(x: usize, rowX: i32, first: i32, out: usize, rows: i32, m: i32, strideM: i32, n: i32, strideN: i32): void {
  x += <usize>first * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < m; i++) {
      let from = x + <usize>(i * strideM) * sizeof<T>();
      for (let j = 0; j < n; j++) {
        store<T>(out, load<T>(from));
        from += <usize>strideN * sizeof<T>();
        out += sizeof<T>();
      }
    }
    x += <usize>rowX * sizeof<T>();
  }
}

/** gatherRowsF64: out[r, i, j] = x[r rowX + first + i strideM + j strideN], everything in elements; strides may be negative or 0. */
export function gatherRowsF64(x: usize, out: usize, rows: i32, m: i32, n: i32, rowX: i32, first: i32, strideM: i32, strideN: i32): void {
  gatherRows<u64>(x, rowX, first, out, rows, m, strideM, n, strideN);
}
/** gatherRowsF32: as gatherRowsF64. */
export function gatherRowsF32(x: usize, out: usize, rows: i32, m: i32, n: i32, rowX: i32, first: i32, strideM: i32, strideN: i32): void {
  gatherRows<u32>(x, rowX, first, out, rows, m, strideM, n, strideN);
}

/** transposeF64: out[columns, rows] = x[rows, columns]^T. Strides are in elements. out does not overlap x. */
export function transposeF64(x: usize, strideX: i32, out: usize, strideOut: i32, rows: i32, columns: i32): void {
  transpose<f64>(x, <usize>strideX * 8, out, <usize>strideOut * 8, rows, columns);
}
/** transposeF32: as transposeF64. */
export function transposeF32(x: usize, strideX: i32, out: usize, strideOut: i32, rows: i32, columns: i32): void {
  transpose<f32>(x, <usize>strideX * 4, out, <usize>strideOut * 4, rows, columns);
}
