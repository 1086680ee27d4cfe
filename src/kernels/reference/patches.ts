/** Patches of images[images, height, width, channels], channels last, and their adjoint. Zeros lie around the image. */
import type { FloatArray } from "../types.ts";

/** What to do with element `at` of the patches, which sees pixel `pixel` of the images, or -1 outside. */
type Visit = (at: number, pixel: number) => void;

/** Every element of every patch: windows in the order of `columns` within a row of windows, and in a window row-major. */
function eachElement(
  images: number, height: number, width: number, channels: number, sizeR: number, sizeC: number,
  strideR: number, strideC: number, padR: number, padC: number, turns: number, visit: Visit,
): void {
  const down = Math.floor((height + 2 * padR - sizeR) / strideR) + 1;
  const across = Math.floor((width + 2 * padC - sizeC) / strideC) + 1;
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < down; i++) {
      for (let turn = 0; turn < turns; turn++) {
        for (let j = turn; j < across; j += turns) {
          for (let k = 0; k < sizeR; k++) {
            for (let l = 0; l < sizeC; l++) {
              const y = i * strideR + k - padR;
              const x = j * strideC + l - padC;
              const inside = y >= 0 && y < height && x >= 0 && x < width;
              for (let c = 0; c < channels; c++) {
                visit(((((n * down + i) * across + j) * sizeR + k) * sizeC + l) * channels + c, inside ? ((n * height + y) * width + x) * channels + c : -1);
              }
            }
          }
        }
      }
    }
  }
}

/** out[n, i, j, k, l, c] = x[n, i strideR + k - padR, j strideC + l - padC, c], 0 outside the image. */
export function patches(
  x: FloatArray, out: FloatArray, images: number, height: number, width: number, channels: number,
  sizeR: number, sizeC: number, strideR: number, strideC: number, padR: number, padC: number,
): void {
  eachElement(images, height, width, channels, sizeR, sizeC, strideR, strideC, padR, padC, 1, (at, pixel) => { out[at] = pixel < 0 ? 0 : x[pixel]; });
}

/**
 * Every element of x[n, i, j, k, l, c] is added to the pixel it was seen at. Order of additions to a pixel, from +0: i
 * ascending; for one i first the j that leave 0 when divided by ceil(sizeC / strideC), then those that leave 1, and so on.
 */
export function addPatches(
  x: FloatArray, out: FloatArray, images: number, height: number, width: number, channels: number,
  sizeR: number, sizeC: number, strideR: number, strideC: number, padR: number, padC: number,
): void {
  out.fill(0, 0, images * height * width * channels);
  eachElement(images, height, width, channels, sizeR, sizeC, strideR, strideC, padR, padC, Math.ceil(sizeC / strideC), (at, pixel) => { if (pixel >= 0) out[pixel] += x[at]; });
}
