import { addPairs, low, multiplyPairs, quickTwoSum, twoProduct, twoSum } from "./double-double.ts";
import { HALF_PI, HALF_PI_LOW, HALF_PI_PARTS, TWO_OVER_PI, TWO_OVER_PI_BITS } from "./pi.ts";

/** The low part and the quarter turns (modulo 4) of the last `reduce`. */
const reduced = { low: 0, quarter: 0 };

/**
 * x - n pi/2 for the nearest integer n, as a pair with at least 70 correct bits: no double is nearer to a multiple of pi/2
 * than 2^-62. Below 2^20 by subtracting n times pi/2 part by part, above it with integers of any length.
 */
function reduce(x: number): number {
  if (Math.abs(x) >= 1048576) return reduceLarge(x);
  const n = Math.floor(x / HALF_PI + 0.5);
  const [first, second, third, rest] = HALF_PI_PARTS;
  const head = twoSum(x - n * first, -n * second); // the first difference is exact
  const next = addPairs(head, low[0], -n * third, 0);
  const high = addPairs(next, low[0], -n * rest, 0);
  reduced.low = low[0];
  reduced.quarter = n & 3;
  return high;
}

const view = new DataView(new ArrayBuffer(8));

/** x = integer 2^e times 2/pi in fixed point gives quarter turns before the point, and after it the rest of a turn. */
function reduceLarge(x: number): number {
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const e = Number(bits >> 52n) - 1075;
  const integer = (bits & 0xfffffffffffffn) | 0x10000000000000n;
  const places = BigInt(TWO_OVER_PI_BITS - e);
  const turns = integer * TWO_OVER_PI;
  const quarter = (turns + (1n << (places - 1n))) >> places; // the nearest
  const left = ((turns - (quarter << places)) << 64n) >> (places - 192n); // 256 bits after the point
  const head = Number(left);
  const tail = Number(left - BigInt(head));
  const scale = 2 ** -256;
  const high = multiplyPairs(head * scale, tail * scale, HALF_PI, HALF_PI_LOW);
  const sign = x < 0 ? -1 : 1;
  reduced.low = sign * low[0];
  reduced.quarter = (Number(quarter & 3n) * sign) & 3;
  return sign * high;
}

/** 1/n! with its sign in the series: 1/5!, -1/7!, ... and 1/4!, -1/6!, ...; beyond r^19/19! less than 2^-68 r is left. */
const oddTerms = [1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800, -1 / 1307674368000, 1 / 355687428096000, -1 / 121645100408832000];
const evenTerms = [1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600, -1 / 87178291200, 1 / 20922789888000, -1 / 6402373705728000];

function horner(terms: readonly number[], z: number): number {
  let sum = terms[terms.length - 1];
  for (let n = terms.length - 2; n >= 0; n--) sum = terms[n] + z * sum;
  return sum;
}

/** sin(r + rLow) for |r| <= pi/4: r is kept apart from its cubic rest. */
function sinNearZero(r: number, rLow: number): number {
  const z = r * r;
  const cubic = twoProduct(r * z, -1 / 6);
  const rest = low[0] + r * z * z * horner(oddTerms, z);
  return addPairs(r, rLow * (1 - 0.5 * z), cubic, rest);
}

/** cos(r + rLow) for |r| <= pi/4: 1 - r^2/2 is a pair. */
function cosNearZero(r: number, rLow: number): number {
  const z = twoProduct(r, r);
  const zLow = low[0];
  const head = quickTwoSum(1, -0.5 * z);
  return head + (low[0] + (z * z * horner(evenTerms, z) - (0.5 * zLow + r * rLow)));
}

function shifted(x: number, shift: number): number {
  const r = reduce(x);
  const rLow = reduced.low;
  switch ((reduced.quarter + shift) & 3) {
    case 0: return sinNearZero(r, rLow);
    case 1: return cosNearZero(r, rLow);
    case 2: return -sinNearZero(r, rLow);
    default: return -cosNearZero(r, rLow);
  }
}

/**
 * Sine of x radians. Largest error seen: 0.61 ulp, for all sizes of x. NaN at the infinities; zeros keep their sign.
 * Example: sinF64(1)  // => 0.8414709848078965
 */
export function sinF64(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  return Math.abs(x) < 7.450580596923828e-9 ? x : shifted(x, 0); // 2^-27: x^3/6 is below half a unit
}

/**
 * Cosine of x radians. Largest error seen: 0.62 ulp, for all sizes of x. NaN at the infinities.
 * Example: cosF64(1)  // => 0.5403023058681398
 */
export function cosF64(x: number): number {
  return Number.isFinite(x) ? shifted(x, 1) : NaN;
}
