/**
 * Times in closed form, from the initial weights alone, and the threshold that they give (docs, section 4).
 *
 * While losses are near ln 2, g_i = 1/2, and each neuron that starts positive grows by itself: z' = c z^(q-1), so
 * z(t) = (z_0^(2-q) - (q-2) c t)^(-1/(q-2)), with
 *
 *   c = eta q ||mu||^2/(4 m)       along the signal (half of the samples push a neuron)
 *   c = eta q ||xi_i||^2/(2 n m)   along a noise patch (one sample pushes)
 *
 * Their ratio, 2/(n SNR^2), times that of the starting points, SNR^(2-q), is 2/(n SNR^q): the threshold is n SNR^q = 2.
 */
import { erfF64, logF64, powF64 } from "../../kernels/index.ts";
import { type DynamicsInput, positivePower } from "./coefficient-dynamics.ts";
import { type Setting, signalLengthAt } from "./setting.ts";

/** The mean over samples of y_i f_i's signal, or noise, part that counts as learned: small, so that losses are still near ln 2. */
export const learnedLevel = 0.1;

/** n SNR^q at which both are learned at once, when their leading neurons start alike. */
export const thresholdValue = 2;

/** A neuron that grows: where it starts, its rate c, and its share of the mean part. */
interface Grower {
  start: number;
  rate: number;
  share: number;
}

/** z(t); Infinity from its blow-up on. */
function sizeAt({ start, rate }: Grower, q: number, t: number): number {
  const left = powF64(start, 2 - q) - (q - 2) * rate * t;
  return left > 0 ? powF64(left, -1 / (q - 2)) : Infinity;
}

/**
 * The step at which sum share z(t)^q reaches the level; Infinity when nothing grows. Finite steps lag behind the flow by
 * ((q-1)/2) ln(z_l/z_0) steps of the neuron that leads, which is added.
 */
function timeToLevel(growers: readonly Grower[], q: number, level: number): number {
  if (growers.length === 0) return Infinity;
  const total = (t: number) => growers.reduce((sum, grower) => sum + grower.share * positivePower(sizeAt(grower, q, t), q), 0);
  let [low, high] = [0, Math.min(...growers.map(({ start, rate }) => powF64(start, 2 - q) / ((q - 2) * rate)))];
  if (total(0) >= level) return 0;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (total(middle) >= level) high = middle;
    else low = middle;
  }
  const leader = growers.reduce((first, grower) => (sizeAt(grower, q, low) > sizeAt(first, q, low) ? grower : first));
  return low + ((q - 1) / 2) * logF64(sizeAt(leader, q, low) / leader.start);
}

export interface LearningTimes {
  signal: number;
  noise: number;
}

/** Growth rates along the signal and along a noise patch of this squared length. */
function ratesOf({ n, m, q, mu, eta }: Setting): { signal: number; noise: (square: number) => number } {
  return { signal: (eta * q * mu * mu) / (4 * m), noise: (square) => (eta * q * square) / (2 * n * m) };
}

/** The steps at which the samples of each sign, -1 then +1, reach the level on average by their signal. */
export function signalTimes(setting: Setting, { initial }: Pick<DynamicsInput, "initial">, level = learnedLevel): [number, number] {
  const { m, q } = setting;
  const rate = ratesOf(setting).signal;
  const of = (own: 0 | 1) => timeToLevel(Array.from({ length: m }, (_, r) => ({ start: (own === 0 ? -1 : 1) * initial.signal[own * m + r], rate, share: 1 / m })).filter(({ start }) => start > 0), q, level);
  return [of(0), of(1)];
}

/** The steps at which the mean signal part, and the mean noise part, reach the level. Labels are taken to be the signs of the signal. */
export function learningTimes(setting: Setting, { initial, gram, labels }: DynamicsInput, level = learnedLevel): LearningTimes {
  const { n, m, q } = setting;
  const rates = ratesOf(setting);
  const signal: Grower[] = [];
  const noise: Grower[] = [];
  for (let neuron = 0; neuron < 2 * m; neuron++) {
    const own = neuron < m ? 0 : 1;
    // the neuron counts for the half of the samples that have its sign
    const start = (own === 0 ? -1 : 1) * initial.signal[neuron];
    if (start > 0) signal.push({ start, rate: rates.signal, share: 1 / (2 * m) });
    for (let i = 0; i < n; i++) {
      const at = initial.noise[neuron * n + i];
      if (labels[i] === own && at > 0) noise.push({ start: at, rate: rates.noise(gram[i * n + i]), share: 1 / (n * m) });
    }
  }
  return { signal: timeToLevel(signal, q, level), noise: timeToLevel(noise, q, level) };
}

/**
 * The n SNR^q at which the two times are equal for this draw: a number a theory can give before any run. `initial.signal` belongs to the
 * setting's own mu, along which it is scaled. Found between 1e-3 and 1e3 by bisection; NaN when one of the two is never learned.
 */
export function predictedThreshold(setting: Setting, input: DynamicsInput): number {
  const at = (value: number): LearningTimes => {
    const mu = signalLengthAt(value, setting);
    return learningTimes({ ...setting, mu }, { ...input, initial: { ...input.initial, signal: input.initial.signal.map((product) => (product * mu) / setting.mu) } });
  };
  const any = at(1);
  if (!Number.isFinite(any.signal) || !Number.isFinite(any.noise)) return NaN;
  let [low, high] = [1e-3, 1e3];
  for (let i = 0; i < 40; i++) {
    const middle = Math.sqrt(low * high);
    const { signal, noise } = at(middle);
    if (signal < noise) high = middle;
    else low = middle;
  }
  return Math.sqrt(low * high);
}

/** The median of the largest of m normals: where a leading neuron starts, in standard deviations. For m < 2 it may be 0 or less. */
export function typicalLead(m: number): number {
  // the largest is below x with probability Phi(x)^m; bisection for 1/2
  let [low, high] = [-10, 10];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (powF64((1 + erfF64(middle / Math.SQRT2)) / 2, m) < 0.5) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** When the leading neurons of the median draw blow up: (4m) / (eta q (q-2) ||mu||^2 z_0^(q-2)) along the signal, (2nm)/(...) along noise. */
export function typicalTimes({ n, d, m, q, mu, sigmaP, sigma0, eta }: Setting): LearningTimes {
  const lead = typicalLead(m);
  const length = sigmaP * Math.sqrt(d);
  const time = (factor: number, size: number) => (lead > 0 ? (factor * m) / (eta * q * (q - 2) * size * size * powF64(lead * sigma0 * size, q - 2)) : Infinity);
  return { signal: time(4, mu), noise: time(2 * n, length) };
}
