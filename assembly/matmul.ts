import { columnKernel, listedKernel, rowKernel } from "./micro-kernel";
import { INNER_BLOCK, PANEL_BYTES, ROWS, packRows, packTile, panelColumns, panelsOf } from "./panels";
import { allFinite, listBytes, listColumns, listOccupied, noNegativeZero } from "./zeros";

/**
 * Matrix products. Every element of out is the sum over the inner index in ascending order, each product rounded before it
 * is added; lanes are neighbouring columns of out, so no sum is ever split over lanes. A sum starts from +0, or from what
 * out holds when `continues` != 0: cutting the inner index, the rows or the columns into pieces does not change a bit.
 *
 * How: B is packed (panels.ts), and a micro-kernel carries 4 rows by one panel, over one block of at most 256 inner indices
 * by 256 columns at a time: the panels of a block stay in the second cache, the four rows of A in the first. Rows past the
 * end repeat the last row: they compute and store the same bits twice, which costs no more than a kernel for fewer rows
 * would wait for its sums. The last, partial panel goes through a tile of its own. Zeros of A are skipped (zeros.ts): a B
 * goes over the inner indices at which one of four rows is not zero, a^T b over the columns that are not zero in a whole block.
 */

const COLUMN_BLOCK: i32 = 256;
/**
 * a^T b reads both operands where they lie when a row of each is together no longer than this: then a short block of them
 * fits in the first cache, and packing would cost more than it saves. Longer rows share cache sets, and are packed.
 */
const DIRECT_BYTES: usize = 1280;
const DIRECT_INNER_BLOCK: i32 = 128;

/** Four rows by one panel, where only part of the panel belongs to out, and behind it a list of inner indices or of columns. Instances on one memory need one each: see moveEdge. */
const TILE_BYTES: i32 = 128;
const EDGE_BYTES: i32 = TILE_BYTES + listBytes(INNER_BLOCK) + 16;
let edge: usize = memory.data(1168, 16); // EDGE_BYTES, which it takes as a literal only

/** Gives this instance its own tile and list, at edgeBytes() bytes that nobody else writes; a multiple of 16. */
export function moveEdge(address: usize): void {
  edge = address;
}
export function edgeBytes(): i32 {
  return EDGE_BYTES;
}

/** Copies the first `width` elements of four rows, the last three of them so many bytes past the first. */
function copyTile<T extends number>(from: usize, from1: usize, from2: usize, from3: usize, to: usize, to1: usize, to2: usize, to3: usize, width: i32): void {
  for (let j = 0; j < width; j++) {
    store<T>(to, load<T>(from));
    store<T>(to + to1, load<T>(from + from1));
    store<T>(to + to2, load<T>(from + from2));
    store<T>(to + to3, load<T>(from + from3));
    from += sizeof<T>();
    to += sizeof<T>();
  }
}

/** out[m,n] = +0 */
function clear<T extends number>(out: usize, strideOut: usize, m: i32, n: i32): void {
  for (let row = 0; row < m; row++) {
    memory.fill(out, 0, <usize>n * sizeof<T>());
    out += strideOut;
  }
}

/** Rows of a tile that are there; those past the end repeat the last one. */
// @ts-ignore: decorator
@inline
function repeated(row: i32, rows: i32): usize {
  return <usize>min(row, rows - 1);
}

/** Looking for zeros costs a few hundredths of a product with so many panels or more. */
const WORTH_LOOKING: i32 = 4;
/** Tiles that are not looked at after one with few zeros. */
const PAUSE: i32 = 16;

/** Whether the first `columns` columns of packed panels, or of rows of b with the partial panel packed at lastPanel, hold no infinity and no NaN. */
function finitePanels<T extends number>(panels: usize, panelBytes: usize, step: usize, lastPanel: usize, inner: i32, columns: i32): bool {
  for (; columns >= panelColumns<T>(); columns -= panelColumns<T>()) {
    if (!allFinite<T>(panels, step, inner)) return false;
    panels += panelBytes;
  }
  return columns == 0 || allFinite<T>(lastPanel, PANEL_BYTES, inner);
}

/**
 * One block: out[m,n] (+)= a[m,inner] B. Strides in bytes; packed panels are panelBytes apart; m, n and inner >= 1.
 * With every panel, four cache lines of the next four rows, which mostly lie one after the other, are read and dropped, so
 * that they are near when their turn comes: rows from beyond the second cache would otherwise be waited for.
 * `skips`: zeros of a may be skipped, for every sum began from +0.
 */
function rowBlock<T extends number>(
  a: usize, strideA: usize, panels: usize, panelBytes: usize, out: usize, strideOut: usize, m: i32, n: i32, inner: i32, continues: bool, skips: bool,
): void {
  const list = edge + TILE_BYTES;
  const panelCount = panelsOf<T>(n);
  let asked = false, pause = 0;
  skips = skips && panelCount >= WORTH_LOOKING;
  for (let row = 0; row < m; row += ROWS) {
    const rows = min(ROWS, m - row);
    const row1 = repeated(1, rows), row2 = repeated(2, rows), row3 = repeated(3, rows);
    const a1 = a + row1 * strideA, a2 = a + row2 * strideA, a3 = a + row3 * strideA;
    let listEnd: usize = 0; // no list
    if (skips && --pause < 0) {
      const end = listOccupied<T>(a, a1, a2, a3, inner, list);
      if (4 * <i32>(end - list) <= 3 * listBytes(inner)) {
        if (!asked) skips = allFinite<T>(panels, PANEL_BYTES, panelCount * inner);
        asked = true;
        if (skips) listEnd = end;
      } else {
        pause = PAUSE;
      }
    }
    const out1 = row1 * strideOut, out2 = row2 * strideOut, out3 = row3 * strideOut;
    let panel = panels, target = out;
    let ahead = a + <usize>ROWS * strideA;
    const aheadEnd = row + 2 * ROWS < m ? ahead + <usize>ROWS * strideA - 256 : 0; // there is a row behind those read
    for (let left = n; left > 0; left -= panelColumns<T>()) {
      if (ahead < aheadEnd) {
        load<u8>(ahead);
        load<u8>(ahead, 64);
        load<u8>(ahead, 128);
        load<u8>(ahead, 192);
        ahead += 256;
      }
      const partial = left < panelColumns<T>();
      let c = target, c1 = out1, c2 = out2, c3 = out3;
      if (partial) {
        c = edge; c1 = PANEL_BYTES; c2 = 2 * PANEL_BYTES; c3 = 3 * PANEL_BYTES;
        if (continues) copyTile<T>(target, out1, out2, out3, c, c1, c2, c3, left);
      }
      if (listEnd != 0) listedKernel<T>(a, a1, a2, a3, panel, list, listEnd, c, c1, c2, c3, continues);
      else rowKernel<T>(a, a1, a2, a3, panel, inner, c, c1, c2, c3, continues);
      if (partial) copyTile<T>(c, c1, c2, c3, target, out1, out2, out3, left);
      panel += panelBytes;
      target += PANEL_BYTES;
    }
    a += <usize>ROWS * strideA;
    out += <usize>ROWS * strideOut;
  }
}

/**
 * Four rows of out (+)= four columns of a, neighbours, `stepA` bytes from row to row, times every panel of b. The rows of a panel are stepB
 * apart, the panels panelBytes; lastPanel is packed: the partial one, if there is one. `out1` to `out3` are how far past the first the other
 * rows of out lie. A function of its own, so that the innermost loop has the registers.
 */
function fourColumns<T extends number>(
  a: usize, stepA: usize, panel: usize, stepB: usize, panelBytes: usize, lastPanel: usize,
  target: usize, out1: usize, out2: usize, out3: usize, n: i32, inner: i32, continues: bool,
): void {
  for (let left = n; left > 0; left -= panelColumns<T>()) {
    let c = target, c1 = out1, c2 = out2, c3 = out3;
    if (left < panelColumns<T>()) {
      panel = lastPanel; stepB = PANEL_BYTES;
      c = edge; c1 = PANEL_BYTES; c2 = 2 * PANEL_BYTES; c3 = 3 * PANEL_BYTES;
      if (continues) copyTile<T>(target, out1, out2, out3, c, c1, c2, c3, left);
    }
    columnKernel<T>(a, stepA, panel, stepB, inner, c, c1, c2, c3, continues);
    if (left < panelColumns<T>()) copyTile<T>(c, c1, c2, c3, target, out1, out2, out3, left);
    panel += panelBytes;
    target += PANEL_BYTES;
  }
}

/**
 * One block: out[m,n] (+)= a[inner,m]^T b[inner,n], m at most INNER_BLOCK. Strides in bytes; m, n and inner >= 1. Panels of b as in
 * fourColumns. If packsA, and where four columns of a are not neighbours, they are packed into `tile` first. `given`: the sums did not
 * begin from +0 but, before this block or an earlier one, from what a caller's out held. Columns of zeros are skipped where that changes no bit (zeros.ts); with a single
 * panel they are not looked for.
 */
function columnBlock<T extends number>(
  a: usize, strideA: usize, packsA: bool, tile: usize, panels: usize, stepB: usize, panelBytes: usize, lastPanel: usize,
  out: usize, strideOut: usize, m: i32, n: i32, inner: i32, continues: bool, given: bool,
): void {
  const list = edge + TILE_BYTES, everyColumn = list + listBytes(m);
  let listEnd = n > panelColumns<T>() ? listColumns<T>(a, strideA, inner, m, list) : everyColumn;
  const skips = 8 * <i32>(listEnd - list) <= 7 * listBytes(m) && finitePanels<T>(panels, panelBytes, stepB, lastPanel, inner, n)
    && (!given || noNegativeZero<T>(out, strideOut, m, n));
  if (!skips) {
    for (let row = 0; row < m; row++) store<u32>(list + listBytes(row), row * sizeof<T>());
    listEnd = everyColumn;
  } else if (!continues) {
    clear<T>(out, strideOut, m, n);
  }
  for (let at = list; at < listEnd; at += listBytes(ROWS)) {
    const rows = min(ROWS, <i32>(listEnd - at) / listBytes(1));
    const row0 = <usize>load<u32>(at), row1 = <usize>load<u32>(at + listBytes(1) * repeated(1, rows)) - row0;
    const row2 = <usize>load<u32>(at + listBytes(1) * repeated(2, rows)) - row0, row3 = <usize>load<u32>(at + listBytes(1) * repeated(3, rows)) - row0;
    let from = a + row0, stepA = strideA;
    if (packsA || !(row1 == sizeof<T>() && row2 == 2 * sizeof<T>() && row3 == 3 * sizeof<T>())) {
      packTile<T>(from, row1, row2, row3, strideA, inner, tile);
      from = tile;
      stepA = ROWS * sizeof<T>();
    }
    const perByte = strideOut / sizeof<T>(); // of out, for a byte of a's row
    fourColumns<T>(from, stepA, panels, stepB, panelBytes, lastPanel, out + row0 * perByte, row1 * perByte, row2 * perByte, row3 * perByte, n, inner, continues);
  }
}

// @ts-ignore: decorator
@inline
function matmulPacked<T extends number>(
  a: usize, strideA: usize, packed: usize, out: usize, strideOut: usize, m: i32, n: i32, k: i32, continues: bool,
): void {
  if (m == 0 || n == 0) return;
  if (k == 0 && !continues) clear<T>(out, strideOut, m, n);
  const panelCount = panelsOf<T>(n);
  for (let first = 0; first < k; first += INNER_BLOCK) {
    const inner = min(INNER_BLOCK, k - first);
    const panelBytes = <usize>inner * PANEL_BYTES;
    const panels = packed + <usize>first * <usize>panelCount * PANEL_BYTES;
    for (let column = 0; column < n; column += COLUMN_BLOCK) {
      rowBlock<T>(
        a + <usize>first * sizeof<T>(), strideA, panels + <usize>(column / panelColumns<T>()) * panelBytes, panelBytes,
        out + <usize>column * sizeof<T>(), strideOut, m, min(COLUMN_BLOCK, n - column), inner, continues || first != 0, !continues,
      );
    }
  }
}

// @ts-ignore: decorator
@inline
function matmulTN<T extends number>(
  a: usize, strideA: usize, b: usize, strideB: usize, out: usize, strideOut: usize, m: i32, n: i32, k: i32, continues: bool, scratch: usize,
): void {
  if (m == 0 || n == 0) return;
  if (k == 0 && !continues) clear<T>(out, strideOut, m, n);
  const packs = strideA + strideB > DIRECT_BYTES;
  const innerBlock = packs ? INNER_BLOCK : DIRECT_INNER_BLOCK, widest = packs ? COLUMN_BLOCK : n;
  const packed = scratch + <usize>min(k, innerBlock) * ROWS * sizeof<T>();
  for (let first = 0; first < k; first += innerBlock) {
    const inner = min(innerBlock, k - first);
    const panelBytes = packs ? <usize>inner * PANEL_BYTES : PANEL_BYTES;
    for (let column = 0; column < n; column += widest) {
      const columns = min(widest, n - column);
      const whole = columns - columns % panelColumns<T>();
      const source = b + <usize>first * strideB + <usize>column * sizeof<T>();
      let lastPanel = packed;
      if (packs) {
        packRows<T>(source, strideB, inner, columns, packed);
        lastPanel += <usize>(whole / panelColumns<T>()) * panelBytes;
      } else if (whole < columns) {
        packRows<T>(source + <usize>whole * sizeof<T>(), strideB, inner, columns - whole, packed);
      }
      for (let row = 0; row < m; row += INNER_BLOCK) {
        columnBlock<T>(
          a + <usize>first * strideA + <usize>row * sizeof<T>(), strideA, packs, scratch, packs ? packed : source, packs ? PANEL_BYTES : strideB, panelBytes, lastPanel,
          out + <usize>row * strideOut + <usize>column * sizeof<T>(), strideOut, min(INNER_BLOCK, m - row), columns, inner, continues || first != 0, continues,
        );
      }
    }
  }
}

/** Bytes of scratch that matmulTN needs for these sizes: one block of packed B and one packed tile of A. A multiple of 16. */
export function matmulScratchBytes(n: i32, k: i32, elementBytes: i32): i32 {
  const panelWidth = <i32>PANEL_BYTES / elementBytes;
  const panels = (min(n, COLUMN_BLOCK) + panelWidth - 1) / panelWidth;
  return min(k, INNER_BLOCK) * (panels * <i32>PANEL_BYTES + ROWS * elementBytes);
}

/**
 * matmulPackedF64: out[m,n] (+)= a[m,k] B, with B packed by packNN or packNT. Strides are in elements.
 * Order of additions: ascending over k, from +0, or from what out holds if continues != 0. out overlaps neither operand.
 */
export function matmulPackedF64(
  a: usize, strideA: i32, packed: usize, out: usize, strideOut: i32, m: i32, n: i32, k: i32, continues: i32,
): void {
  matmulPacked<f64>(a, <usize>strideA * 8, packed, out, <usize>strideOut * 8, m, n, k, continues != 0);
}
/** matmulPackedF32: as matmulPackedF64, every operation rounded to f32. */
export function matmulPackedF32(
  a: usize, strideA: i32, packed: usize, out: usize, strideOut: i32, m: i32, n: i32, k: i32, continues: i32,
): void {
  matmulPacked<f32>(a, <usize>strideA * 4, packed, out, <usize>strideOut * 4, m, n, k, continues != 0);
}
/**
 * matmulTNF64: out[m,n] (+)= a[k,m]^T b[k,n], with matmulScratchBytes(n, k, 8) bytes of scratch. Strides are in elements.
 * Order of additions: ascending over k, from +0, or from what out holds if continues != 0. out overlaps neither operand.
 */
export function matmulTNF64(
  a: usize, strideA: i32, b: usize, strideB: i32, out: usize, strideOut: i32, m: i32, n: i32, k: i32, continues: i32, scratch: usize,
): void {
  matmulTN<f64>(a, <usize>strideA * 8, b, <usize>strideB * 8, out, <usize>strideOut * 8, m, n, k, continues != 0, scratch);
}
/** matmulTNF32: as matmulTNF64, every operation rounded to f32. */
export function matmulTNF32(
  a: usize, strideA: i32, b: usize, strideB: i32, out: usize, strideOut: i32, m: i32, n: i32, k: i32, continues: i32, scratch: usize,
): void {
  matmulTN<f32>(a, <usize>strideA * 4, b, <usize>strideB * 4, out, <usize>strideOut * 4, m, n, k, continues != 0, scratch);
}
