import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatArray } from "../../src/kernels/index.ts";
import { arrayOf, backends, dtype, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, values } from "./support.ts";

const two = (low: number, high: number) => fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));
const geometry = fc.record({ images: fc.integer({ min: 0, max: 3 }), plane: two(0, 9), channels: fc.constantFrom(0, 1, 2, 3, 4, 5, 8), size: two(1, 5), stride: two(1, 4), pad: two(0, 4) })
  .filter(({ plane, size, pad }) => [0, 1].every((at) => size[at] <= plane[at] + 2 * pad[at]));
type Geometry = typeof geometry extends fc.Arbitrary<infer G> ? G : never;

const sizesOf = ({ images, plane, channels, size, stride, pad }: Geometry) => [images, ...plane, channels, ...size, ...stride, ...pad] as const;
type Sizes = [number, number, number, number, number, number, number, number, number, number];
/** How many starts 0, s, 2s, ... leave a whole window on the padded axis: counted, not computed. */
function starts({ plane, size, stride, pad }: Geometry, at: 0 | 1): number {
  let count = 0;
  for (let start = 0; start + size[at] <= plane[at] + 2 * pad[at]; start += stride[at]) count++;
  return count;
}
const pixels = ({ images, plane, channels }: Geometry) => images * plane[0] * plane[1] * channels;
const seen = (g: Geometry) => g.images * starts(g, 0) * starts(g, 1) * g.size[0] * g.size[1] * g.channels;

/** For each element of the patches in row-major order the pixel it sees, -1 outside. */
function seenPixels(g: Geometry): number[] {
  const found: number[] = [];
  const [down, across] = [starts(g, 0), starts(g, 1)];
  for (let n = 0; n < g.images; n++) for (let i = 0; i < down; i++) for (let j = 0; j < across; j++) for (let k = 0; k < g.size[0]; k++) for (let l = 0; l < g.size[1]; l++) for (let c = 0; c < g.channels; c++) {
    const [y, x] = [i * g.stride[0] + k - g.pad[0], j * g.stride[1] + l - g.pad[1]];
    found.push(y < 0 || x < 0 || y >= g.plane[0] || x >= g.plane[1] ? -1 : ((n * g.plane[0] + y) * g.plane[1] + x) * g.channels + c);
  }
  return found;
}

describe("patches", () => {
  it("are what each window sees, zeros outside, on both backends", () => {
    fc.assert(fc.property(geometry, dtype, seed, flavour, placement, (g, kind, from, kindOfValues, where) => {
      const x = values(kind, pixels(g), from, kindOfValues === "wild");
      const out = expectAgreement(kind, where, [x], seen(g), (kernels, [a], into) => kernels.patches(a, into, ...(sizesOf(g) as unknown as Sizes)));
      expectSameBits(out, seenPixels(g).map((pixel) => (pixel < 0 ? 0 : x[pixel])));
    }), runs(300));
  });
});

describe("addPatches", () => {
  it("adds every element to the pixel it was seen at, with the same bits on both backends", () => {
    fc.assert(fc.property(geometry, dtype, seed, flavour, placement, (g, kind, from, kindOfValues, where) => {
      const x = values(kind, seen(g), from, kindOfValues === "wild");
      expectAgreement(kind, where, [x], pixels(g), (kernels, [a], into) => kernels.addPatches(a, into, ...(sizesOf(g) as unknown as Sizes)));
      const eighths = x.map((value) => (Number.isFinite(value) && Math.abs(value) < 8 ? Math.round(8 * value) / 8 : 0));
      const exact = new Float64Array(pixels(g));
      seenPixels(g).forEach((pixel, at) => { if (pixel >= 0) exact[pixel] += eighths[at]; });
      for (const kernels of backends) {
        const out = empty(kind, pixels(g)).fill(7);
        kernels.addPatches(eighths as FloatArray, out, ...(sizesOf(g) as unknown as Sizes));
        expectSameBits(out.map((value) => value + 0), exact.map((value) => value + 0));
      }
    }), runs(300));
  });

  it("adds in the stated order: rows of windows ascending, in a row those first that share no pixel", () => {
    for (const kernels of backends) {
      // one row of 7 pixels under windows of 3, step 1: pixel 4 is seen by windows 2, 3 and 4, of which 3 leaves 0, 4 leaves 1 and 2 leaves 2
      const row = new Float64Array(5 * 3);
      row[2 * 3 + 2] = 1;
      row[3 * 3 + 1] = 1e16;
      row[4 * 3 + 0] = -1e16;
      const out = empty("float64", 7);
      kernels.addPatches(row, out, 1, 1, 7, 1, 1, 3, 1, 1, 0, 0);
      expect(out[4]).toBe(1); // (1e16 - 1e16) + 1; ascending would give 0
      // three rows of windows over one pixel: ascending
      const column = arrayOf("float64", [1, 1e16, -1e16]);
      const one = empty("float64", 1);
      kernels.addPatches(column, one, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0);
      expect(one[0]).toBe(1e16); // only the middle window, without padding, sees the pixel
      const tall = new Float64Array(3 * 3);
      tall[2] = 1;
      tall[1 * 3 + 1] = 1e16;
      tall[2 * 3 + 0] = -1e16;
      const five = empty("float64", 5);
      kernels.addPatches(tall, five, 1, 5, 1, 1, 3, 1, 1, 1, 0, 0);
      expect(five[2]).toBe(0); // (1 + 1e16) - 1e16
    }
  });
});
