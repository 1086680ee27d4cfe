import { PANEL_BYTES } from "./panels";

/**
 * The innermost loops: four rows of out by one panel, c += (or =) a times panel, over `inner` >= 1 indices in ascending
 * order, in eight vectors of sums, two of the panel and one of a. The rows of c are `row1`, `row2` and `row3` bytes past c.
 * listedKernel goes over those indices only that a list names (zeros.ts); it may be empty.
 *
 * Traps: V8 moves the loads of a basic block to its front. With more than one index per block the sums spill, so every step
 * ends with a possible exit, also inside the unrolled loop. More rows or wider panels do not fit in 15 registers.
 * columnKernel is left as it is: V8 unrolls it by itself, and by hand it was slower.
 */

/** s + x b, the product rounded first. */
// @ts-ignore: decorator
@inline
function plus<T extends number>(s: v128, x: v128, b: v128): v128 {
  return v128.add<T>(s, v128.mul<T>(x, b));
}

/** a: four rows, each contiguous. The panel is packed. Four steps a round, so that the five pointers move once for them all. */
// @ts-ignore: decorator
@inline
export function rowKernel<T extends number>(
  a0: usize, a1: usize, a2: usize, a3: usize, panel: usize, inner: i32, c: usize, row1: usize, row2: usize, row3: usize, continues: bool,
): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (continues) {
    s00 = v128.load(c); s01 = v128.load(c, 16);
    s10 = v128.load(c + row1); s11 = v128.load(c + row1, 16);
    s20 = v128.load(c + row2); s21 = v128.load(c + row2, 16);
    s30 = v128.load(c + row3); s31 = v128.load(c + row3, 16);
  }
  while (true) {
    let b0: v128, b1: v128, x: v128;
    b0 = v128.load(panel); b1 = v128.load(panel, 16);
    x = v128.load_splat<T>(a0); s00 = plus<T>(s00, x, b0); s01 = plus<T>(s01, x, b1);
    x = v128.load_splat<T>(a1); s10 = plus<T>(s10, x, b0); s11 = plus<T>(s11, x, b1);
    x = v128.load_splat<T>(a2); s20 = plus<T>(s20, x, b0); s21 = plus<T>(s21, x, b1);
    x = v128.load_splat<T>(a3); s30 = plus<T>(s30, x, b0); s31 = plus<T>(s31, x, b1);
    if (--inner == 0) break;

    b0 = v128.load(panel, 32); b1 = v128.load(panel, 48);
    x = v128.load_splat<T>(a0, sizeof<T>()); s00 = plus<T>(s00, x, b0); s01 = plus<T>(s01, x, b1);
    x = v128.load_splat<T>(a1, sizeof<T>()); s10 = plus<T>(s10, x, b0); s11 = plus<T>(s11, x, b1);
    x = v128.load_splat<T>(a2, sizeof<T>()); s20 = plus<T>(s20, x, b0); s21 = plus<T>(s21, x, b1);
    x = v128.load_splat<T>(a3, sizeof<T>()); s30 = plus<T>(s30, x, b0); s31 = plus<T>(s31, x, b1);
    if (--inner == 0) break;

    b0 = v128.load(panel, 64); b1 = v128.load(panel, 80);
    x = v128.load_splat<T>(a0, 2 * sizeof<T>()); s00 = plus<T>(s00, x, b0); s01 = plus<T>(s01, x, b1);
    x = v128.load_splat<T>(a1, 2 * sizeof<T>()); s10 = plus<T>(s10, x, b0); s11 = plus<T>(s11, x, b1);
    x = v128.load_splat<T>(a2, 2 * sizeof<T>()); s20 = plus<T>(s20, x, b0); s21 = plus<T>(s21, x, b1);
    x = v128.load_splat<T>(a3, 2 * sizeof<T>()); s30 = plus<T>(s30, x, b0); s31 = plus<T>(s31, x, b1);
    if (--inner == 0) break;

    b0 = v128.load(panel, 96); b1 = v128.load(panel, 112);
    x = v128.load_splat<T>(a0, 3 * sizeof<T>()); s00 = plus<T>(s00, x, b0); s01 = plus<T>(s01, x, b1);
    x = v128.load_splat<T>(a1, 3 * sizeof<T>()); s10 = plus<T>(s10, x, b0); s11 = plus<T>(s11, x, b1);
    x = v128.load_splat<T>(a2, 3 * sizeof<T>()); s20 = plus<T>(s20, x, b0); s21 = plus<T>(s21, x, b1);
    x = v128.load_splat<T>(a3, 3 * sizeof<T>()); s30 = plus<T>(s30, x, b0); s31 = plus<T>(s31, x, b1);
    panel += 4 * PANEL_BYTES;
    a0 += 4 * sizeof<T>(); a1 += 4 * sizeof<T>(); a2 += 4 * sizeof<T>(); a3 += 4 * sizeof<T>();
    if (--inner == 0) break;
  }
  v128.store(c, s00); v128.store(c, s01, 16);
  v128.store(c + row1, s10); v128.store(c + row1, s11, 16);
  v128.store(c + row2, s20); v128.store(c + row2, s21, 16);
  v128.store(c + row3, s30); v128.store(c + row3, s31, 16);
}

/** As rowKernel, over the inner indices whose byte offsets in a row of a stand in [list, end). */
// @ts-ignore: decorator
@inline
export function listedKernel<T extends number>(
  a0: usize, a1: usize, a2: usize, a3: usize, panel: usize, list: usize, end: usize, c: usize, row1: usize, row2: usize, row3: usize, continues: bool,
): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (continues) {
    s00 = v128.load(c); s01 = v128.load(c, 16);
    s10 = v128.load(c + row1); s11 = v128.load(c + row1, 16);
    s20 = v128.load(c + row2); s21 = v128.load(c + row2, 16);
    s30 = v128.load(c + row3); s31 = v128.load(c + row3, 16);
  }
  for (; list != end; list += sizeof<u32>()) {
    const at = <usize>load<u32>(list);
    const b = panel + at * (PANEL_BYTES / sizeof<T>());
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x: v128;
    x = v128.load_splat<T>(a0 + at); s00 = plus<T>(s00, x, b0); s01 = plus<T>(s01, x, b1);
    x = v128.load_splat<T>(a1 + at); s10 = plus<T>(s10, x, b0); s11 = plus<T>(s11, x, b1);
    x = v128.load_splat<T>(a2 + at); s20 = plus<T>(s20, x, b0); s21 = plus<T>(s21, x, b1);
    x = v128.load_splat<T>(a3 + at); s30 = plus<T>(s30, x, b0); s31 = plus<T>(s31, x, b1);
  }
  v128.store(c, s00); v128.store(c, s01, 16);
  v128.store(c + row1, s10); v128.store(c + row1, s11, 16);
  v128.store(c + row2, s20); v128.store(c + row2, s21, 16);
  v128.store(c + row3, s30); v128.store(c + row3, s31, 16);
}

/** a: four neighbouring columns of a matrix whose rows are `stepA` bytes apart; the rows of the panel are `stepB` bytes apart. */
// @ts-ignore: decorator
@inline
export function columnKernel<T extends number>(
  a: usize, stepA: usize, panel: usize, stepB: usize, inner: i32, c: usize, row1: usize, row2: usize, row3: usize, continues: bool,
): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (continues) {
    s00 = v128.load(c); s01 = v128.load(c, 16);
    s10 = v128.load(c + row1); s11 = v128.load(c + row1, 16);
    s20 = v128.load(c + row2); s21 = v128.load(c + row2, 16);
    s30 = v128.load(c + row3); s31 = v128.load(c + row3, 16);
  }
  const end = panel + <usize>inner * stepB;
  do {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16);
    const x0 = v128.load_splat<T>(a);
    s00 = plus<T>(s00, x0, b0); s01 = plus<T>(s01, x0, b1);
    const x1 = v128.load_splat<T>(a, sizeof<T>());
    s10 = plus<T>(s10, x1, b0); s11 = plus<T>(s11, x1, b1);
    const x2 = v128.load_splat<T>(a, 2 * sizeof<T>());
    s20 = plus<T>(s20, x2, b0); s21 = plus<T>(s21, x2, b1);
    const x3 = v128.load_splat<T>(a, 3 * sizeof<T>());
    s30 = plus<T>(s30, x3, b0); s31 = plus<T>(s31, x3, b1);
    a += stepA;
    panel += stepB;
  } while (panel != end);
  v128.store(c, s00); v128.store(c, s01, 16);
  v128.store(c + row1, s10); v128.store(c + row1, s11, 16);
  v128.store(c + row2, s20); v128.store(c + row2, s21, 16);
  v128.store(c + row3, s30); v128.store(c + row3, s31, 16);
}
