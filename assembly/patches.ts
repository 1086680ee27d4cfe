import { laneCount } from "./lanes";

/**
 * Patches of images[images, height, width, channels], and their adjoint. Channels lie last, so a row of a patch is one run
 * of `sizeC` times `channels` neighbouring elements of the image. Zeros of width padR and padC lie around the image.
 */

/** n zero bytes, a multiple of 4. */
// @ts-ignore: decorator
@inline
function clear(to: usize, n: i32): void {
  const end = to + n;
  for (; to + 16 <= end; to += 16) v128.store(to, i32x4.splat(0));
  for (; to < end; to += 4) store<u32>(to, 0);
}

/** `runs` runs of n bytes each, a multiple of 4, stepFrom and stepTo bytes apart. A run of at least one vector ends with one that may overlap the one before it. */
function copyRuns(from: usize, stepFrom: usize, to: usize, stepTo: usize, n: i32, runs: i32): void {
  if (n == 16) {
    for (let r = 0; r < runs; r++) {
      v128.store(to, v128.load(from));
      from += stepFrom;
      to += stepTo;
    }
    return;
  }
  const last = <usize>(n - 16);
  for (let r = 0; r < runs; r++) {
    if (n < 16) {
      for (let at = 0; at < n; at += 4) store<u32>(to + at, load<u32>(from + at));
    } else {
      let at: usize = 0;
      for (; at + 48 <= last; at += 64) {
        v128.store(to + at, v128.load(from + at));
        v128.store(to + at, v128.load(from + at, 16), 16);
        v128.store(to + at, v128.load(from + at, 32), 32);
        v128.store(to + at, v128.load(from + at, 48), 48);
      }
      for (; at < last; at += 16) v128.store(to + at, v128.load(from + at));
      v128.store(to + last, v128.load(from + last));
    }
    from += stepFrom;
    to += stepTo;
  }
}

/** The same with +=; runs are added one after the other, and in to they do not overlap. */
function addRuns<T extends number>(from: usize, stepFrom: usize, to: usize, stepTo: usize, n: i32, runs: i32): void {
  const whole = n - n % laneCount<T>();
  const wholeBytes = <usize>whole * sizeof<T>();
  for (let r = 0; r < runs; r++) {
    for (let at: usize = 0; at < wholeBytes; at += 16) v128.store(to + at, v128.add<T>(v128.load(to + at), v128.load(from + at)));
    for (let i = whole; i < n; i++) {
      const at = <usize>i * sizeof<T>();
      store<T>(to + at, <T>(load<T>(to + at) + load<T>(from + at)));
    }
    from += stepFrom;
    to += stepTo;
  }
}

/** One row of a patch that sticks out at a side, from image column `column` on: zeros beside the image. Pixels have `pixel` bytes. */
function copyClipped(row: usize, to: usize, column: i32, width: i32, pixel: i32, sizeC: i32): void {
  const low = min(sizeC, max(0, -column)) * pixel, high = max(low, min(sizeC, width - column) * pixel);
  clear(to, low);
  copyRuns(row + column * pixel + low, 0, to + low, 0, high - low, 1);
  clear(to + high, sizeC * pixel - high);
}

/** The same backwards: what fell on zeros is dropped. */
function addClipped<T extends number>(from: usize, row: usize, column: i32, width: i32, channels: i32, sizeC: i32): void {
  const low = min(sizeC, max(0, -column)) * channels, high = max(low, min(sizeC, width - column) * channels);
  const first = <usize>low * sizeof<T>();
  addRuns<T>(from + first, 0, row + <usize>(column * channels) * sizeof<T>() + first, 0, high - low, 1);
}

/** The first window whose columns all lie inside the image, at most `across`. */
// @ts-ignore: decorator
@inline
function firstInside(across: i32, strideC: i32, padC: i32): i32 {
  return min(across, (padC + strideC - 1) / strideC);
}

/** The first window after those whose columns all lie inside the image, at least `first`. */
// @ts-ignore: decorator
@inline
function endInside(first: i32, across: i32, width: i32, sizeC: i32, strideC: i32, padC: i32): i32 {
  const room = width + padC - sizeC;
  return room < 0 ? first : max(first, min(across, room / strideC + 1));
}

/** Nothing is computed, so one function serves both dtypes: pixels have `pixel` bytes. */
function patches(
  x: usize, out: usize, images: i32, height: i32, width: i32, pixel: i32, sizeR: i32, sizeC: i32, strideR: i32, strideC: i32, padR: i32, padC: i32,
): void {
  const down = (height + 2 * padR - sizeR) / strideR + 1, across = (width + 2 * padC - sizeC) / strideC + 1;
  const run = sizeC * pixel;
  const patchBytes = <usize>(sizeR * run), rowBytes = <usize>(width * pixel);
  const first = firstInside(across, strideC, padC), end = endInside(first, across, width, sizeC, strideC, padC);
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < down; i++) {
      for (let k = 0; k < sizeR; k++) {
        const y = i * strideR + k - padR;
        let to = out + k * run;
        if (<u32>y >= <u32>height) {
          for (let j = 0; j < across; j++) {
            clear(to, run);
            to += patchBytes;
          }
          continue;
        }
        const row = x + <usize>y * rowBytes;
        for (let j = 0; j < first; j++) {
          copyClipped(row, to, j * strideC - padC, width, pixel, sizeC);
          to += patchBytes;
        }
        copyRuns(row + (first * strideC - padC) * pixel, strideC * pixel, to, patchBytes, run, end - first);
        to += <usize>(end - first) * patchBytes;
        for (let j = end; j < across; j++) {
          copyClipped(row, to, j * strideC - padC, width, pixel, sizeC);
          to += patchBytes;
        }
      }
      out += <usize>across * patchBytes;
    }
    x += <usize>height * rowBytes;
  }
}

// @ts-ignore: decorator
@inline
function addPatches<T extends number>(
  x: usize, out: usize, images: i32, height: i32, width: i32, channels: i32, sizeR: i32, sizeC: i32, strideR: i32, strideC: i32, padR: i32, padC: i32,
): void {
  const down = (height + 2 * padR - sizeR) / strideR + 1, across = (width + 2 * padC - sizeC) / strideC + 1;
  const run = sizeC * channels;
  const patchBytes = <usize>(sizeR * run) * sizeof<T>(), rowBytes = <usize>(width * channels) * sizeof<T>();
  const first = firstInside(across, strideC, padC), end = endInside(first, across, width, sizeC, strideC, padC);
  // windows that are so many apart share no pixel: a sum just stored need not be waited for
  const turns = (sizeC + strideC - 1) / strideC;
  const stepTo = <usize>(turns * strideC * channels) * sizeof<T>();
  memory.fill(out, 0, <usize>(images * height) * rowBytes);
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < down; i++) {
      for (let k = 0; k < sizeR; k++) {
        const y = i * strideR + k - padR;
        if (<u32>y >= <u32>height) continue;
        const from = x + <usize>(k * run) * sizeof<T>(), row = out + <usize>y * rowBytes;
        for (let turn = 0; turn < turns; turn++) {
          let j = turn;
          for (; j < first; j += turns) addClipped<T>(from + <usize>j * patchBytes, row, j * strideC - padC, width, channels, sizeC);
          if (j < end) {
            const count = (end - 1 - j) / turns + 1;
            addRuns<T>(from + <usize>j * patchBytes, <usize>turns * patchBytes, row + <usize>((j * strideC - padC) * channels) * sizeof<T>(), stepTo, run, count);
            j += count * turns;
          }
          for (; j < across; j += turns) addClipped<T>(from + <usize>j * patchBytes, row, j * strideC - padC, width, channels, sizeC);
        }
      }
      x += <usize>across * patchBytes;
    }
    out += <usize>height * rowBytes;
  }
}

/** patchesF64: out[n, i, j, k, l, c] = x[n, i strideR + k - padR, j strideC + l - padC, c], 0 outside the image; k < sizeR, l < sizeC. */
export function patchesF64(
  x: usize, out: usize, images: i32, height: i32, width: i32, channels: i32, sizeR: i32, sizeC: i32, strideR: i32, strideC: i32, padR: i32, padC: i32,
): void {
  patches(x, out, images, height, width, 8 * channels, sizeR, sizeC, strideR, strideC, padR, padC);
}
/** patchesF32: as patchesF64. */
export function patchesF32(
  x: usize, out: usize, images: i32, height: i32, width: i32, channels: i32, sizeR: i32, sizeC: i32, strideR: i32, strideC: i32, padR: i32, padC: i32,
): void {
  patches(x, out, images, height, width, 4 * channels, sizeR, sizeC, strideR, strideC, padR, padC);
}
/**
 * addPatchesF64: the adjoint of patchesF64: every element of x[n, i, j, k, l, c] is added to the pixel it was seen at.
 * Order of additions to a pixel, from +0: rows of windows (i) ascending; in a row first the windows whose number j leaves 0
 * when divided by ceil(sizeC / strideC), then those that leave 1, and so on.
 */
export function addPatchesF64(
  x: usize, out: usize, images: i32, height: i32, width: i32, channels: i32, sizeR: i32, sizeC: i32, strideR: i32, strideC: i32, padR: i32, padC: i32,
): void {
  addPatches<f64>(x, out, images, height, width, channels, sizeR, sizeC, strideR, strideC, padR, padC);
}
/** addPatchesF32: as addPatchesF64, every addition rounded to f32. */
export function addPatchesF32(
  x: usize, out: usize, images: i32, height: i32, width: i32, channels: i32, sizeR: i32, sizeC: i32, strideR: i32, strideC: i32, padR: i32, padC: i32,
): void {
  addPatches<f32>(x, out, images, height, width, channels, sizeR, sizeC, strideR, strideC, padR, padC);
}
