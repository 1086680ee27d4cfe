/**
 * Matrix products. Every element of out is the sum over the inner index in ascending order, starting from +0, each
 * product rounded before it is added; lanes are neighbouring columns of out, so no sum is ever split over lanes.
 *
 * How: B is packed into panels 32 bytes wide (4 columns of f64, 8 of f32; the last one padded with zeros), one block of
 * at most 256 inner indices by 256 columns at a time, and a micro-kernel carries 4 rows by one panel in eight vectors.
 * Further inner blocks load the tile of out they continue, so blocking does not change a bit.
 * Rows past the end repeat the last row: they compute and store the same bits twice, which is cheaper than a second
 * micro-kernel. The last, partial panel goes through a tile in scratch.
 *
 * Traps: the inner loop is not unrolled, and leaves at its end. V8 moves the loads of a basic block to its front, and
 * with more than one step per block the eight accumulators spill.
 */

const INNER_BLOCK: i32 = 256;
const COLUMN_BLOCK: i32 = 256;
const ROWS: i32 = 4;
/** Bytes of one panel row: two vectors. */
const PANEL_BYTES: usize = 32;

/** How the operands lie in memory; a compile-time constant in each export. */
const enum Layout {
  /** a[m,k] b[k,n] */
  NN,
  /** a[m,k] b[n,k] */
  NT,
  /** a[k,m] b[k,n] */
  TN,
}

/** Bytes of scratch that a product with these sizes needs: one block of packed B, one packed tile of A, one of out. */
export function matmulScratchBytes(n: i32, k: i32, elementBytes: i32): i32 {
  const panelColumns = <i32>PANEL_BYTES / elementBytes;
  const panels = (min(n, COLUMN_BLOCK) + panelColumns - 1) / panelColumns;
  const inner = min(k, INNER_BLOCK);
  return panels * inner * <i32>PANEL_BYTES + ROWS * inner * elementBytes + ROWS * <i32>PANEL_BYTES;
}

/** Packs b[inner, columns] (row stride in bytes) into panels: panel, inner index, column. Padding columns are zero. */
function packRows<T extends number>(b: usize, stride: usize, inner: i32, columns: i32, packed: usize): void {
  const panelColumns = <i32>(PANEL_BYTES / sizeof<T>());
  let to = packed;
  for (let j = 0; j < columns; j += panelColumns) {
    let from = b + <usize>j * sizeof<T>();
    const width = min(panelColumns, columns - j);
    if (width == panelColumns) {
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

/** Packs the transpose of b[columns, inner] (row stride in bytes) into the same panels. */
function packColumns<T extends number>(b: usize, stride: usize, inner: i32, columns: i32, packed: usize): void {
  const panelColumns = <i32>(PANEL_BYTES / sizeof<T>());
  for (let j = 0; j < columns; j += panelColumns) {
    for (let jj = 0; jj < panelColumns; jj++) {
      let to = packed + <usize>jj * sizeof<T>();
      if (j + jj < columns) {
        let from = b + <usize>(j + jj) * stride;
        for (let p = 0; p < inner; p++) {
          store<T>(to, load<T>(from));
          from += sizeof<T>();
          to += PANEL_BYTES;
        }
      } else {
        for (let p = 0; p < inner; p++) {
          store<T>(to, <T>0);
          to += PANEL_BYTES;
        }
      }
    }
    packed += <usize>inner * PANEL_BYTES;
  }
}

/** Packs `count` columns of a[inner, ...] from `a` on into tile[inner, 4]; missing columns repeat the last one. */
function packTile<T extends number>(a: usize, stride: usize, inner: i32, count: i32, tile: usize): void {
  if (count == ROWS) {
    for (let p = 0; p < inner; p++) {
      v128.store(tile, v128.load(a));
      if (sizeof<T>() == 8) v128.store(tile, v128.load(a, 16), 16);
      a += stride;
      tile += 4 * sizeof<T>();
    }
    return;
  }
  const second = <usize>min(1, count - 1) * sizeof<T>();
  const third = <usize>min(2, count - 1) * sizeof<T>();
  const fourth = <usize>min(3, count - 1) * sizeof<T>();
  for (let p = 0; p < inner; p++) {
    store<T>(tile, load<T>(a));
    store<T>(tile, load<T>(a + second), sizeof<T>());
    store<T>(tile, load<T>(a + third), 2 * sizeof<T>());
    store<T>(tile, load<T>(a + fourth), 3 * sizeof<T>());
    a += stride;
    tile += 4 * sizeof<T>();
  }
}

/** Copies the first `width` elements of a row. */
// @ts-ignore: decorator
@inline
function copyRow<T extends number>(from: usize, to: usize, width: i32): void {
  for (let j = 0; j < width; j++) {
    store<T>(to + <usize>j * sizeof<T>(), load<T>(from + <usize>j * sizeof<T>()));
  }
}

/**
 * Four rows by one panel: c += (or =) a times panel, over `inner` >= 1 indices in ascending order.
 * `packedA`: a0 points at tile[inner, 4]; otherwise a0 to a3 point at four rows.
 */
// @ts-ignore: decorator
@inline
function microKernel<T extends number>(
  packedA: bool, a0: usize, a1: usize, a2: usize, a3: usize, panel: usize, inner: i32,
  c0: usize, c1: usize, c2: usize, c3: usize, continues: bool,
): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (continues) {
    s00 = v128.load(c0); s01 = v128.load(c0, 16);
    s10 = v128.load(c1); s11 = v128.load(c1, 16);
    s20 = v128.load(c2); s21 = v128.load(c2, 16);
    s30 = v128.load(c3); s31 = v128.load(c3, 16);
  }
  const end = panel + <usize>inner * PANEL_BYTES;
  do {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    const x0 = v128.load_splat<T>(a0);
    s00 = v128.add<T>(s00, v128.mul<T>(x0, b0));
    s01 = v128.add<T>(s01, v128.mul<T>(x0, b1));
    const x1 = packedA ? v128.load_splat<T>(a0, sizeof<T>()) : v128.load_splat<T>(a1);
    s10 = v128.add<T>(s10, v128.mul<T>(x1, b0));
    s11 = v128.add<T>(s11, v128.mul<T>(x1, b1));
    const x2 = packedA ? v128.load_splat<T>(a0, 2 * sizeof<T>()) : v128.load_splat<T>(a2);
    s20 = v128.add<T>(s20, v128.mul<T>(x2, b0));
    s21 = v128.add<T>(s21, v128.mul<T>(x2, b1));
    const x3 = packedA ? v128.load_splat<T>(a0, 3 * sizeof<T>()) : v128.load_splat<T>(a3);
    s30 = v128.add<T>(s30, v128.mul<T>(x3, b0));
    s31 = v128.add<T>(s31, v128.mul<T>(x3, b1));
    if (packedA) {
      a0 += 4 * sizeof<T>();
    } else {
      a0 += sizeof<T>(); a1 += sizeof<T>(); a2 += sizeof<T>(); a3 += sizeof<T>();
    }
    panel += PANEL_BYTES;
  } while (panel != end);
  v128.store(c0, s00); v128.store(c0, s01, 16);
  v128.store(c1, s10); v128.store(c1, s11, 16);
  v128.store(c2, s20); v128.store(c2, s21, 16);
  v128.store(c3, s30); v128.store(c3, s31, 16);
}

// @ts-ignore: decorator
@inline
function matmul<T extends number>(layout: Layout, a: usize, b: usize, out: usize, m: i32, n: i32, k: i32, scratch: usize): void {
  if (m == 0 || n == 0) return;
  if (k == 0) {
    memory.fill(out, 0, <usize>m * <usize>n * sizeof<T>());
    return;
  }
  const panelColumns = <i32>(PANEL_BYTES / sizeof<T>());
  const strideOut = <usize>n * sizeof<T>();
  const strideA = <usize>(layout == Layout.TN ? m : k) * sizeof<T>();
  const strideB = <usize>(layout == Layout.NT ? k : n) * sizeof<T>();
  const edge = scratch;
  const tile = edge + <usize>ROWS * PANEL_BYTES;
  const packed = tile + <usize>min(k, INNER_BLOCK) * ROWS * sizeof<T>();

  for (let column = 0; column < n; column += COLUMN_BLOCK) {
    const columns = min(COLUMN_BLOCK, n - column);
    for (let first = 0; first < k; first += INNER_BLOCK) {
      const inner = min(INNER_BLOCK, k - first);
      const continues = first != 0;
      if (layout == Layout.NT) packColumns<T>(b + <usize>column * strideB + <usize>first * sizeof<T>(), strideB, inner, columns, packed);
      else packRows<T>(b + <usize>first * strideB + <usize>column * sizeof<T>(), strideB, inner, columns, packed);

      for (let row = 0; row < m; row += ROWS) {
        const rows = min(ROWS, m - row);
        const row1 = <usize>min(1, rows - 1);
        const row2 = <usize>min(2, rows - 1);
        const row3 = <usize>min(3, rows - 1);
        let a0: usize = tile, a1: usize = 0, a2: usize = 0, a3: usize = 0;
        if (layout == Layout.TN) {
          packTile<T>(a + <usize>first * strideA + <usize>row * sizeof<T>(), strideA, inner, rows, tile);
        } else {
          a0 = a + <usize>row * strideA + <usize>first * sizeof<T>();
          a1 = a0 + row1 * strideA;
          a2 = a0 + row2 * strideA;
          a3 = a0 + row3 * strideA;
        }
        const corner = out + <usize>row * strideOut + <usize>column * sizeof<T>();
        let panel = packed;
        for (let j = 0; j < columns; j += panelColumns) {
          const width = min(panelColumns, columns - j);
          const target = corner + <usize>j * sizeof<T>();
          let c = target, stride = strideOut;
          if (width < panelColumns) {
            c = edge;
            stride = PANEL_BYTES;
            if (continues) {
              for (let r = 0; r < rows; r++) copyRow<T>(target + <usize>r * strideOut, edge + <usize>r * PANEL_BYTES, width);
            }
          }
          microKernel<T>(layout == Layout.TN, a0, a1, a2, a3, panel, inner, c, c + row1 * stride, c + row2 * stride, c + row3 * stride, continues);
          if (width < panelColumns) {
            for (let r = 0; r < rows; r++) copyRow<T>(edge + <usize>r * PANEL_BYTES, target + <usize>r * strideOut, width);
          }
          panel += <usize>inner * PANEL_BYTES;
        }
      }
    }
  }
}

/** matmulNNF64: out[m,n] = a[m,k] b[k,n]. Order of additions: ascending over k from +0. out overlaps neither operand. */
export function matmulNNF64(a: usize, b: usize, out: usize, m: i32, n: i32, k: i32, scratch: usize): void {
  matmul<f64>(Layout.NN, a, b, out, m, n, k, scratch);
}
/** matmulNTF64: out[m,n] = a[m,k] b[n,k]^T. Order of additions: ascending over k from +0. out overlaps neither operand. */
export function matmulNTF64(a: usize, b: usize, out: usize, m: i32, n: i32, k: i32, scratch: usize): void {
  matmul<f64>(Layout.NT, a, b, out, m, n, k, scratch);
}
/** matmulTNF64: out[m,n] = a[k,m]^T b[k,n]. Order of additions: ascending over k from +0. out overlaps neither operand. */
export function matmulTNF64(a: usize, b: usize, out: usize, m: i32, n: i32, k: i32, scratch: usize): void {
  matmul<f64>(Layout.TN, a, b, out, m, n, k, scratch);
}
/** matmulNNF32: as matmulNNF64, every operation rounded to f32. */
export function matmulNNF32(a: usize, b: usize, out: usize, m: i32, n: i32, k: i32, scratch: usize): void {
  matmul<f32>(Layout.NN, a, b, out, m, n, k, scratch);
}
/** matmulNTF32: as matmulNTF64, every operation rounded to f32. */
export function matmulNTF32(a: usize, b: usize, out: usize, m: i32, n: i32, k: i32, scratch: usize): void {
  matmul<f32>(Layout.NT, a, b, out, m, n, k, scratch);
}
/** matmulTNF32: as matmulTNF64, every operation rounded to f32. */
export function matmulTNF32(a: usize, b: usize, out: usize, m: i32, n: i32, k: i32, scratch: usize): void {
  matmul<f32>(Layout.TN, a, b, out, m, n, k, scratch);
}
