import { transpose } from "./transpose";

/**
 * Packing for the matrix products. B is packed into panels 32 bytes wide: 4 columns of f64, 8 of f32, the last panel padded
 * with zero columns. A panel holds its columns' values for one inner index after the other, and panels follow each other,
 * so a range of inner indices is contiguous within each panel.
 */

/** Bytes of one row of a panel: two vectors. */
export const PANEL_BYTES: usize = 32;
/** Inner indices of a block of packed B. */
export const INNER_BLOCK: i32 = 256;
/** Rows of out that the micro-kernel carries. */
export const ROWS: i32 = 4;

/** Columns of a panel. */
// @ts-ignore: decorator
@inline
export function panelColumns<T extends number>(): i32 {
  return <i32>(PANEL_BYTES / sizeof<T>());
}

/** Panels that so many columns take. */
// @ts-ignore: decorator
@inline
export function panelsOf<T extends number>(columns: i32): i32 {
  return (columns + panelColumns<T>() - 1) / panelColumns<T>();
}

/** Bytes of packed B for n columns and k inner indices; a multiple of 32. */
export function packedBytes(n: i32, k: i32, elementBytes: i32): i32 {
  const columns = <i32>PANEL_BYTES / elementBytes;
  return ((n + columns - 1) / columns) * k * <i32>PANEL_BYTES;
}

/** Packs b[inner, columns], whose rows are `stride` bytes apart. */
export function packRows<T extends number>(b: usize, stride: usize, inner: i32, columns: i32, packed: usize): void {
  let to = packed;
  for (let j = 0; j < columns; j += panelColumns<T>()) {
    let from = b + <usize>j * sizeof<T>();
    const width = min(panelColumns<T>(), columns - j);
    if (width == panelColumns<T>()) {
      for (let p = 0; p < inner; p++) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        from += stride;
        to += PANEL_BYTES;
      }
    } else {
      for (let p = 0; p < inner; p++) {
        v128.store(to, f64x2.splat(0));
        v128.store(to, f64x2.splat(0), 16);
        for (let jj = 0; jj < width; jj++) {
          store<T>(to + <usize>jj * sizeof<T>(), load<T>(from + <usize>jj * sizeof<T>()));
        }
        from += stride;
        to += PANEL_BYTES;
      }
    }
  }
}

/** Packs the transpose of b[columns, inner], whose rows are `stride` bytes apart. */
export function packColumns<T extends number>(b: usize, stride: usize, inner: i32, columns: i32, packed: usize): void {
  const panelBytes = <usize>inner * PANEL_BYTES;
  for (let left = columns; left > 0; left -= panelColumns<T>()) {
    if (left < panelColumns<T>()) memory.fill(packed, 0, panelBytes);
    transpose<T>(b, stride, packed, PANEL_BYTES, min(panelColumns<T>(), left), inner);
    b += <usize>panelColumns<T>() * stride;
    packed += panelBytes;
  }
}

/** Packs four columns of `inner` rows, the last three of them so many bytes past the first, into tile[inner, 4]. */
export function packTile<T extends number>(a: usize, second: usize, third: usize, fourth: usize, stride: usize, inner: i32, tile: usize): void {
  const end = tile + <usize>inner * ROWS * sizeof<T>();
  if (second == sizeof<T>() && third == 2 * sizeof<T>() && fourth == 3 * sizeof<T>()) {
    for (; tile != end; tile += ROWS * sizeof<T>()) {
      v128.store(tile, v128.load(a));
      if (sizeof<T>() == 8) v128.store(tile, v128.load(a, 16), 16);
      a += stride;
    }
    return;
  }
  for (; tile != end; tile += ROWS * sizeof<T>()) {
    store<T>(tile, load<T>(a));
    store<T>(tile, load<T>(a + second), sizeof<T>());
    store<T>(tile, load<T>(a + third), 2 * sizeof<T>());
    store<T>(tile, load<T>(a + fourth), 3 * sizeof<T>());
    a += stride;
  }
}

// @ts-ignore: decorator
@inline
function pack<T extends number>(transposed: bool, b: usize, stride: usize, n: i32, k: i32, packed: usize): void {
  for (let first = 0; first < k; first += INNER_BLOCK) {
    const inner = min(INNER_BLOCK, k - first);
    if (transposed) packColumns<T>(b + <usize>first * sizeof<T>(), stride, inner, n, packed);
    else packRows<T>(b + <usize>first * stride, stride, inner, n, packed);
    packed += <usize>packedBytes(n, inner, sizeof<T>());
  }
}

/** packNNF64: packs b[k,n]. Strides are in elements. packed has packedBytes(n, k, 8) bytes and does not overlap b. */
export function packNNF64(b: usize, strideB: i32, n: i32, k: i32, packed: usize): void {
  pack<f64>(false, b, <usize>strideB * 8, n, k, packed);
}
/** packNNF32: as packNNF64, with packedBytes(n, k, 4) bytes. */
export function packNNF32(b: usize, strideB: i32, n: i32, k: i32, packed: usize): void {
  pack<f32>(false, b, <usize>strideB * 4, n, k, packed);
}
/** packNTF64: packs the transpose of b[n,k] into the same layout as packNNF64. packed does not overlap b. */
export function packNTF64(b: usize, strideB: i32, n: i32, k: i32, packed: usize): void {
  pack<f64>(true, b, <usize>strideB * 8, n, k, packed);
}
/** packNTF32: packs the transpose of b[n,k] into the same layout as packNNF32. packed does not overlap b. */
export function packNTF32(b: usize, strideB: i32, n: i32, k: i32, packed: usize): void {
  pack<f32>(true, b, <usize>strideB * 4, n, k, packed);
}
