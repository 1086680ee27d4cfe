import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expF64, logF64 } from "../../src/kernels/index.ts";
import { arrayOf, backends, dtype, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, size, stream, values } from "./support.ts";

/** Fixed-point numbers with 240 bits after the point: about 72 decimal digits. */
const BITS = 240n;
const ONE = 1n << BITS;
const LN2 = (() => {
  let sum = 0n;
  for (let n = 1n; n <= BITS; n++) sum += (ONE >> n) / n;
  return sum;
})();

/** x as an integer times a power of two. */
function parts(x: number): { integer: bigint; exponent: number } {
  let exponent = 0;
  while (!Number.isInteger(x)) {
    x *= 2; // exact: subnormals only gain bits
    exponent--;
  }
  return { integer: BigInt(x), exponent };
}

function fixed(x: number): bigint {
  const { integer, exponent } = parts(x);
  const shift = BITS + BigInt(exponent);
  return shift >= 0n ? integer << shift : integer >> -shift;
}

const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);
const bitLength = (x: bigint): number => x.toString(2).length;

/** |actual - exact| in units of the last place of exact = value 2^k, value fixed-point; subnormal units below 2^-1022. */
function errorInUlps(actual: number, value: bigint, k: number): number {
  const { integer, exponent } = parts(actual);
  const shift = BigInt(exponent - k) + BITS;
  const scaled = shift >= 0n ? integer << shift : integer >> -shift;
  const leading = bitLength(magnitude(value)) - 1 - Number(BITS) + k;
  const unit = Math.max(leading - 52, -1074) - k + Number(BITS); // as a power of two of the fixed-point's last bit
  return Number(magnitude(scaled - value)) / 2 ** unit;
}

/** Error of `actual` as e^x, with x = k ln 2 + r and the series of e^r. */
function expError(x: number, actual: number): number {
  const k = Math.round(x / Math.LN2);
  const r = fixed(x) - BigInt(k) * LN2;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n && n < 100n; n++) {
    term = (term * r) / ONE / n;
    sum += term;
  }
  return errorInUlps(actual, sum, k);
}

/** Error of `actual` as log x, with x = 2^k m and log m = 2 artanh((m - 1) / (m + 1)). */
function logError(x: number, actual: number): number {
  const { integer, exponent } = parts(x);
  const bits = bitLength(integer);
  let k = exponent + bits;
  let m = (integer << BITS) >> BigInt(bits); // in [1/2, 1)
  if (m < (ONE * 7n) / 10n) {
    m *= 2n;
    k--;
  }
  const s = ((m - ONE) << BITS) / (m + ONE);
  const square = (s * s) >> BITS;
  let power = s;
  let sum = 0n;
  for (let n = 1n; n < 200n; n += 2n) {
    sum += power / n;
    power = (power * square) >> BITS;
  }
  return errorInUlps(actual, 2n * sum + BigInt(k) * LN2, 0);
}

describe("exp and log", () => {
  it("the 240-bit yardstick knows e, e^-1, log 10 and log 2 to their last digit", () => {
    expect(expError(1, 2.718281828459045)).toBeLessThan(0.5);
    expect(expError(1, 2.7182818284590455)).toBeGreaterThan(0.5);
    expect(expError(-1, 0.36787944117144233)).toBeLessThan(0.5);
    expect(logError(10, 2.302585092994046)).toBeLessThan(0.5);
    expect(logError(2, 0.6931471805599453)).toBeLessThan(0.5);
    expect(logError(5e-324, -744.4400719213812)).toBeLessThan(0.5);
  });

  it("exp is within 1 ulp everywhere, subnormal results included", () => {
    const next = stream(20240817);
    let worst = 0;
    const check = (x: number): void => { worst = Math.max(worst, expError(x, expF64(x))); };
    for (let i = 0; i < 6000; i++) check(next() * 1454.9 - 745.13);
    for (let i = 0; i < 6000; i++) check((next() - 0.5) * 2 ** (1 - Math.floor(next() * 60)));
    for (let k = -1074; k <= 1023; k++) for (const shift of [-0.5, 0.5, 0]) check((k + shift) * Math.LN2); // around the seams of the reduction
    for (const x of [709.782712893384, -708.3964185322641, -745.1332191019411, 1e-300, -5e-324]) check(x);
    expect(worst).toBeLessThanOrEqual(1);
    expect(worst).toBeGreaterThan(0.4); // the yardstick measured something
  });

  it("log is within 1 ulp everywhere, subnormal arguments and neighbours of 1 included", () => {
    const next = stream(20240818);
    let worst = 0;
    const check = (x: number): void => { if (x !== 1 && x > 0) worst = Math.max(worst, logError(x, logF64(x))); };
    for (let i = 0; i < 4000; i++) check(2 ** (next() * 2098 - 1074));
    for (let i = 0; i < 4000; i++) check(next() * 3);
    for (let i = 0; i < 4000; i++) check(1 + (next() - 0.5) * 2 ** (-Math.floor(next() * 50)));
    for (let i = 1; i < 50; i++) check(i * 5e-324);
    for (const x of [Math.SQRT1_2, Math.SQRT2, 1 - 2 ** -53, 1 + 2 ** -52, 2.2250738585072014e-308, 1.7976931348623157e308]) check(x);
    expect(worst).toBeLessThanOrEqual(1);
    expect(worst).toBeGreaterThan(0.4);
  });

  it("both backends compute the same bits", () => {
    fc.assert(fc.property(dtype, size, seed, flavour, placement, fc.constantFrom(1, 1, 100, 250, 1e-5), (kind, n, from, kindOfValues, where, stretch) => {
      const x = values(kind, n, from, kindOfValues === "wild").map((v) => v * stretch) as Float64Array;
      expectSameBits(expectAgreement(kind, where, [x], n, (kernels, [y], out) => kernels.exp(y, out)), x.map((v) => expF64(v)));
      expectSameBits(expectAgreement(kind, where, [x], n, (kernels, [y], out) => kernels.log(y, out)), x.map((v) => logF64(v)));
    }), runs(300));
  });

  it("agree over the whole range: a sweep of both, in one call each", () => {
    const next = stream(7);
    const x = new Float64Array(200_001).map(() => next() * 1500 - 760);
    const y = new Float64Array(200_001).map(() => 2 ** (next() * 2100 - 1075));
    expectAgreement("float64", "heap", [x], x.length, (kernels, [v], out) => kernels.exp(v, out));
    expectAgreement("float64", "heap", [y], y.length, (kernels, [v], out) => kernels.log(v, out));
  });

  it("at the edges: overflow, underflow, NaN, infinities and zeros of both signs", () => {
    const inputs = [0, -0, NaN, Infinity, -Infinity, 709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412, 1e308, -1e308, 5e-324];
    const exps = [1, 1, NaN, Infinity, 0, 1.797693134862273e308, Infinity, 5e-324, 0, Infinity, 0, 1];
    for (const kernels of backends) {
      const x = arrayOf("float64", inputs);
      const out = empty("float64", inputs.length);
      kernels.exp(x, out);
      expect(Math.abs(out[5] - exps[5]) / exps[5]).toBeLessThan(2 ** -51);
      exps[5] = out[5];
      expectSameBits(out, exps);
      kernels.log(arrayOf("float64", [0, -0, NaN, Infinity, -Infinity, -1, -5e-324, 1, 5e-324]), out.subarray(0, 9));
      expectSameBits(out.subarray(0, 9), [-Infinity, -Infinity, NaN, Infinity, NaN, NaN, NaN, 0, -744.4400719213812]);
    }
  });
});
