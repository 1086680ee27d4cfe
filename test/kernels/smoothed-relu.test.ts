import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrayOf, backends, dtype, dtypes, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, size, smallSize, values } from "./support.ts";

const order = fc.integer({ min: 2, max: 6 });
const radius = fc.constantFrom(0.1, 0.25, 1, 1.7, 1e-30, 1e-200, 3e5);
/** rho itself, its neighbours in both dtypes, half and twice. */
const kinksOf = (rho: number): number[] => [rho, Math.fround(rho), rho * (1 - 2 ** -53), rho * (1 + 2 ** -52), rho * (1 - 2 ** -24), rho * (1 + 2 ** -23), rho / 2, 2 * rho, -rho, 0, -0];

/** The definition, by Math.pow: z^q / (q rho^(q-1)) on the middle piece. */
function defined(z: number, q: number, rho: number): { value: number; slope: number } {
  if (z <= 0) return { value: 0, slope: 0 };
  if (z >= rho) return { value: z - (1 - 1 / q) * rho, slope: 1 };
  return { value: z ** q / (q * rho ** (q - 1)), slope: (z / rho) ** (q - 1) };
}

describe("smoothed ReLU kernels", () => {
  it("value and slope agree bit for bit on both backends", () => {
    fc.assert(fc.property(dtype, size, order, radius, seed, flavour, placement, (kind, n, q, rho, from, kindOfValues, where) => {
      const z = values(kind, n, from, kindOfValues === "wild", kinksOf(rho));
      expectAgreement(kind, where, [z], n, (kernels, [x], out) => kernels.smoothedRelu(x, out, q, rho));
      expectAgreement(kind, where, [z], n, (kernels, [x], out) => kernels.smoothedReluSlope(x, out, q, rho));
    }), runs(300));
  });

  it("the fused sum and its vjp agree bit for bit on both backends", () => {
    fc.assert(fc.property(dtype, smallSize, smallSize, smallSize, size, order, radius, seed, flavour, placement,
      (kind, batch, patches, classes, neurons, q, rho, from, kindOfValues, where) => {
        const wild = kindOfValues === "wild";
        const n = batch * patches * classes * neurons;
        const z = values(kind, n, from, wild, kinksOf(rho));
        const ct = values(kind, batch * classes, from + 1, wild);
        expectAgreement(kind, where, [z], batch * classes, (kernels, [x], out) => kernels.smoothedReluSum(x, out, batch, patches, classes, neurons, q, rho));
        expectAgreement(kind, where, [z, ct], n, (kernels, [x, c], out) => kernels.smoothedReluSumVjp(x, c, out, batch, patches, classes, neurons, q, rho));
      }), runs(300));
  });

  it("value and slope are the definition's to rounding", () => {
    fc.assert(fc.property(order, fc.constantFrom(0.1, 1, 1.7), seed, (q, rho, from) => {
      const z = values("float64", 40, from, false, kinksOf(rho));
      for (const kernels of backends) {
        const value = empty("float64", 40);
        const slope = empty("float64", 40);
        kernels.smoothedRelu(z, value, q, rho);
        kernels.smoothedReluSlope(z, slope, q, rho);
        for (let i = 0; i < 40; i++) {
          const { value: s, slope: ds } = defined(z[i], q, rho);
          // q + 1 roundings here, as many in the definition and 1 ulp in each power: below 20 eps relative to |z| + rho
          expect(Math.abs(value[i] - s)).toBeLessThanOrEqual(20 * 2 ** -52 * (Math.abs(z[i]) + rho));
          expect(Math.abs(slope[i] - ds)).toBeLessThanOrEqual(20 * 2 ** -52);
        }
      }
    }), runs(100));
  });

  it("the fused sum adds every patch and neuron of its class once", () => {
    // s is exact on multiples of 1/8 with q = 2, rho = 1, and so are these sums: any order gives the same
    const sizes = [2, 3, 2, 5] as const;
    const [batch, patches, classes, neurons] = sizes;
    for (const kind of dtypes) {
      for (const kernels of backends) {
        const z = empty(kind, 60).map((_, i) => ((i * 37) % 41) / 8 - 2);
        const out = empty(kind, 4);
        kernels.smoothedReluSum(z, out, ...sizes, 2, 1);
        const dz = empty(kind, 60);
        kernels.smoothedReluSumVjp(z, arrayOf(kind, [1, -2, 4, 8]), dz, ...sizes, 2, 1);
        const expected = empty(kind, 4);
        for (let b = 0; b < batch; b++) for (let p = 0; p < patches; p++) for (let i = 0; i < classes; i++) for (let r = 0; r < neurons; r++) {
          const at = ((b * patches + p) * classes + i) * neurons + r;
          expected[b * classes + i] += defined(z[at], 2, 1).value;
          expect(dz[at]).toBe([1, -2, 4, 8][b * classes + i] * defined(z[at], 2, 1).slope);
        }
        expectSameBits(out, expected);
      }
    }
  });

  it("at the kinks: 0 and slope 0 at 0 and -0, rho / q and slope 1 at rho, NaN stays NaN", () => {
    for (const kind of dtypes) {
      for (const kernels of backends) {
        for (const offset of [0, 1, 2, 3]) { // every lane, and the tail
          const z = arrayOf(kind, [...[-1, -1, -1].slice(0, offset), 0, -0, 2, NaN, Infinity, -Infinity]);
          const value = empty(kind, z.length);
          const slope = empty(kind, z.length);
          kernels.smoothedRelu(z, value, 4, 2);
          kernels.smoothedReluSlope(z, slope, 4, 2);
          expectSameBits(value.subarray(offset), [0, 0, 0.5, NaN, Infinity, 0]);
          expectSameBits(slope.subarray(offset), [0, 0, 1, NaN, 1, 0]);
        }
      }
    }
  });

  it("has slope 1 from rho on, whatever rho is", () => {
    for (const kind of dtypes) {
      for (const kernels of backends) {
        for (const q of [2, 3, 5]) {
          for (let rho = 0.1; rho < 100; rho *= 1.013) {
            const edge = kind === "float32" ? Math.fround(rho) : rho;
            const slope = empty(kind, 3);
            kernels.smoothedReluSlope(arrayOf(kind, [edge, edge * (1 + 2 ** -22), 7 * edge]), slope, q, rho);
            expect([...slope], `${kernels.name}, ${kind}, q = ${q}, rho = ${rho}`).toEqual([1, 1, 1]);
          }
        }
      }
    }
  });

  it("takes a rho that is no normal number of the dtype, or whose inverse is none, for the nearest that is", () => {
    for (const kernels of backends) {
      const [value, slope] = [empty("float32", 4), empty("float32", 4)];
      for (const [rho, end] of [[1e39, 2 ** 126], [1e38, 2 ** 126], [1e-40, 2 ** -126], [1e-60, 2 ** -126]]) {
        const z = arrayOf("float32", [-1, 0, end, end / 2]);
        kernels.smoothedRelu(z, value, 3, rho);
        kernels.smoothedReluSlope(z, slope, 3, rho);
        expect([...slope]).toEqual([0, 0, 1, 0.25]);
        expect([...value.subarray(0, 2)]).toEqual([0, 0]);
        expect(Math.abs(value[2] / (end / 3) - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it("out may be z itself", () => {
    for (const kernels of backends) {
      const z = arrayOf("float64", [-1, 0.5, 2]);
      kernels.smoothedRelu(z, z, 2, 1);
      expect([...z]).toEqual([0, 0.125, 1.5]);
    }
  });
});
