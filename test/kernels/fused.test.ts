/** Raw kernels that do the work of two at once, against the reference's two in turn. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { referenceKernels } from "../../src/kernels/index.ts";
import { Sheet } from "./sheet.ts";
import { dtype, dtypes, empty, flavour, runs, seed, size, smallSize, values } from "./support.ts";

const order = fc.integer({ min: 2, max: 6 });
/** Powers of two and others, as large and as small as the dtypes allow. */
const radius = fc.constantFrom(0.1, 0.25, 0.5, 1, 1.7, 2, 2 ** 40, 2 ** -126, 2 ** -130, 2 ** 127, 2 ** -140, 1e-30, 1e-200, 3e5);
const kinksOf = (rho: number): number[] => [rho, Math.fround(rho), rho * (1 - 2 ** -53), rho * (1 + 2 ** -52), rho * (1 - 2 ** -24), rho * (1 + 2 ** -23), rho / 2, rho / 3, 2 * rho, -rho, 0, -0];

describe("fused kernels", () => {
  it("smoothedReluSumSlope gives the sums and the slopes, and maskedSlopes of those the vjp", () => {
    fc.assert(fc.property(dtype, smallSize, smallSize, smallSize, size, order, radius, seed, flavour, fc.boolean(),
      (kind, batch, patches, classes, neurons, q, rho, from, kindOfValues, inPlace) => {
        const wild = kindOfValues === "wild";
        const n = batch * patches * classes * neurons;
        const z = values(kind, n, from, wild, kinksOf(rho));
        const ct = values(kind, batch * classes, from + 1, wild);
        const [sums, slopes, pulled] = [empty(kind, batch * classes), empty(kind, n), empty(kind, n)];
        referenceKernels.smoothedReluSum(z, sums, batch, patches, classes, neurons, q, rho);
        referenceKernels.smoothedReluSlope(z, slopes, q, rho);
        referenceKernels.smoothedReluSumVjp(z, ct, pulled, batch, patches, classes, neurons, q, rho);

        const sheet = new Sheet(kind);
        const onSheet = sheet.matrix(z, 1, n);
        const out = sheet.matrix(sums.map(() => 12345.678), 1, batch * classes);
        const cts = sheet.matrix(ct, 1, batch * classes);
        const slopesAt = inPlace ? onSheet : sheet.matrix(z.map(() => 12345.678), 1, n);
        sheet.raw.smoothedReluSumSlope(onSheet.at, out.at, slopesAt.at, batch, patches, classes, neurons, q, rho);
        sheet.becomes(out, sums);
        sheet.becomes(slopesAt, slopes);
        sheet.check();
        sheet.raw.maskedSlopes(slopesAt.at, cts.at, slopesAt.at, batch, patches, classes, neurons);
        sheet.becomes(slopesAt, pulled);
        sheet.check();
      }), runs(500));
  });

  it("maskedSlopes writes beside its operand too", () => {
    fc.assert(fc.property(dtype, smallSize, smallSize, smallSize, size, seed, (kind, batch, patches, classes, neurons, from) => {
      const n = batch * patches * classes * neurons;
      const slopes = values(kind, n, from, true);
      const ct = values(kind, batch * classes, from + 1, true);
      const sheet = new Sheet(kind);
      const onSheet = sheet.matrix(slopes, 1, n);
      const cts = sheet.matrix(ct, 1, batch * classes);
      const out = sheet.matrix(slopes.map(() => 12345.678), 1, n);
      sheet.raw.maskedSlopes(onSheet.at, cts.at, out.at, batch, patches, classes, neurons);
      sheet.becomes(out, slopes.map((s, at) => ct[Math.floor(at / (patches * classes * neurons)) * classes + Math.floor(at / neurons) % classes] * s));
      sheet.check();
    }), runs(200));
  });

  it("maskedSlopes goes through samples of more than 16 kB in another order, and still writes nothing else", () => {
    for (const kind of dtypes) {
      for (const [patches, neurons] of [[140, 13], [140, 15], [300, 5], [700, 3]]) {
        for (const inPlace of [false, true]) {
          const [batch, classes] = [2, 3];
          const n = batch * patches * classes * neurons;
          const slopes = values(kind, n, patches, false);
          const ct = values(kind, batch * classes, neurons, false);
          const sheet = new Sheet(kind);
          const onSheet = sheet.matrix(slopes, 1, n);
          const cts = sheet.matrix(ct, 1, batch * classes);
          const out = inPlace ? onSheet : sheet.matrix(slopes.map(() => 12345.678), 1, n);
          sheet.raw.maskedSlopes(onSheet.at, cts.at, out.at, batch, patches, classes, neurons);
          sheet.becomes(out, slopes.map((s, at) => ct[Math.floor(at / (patches * classes * neurons)) * classes + Math.floor(at / neurons) % classes] * s));
          sheet.check();
        }
      }
    }
  });

  it("normalizeRowsAdd is normalizeRows, then add, also in place", () => {
    const length = fc.constantFrom(0, 1, 0.1, -2.5, 1e-30, 1e30);
    const scaleOfData = fc.constantFrom(0, 1, 1, 1e-200, 1e-147, 1e-30, 1e-17, 1e25, 1e180);
    const place = fc.constantFrom("apart", "x", "y");
    fc.assert(fc.property(dtype, smallSize, size, length, scaleOfData, seed, flavour, place, (kind, rows, width, by, magnitude, from, kindOfValues, where) => {
      const wild = kindOfValues === "wild";
      const x = values(kind, rows * width, from, wild).map((v) => v * magnitude);
      const y = values(kind, rows * width, from + 1, wild);
      const expected = empty(kind, rows * width);
      referenceKernels.normalizeRows(x, expected, rows, width, by);
      referenceKernels.add(y, expected, expected);
      const sheet = new Sheet(kind);
      const [ys, xs] = [sheet.matrix(y, rows, width), sheet.matrix(x, rows, width)];
      const out = where === "apart" ? sheet.matrix(x.map(() => 12345.678), rows, width) : where === "x" ? xs : ys;
      sheet.raw.normalizeRowsAdd(ys.at, xs.at, out.at, rows, width, by);
      sheet.becomes(out, expected);
      sheet.check();
    }), runs(400));
  });
});
