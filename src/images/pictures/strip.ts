/** Images side by side, and changes and gradients made visible. */
import type { ImageSet } from "../image-set.ts";
import type { Picture } from "./png.ts";

/** Grey between neighbouring images, on light and on dark paper alike. */
const [gap, gapGrey] = [2, 128];

/**
 * Images of 0 to 1, channels first, in one row.
 *
 * Shapes: pixels [n channels rows columns] of one or three channels.
 */
export function strip(pixels: Float32Array, [channels, rows, columns]: ImageSet["shape"]): Picture {
  const size = channels * rows * columns;
  const count = pixels.length / size;
  const width = count * columns + (count - 1) * gap;
  const bytes = new Uint8Array(width * rows * channels).fill(gapGrey);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const value = pixels[i * size + (c * rows + y) * columns + x];
          bytes[(y * width + i * (columns + gap) + x) * channels + c] = Math.round(255 * Math.min(1, Math.max(0, value)));
        }
      }
    }
  }
  return { width, height: rows, channels: channels === 1 ? 1 : 3, bytes };
}

/** Signed numbers around middle grey: each image's largest size becomes black or white. Zero stays grey. */
export function signedStrip(values: Float32Array, shape: ImageSet["shape"], scale?: number): Picture {
  const size = shape[0] * shape[1] * shape[2];
  const out = new Float32Array(values.length);
  for (let from = 0; from < values.length; from += size) {
    let largest = 0;
    for (let p = from; p < from + size; p++) largest = Math.max(largest, Math.abs(values[p]));
    const per = scale ?? largest;
    for (let p = from; p < from + size; p++) out[p] = per === 0 ? 0.5 : 0.5 + (0.5 * values[p]) / per;
  }
  return strip(out, shape);
}
