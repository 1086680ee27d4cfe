import { addPairs, low, multiplyPairs } from "./double-double.ts";

/** erf(c) as a pair, and its slope 2/sqrt(pi) e^(-c^2), at c = 0.5, 0.75, ..., 6 (mpmath; see test/fixtures/elementary/generate.py --constants). */
const centres: readonly (readonly [number, number, number])[] = [
  [0.5204998778130465, 1.900077467916287e-17, 0.8787825789354448],
  [0.7111556336535151, 4.69744077164289e-17, 0.6429310691952074],
  [0.8427007929497149, -2.4801011789118602e-17, 0.4151074974205947],
  [0.9229001282564583, -5.51775442986392e-17, 0.2365211224472908],
  [0.9661051464753108, -3.3867031441680696e-17, 0.11893028922362937],
  [0.9866716712191824, 2.1431190289565338e-17, 0.05277499593015037],
  [0.9953222650189527, 2.20719858329765e-17, 0.020666985354092053],
  [0.9985372834133188, 2.6956405885413457e-17, 0.007142319022017983],
  [0.999593047982555, 4.6925151097042234e-17, 0.0021782842303527095],
  [0.9998993780778803, 4.451378916214761e-17, 0.0005862772470937923],
  [0.9999779095030014, 5.363397058636269e-17, 0.00013925305194674786],
  [0.9999956972205363, 5.224680575187069e-17, 2.9189025383581702e-05],
  [0.9999992569016276, 4.9647279187212204e-17, 5.399426777384783e-06],
  [0.9999998862727434, 4.2276182391829615e-17, 8.814321912318039e-07],
  [0.9999999845827421, 1.44826531920025e-17, 1.2698234671866558e-07],
  [0.9999999981494259, 9.86675034192752e-19, 1.6143993719507412e-08],
  [0.9999999998033839, 1.2614727975054947e-17, 1.81130589590869e-09],
  [0.9999999999815149, 5.461622108299497e-17, 1.7934357034341337e-10],
  [0.9999999999984626, -2.294992711807301e-17, 1.5670866531017336e-11],
  [0.9999999999998869, 2.859354043191264e-17, 1.2084074716006755e-12],
  [0.9999999999999927, -3.03759554483649e-17, 8.223316045262922e-14],
  [0.9999999999999996, 2.0875548107488853e-17, 4.938485140964219e-15],
  [1.0, -2.1519736712498913e-17, 2.617301239249265e-16],
];
const degree = 15;

/**
 * The Taylor coefficients of erf about each centre, from the second on: the slope w(c + t) = sum w_n t^n satisfies
 * w' = -2 (c + t) w, so (n + 1) w_{n+1} = -2 (c w_n + w_{n-1}), and erf has w_n / (n + 1) at t^(n+1).
 * With |t| <= 1/8 the terms beyond t^15 are below 2^-60 of the value.
 */
function seriesAbout(row: number): Float64Array {
  const centre = 0.5 + row / 4;
  const slope = centres[row][2];
  const w = new Float64Array(degree);
  w[0] = slope;
  w[1] = -2 * centre * slope;
  for (let n = 1; n + 1 < degree; n++) w[n + 1] = (-2 * (centre * w[n] + w[n - 1])) / (n + 1);
  return w.map((value, n) => value / (n + 1));
}
/** Those that have been asked for, by the centre's row. */
const series: Float64Array[] = [];

const TWO_OVER_SQRT_PI = 1.1283791670955126;
const TWO_OVER_SQRT_PI_LOW = 1.533545961316588e-17;

/** (-1)^n / (n! (2 n + 1)): erf(x) = 2/sqrt(pi) x sum_n of these x^(2n). */
const nearZero = Array.from({ length: 14 }, (_, n) => {
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return (n % 2 === 0 ? 1 : -1) / (factorial * (2 * n + 1));
});

/**
 * The error function 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x: its Taylor series about 0 for |x| < 3/8, about
 * the nearest multiple of 1/4 up to 6, where it rounds to 1. Largest error seen: 0.74 ulp. Odd; zeros keep their sign.
 * Example: erfF64(0.5)  // => 0.5204998778130465
 */
export function erfF64(x: number): number {
  const size = Math.abs(x);
  if (!(size < 6)) return size >= 6 ? Math.sign(x) : NaN; // 1 - erf 6 is below 2^-55
  if (size < 0.375) return erfNearZero(x);
  const row = Math.floor(4 * size + 0.5) - 2;
  const t = size - (0.5 + row / 4); // exact
  const terms = (series[row] ??= seriesAbout(row));
  let rest = terms[degree - 1];
  for (let n = degree - 2; n >= 0; n--) rest = terms[n] + t * rest;
  const [value, valueLow] = centres[row];
  const sum = addPairs(value, valueLow, t * rest, 0);
  return x < 0 ? -sum : sum;
}

function erfNearZero(x: number): number {
  const z = x * x;
  let rest = 0;
  for (let n = nearZero.length - 1; n > 0; n--) rest = z * (nearZero[n] + rest);
  if (Math.abs(x) < 1e-290) return TWO_OVER_SQRT_PI * x; // where the products below would lose their low parts
  const sum = addPairs(1, 0, rest, 0);
  const factor = multiplyPairs(TWO_OVER_SQRT_PI, TWO_OVER_SQRT_PI_LOW, sum, low[0]);
  return multiplyPairs(factor, low[0], x, 0);
}
