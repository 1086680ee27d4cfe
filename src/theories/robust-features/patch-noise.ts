/**
 * P1's law summed along a run, and what patch noise may add to it: the terms (i) to (iii) of docs/theory, section 3, neuron by neuron.
 *
 * A neuron's gradient is a mean over the N/k samples of its class, whose noise stays the same at every step; so its parts add up
 * linearly over the steps, and are normal as sums over patches. With z the neuron's own component along the feature (s patches of
 * amplitude a), z' that along the other feature of its class (s', a'), one step adds (eta/k)(1 - p) times
 *
 *   s a s'(az)                                                             the law;
 *   s a s'(az) [(q-1)(q-2)/2 (sigma_n |w|/az)^2 + (q-1)(sigma_n/a)^2]      bias: curvature of s', and Stein's identity, on own patches;
 *   s' (q-1) s'(a'z') sigma_n^2 z/(a'z')                                   bias: Stein's identity on the other feature's patches;
 *   s a s'(az) sigma_n ((q-1)|w|/az + 1/a) / sqrt(s N/k)                   deviation: own patches;
 *   sigma_n s'(a'z') sqrt(s' k/N)                                          deviation: the other feature's patches;
 *   sigma_n s'(a_f <w, f_j>) sqrt(s_f k/N) p_i(X_j)/(1 - p)                deviation: patches of each feature f_j of another class j.
 *
 * Source: derived in docs/theory, P1.
 */
import { featureSide, growthPerStep, type Feature } from "./closed-forms.ts";
import type { RunRecord } from "./run-record.ts";
import type { Setting } from "./setting.ts";
import { smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";

export interface GrowthWithNoise {
  /** Growth by the law, in units of a weight. */
  growth: number;
  /** Expected addition of the noise, and the standard deviation of the rest, relative to `growth`. */
  bias: number;
  deviation: number;
  /** The same for the neuron's clock of P2, which counts a step's growth in units of the law: in units of the clock. */
  clockBias: number;
  clockDeviation: number;
}

/** Sums the law of neuron r of class i from logged step 0 to logged step `last`, every step logged. */
export function growthWithNoise(record: RunRecord, feature: Feature, i: number, r: number, last: number): GrowthWithNoise {
  const { setting } = record.spec;
  const { k, m, d, q, N, eta, sigmaN } = setting;
  const [own, other] = [featureSide(setting, feature), featureSide(setting, feature === "robust" ? "nonRobust" : "robust")];
  const [ownColumn, otherColumn] = feature === "robust" ? [record.U, record.V] : [record.V, record.U];
  const samples = N / k;
  const at = (i * m + r) * d;
  const start = record.initialWeights.subarray(at, at + d);
  const inner = (vectors: Float64Array, j: number) => start.reduce((sum, w, l) => sum + w * vectors[j * d + l], 0);
  // what the weight has besides its own two features; off-diagonal components only shrink
  const rest = start.reduce((sum, w) => sum + w * w, 0) - ownColumn[i * m + r] ** 2 - otherColumn[i * m + r] ** 2;
  const slope = (x: number) => smoothedReluSlopeAt(x, setting);
  const foreign = Array.from({ length: k }, (_, j) => (j === i ? 0 : (["robust", "nonRobust"] as const).reduce((sum, name) => {
    const side = featureSide(setting, name);
    return sum + slope(side.amplitude * inner(name === "robust" ? record.robust : record.nonRobust, j)) ** 2 * (side.count / samples);
  }, 0)));
  const grown = new NoiseSum(k);
  const clock = new NoiseSum(k);
  let growth = 0;
  for (let s = 0; s < last; s++) {
    const [z, rival] = [ownColumn[(s * k + i) * m + r], otherColumn[(s * k + i) * m + r]];
    const p = record.trueProbability[s * k + i];
    const pace = (eta / k) * (1 - p);
    const norm = Math.sqrt(Math.max(0, rest) + z * z + rival * rival);
    const law = growthPerStep(setting, feature, z, p);
    const rivalSlope = slope(other.amplitude * rival);
    growth += law;
    const step: NoiseStep = {
      bias: law * (((q - 1) * (q - 2)) / 2 * ((sigmaN * norm) / (own.amplitude * z)) ** 2 + (q - 1) * (sigmaN / own.amplitude) ** 2)
        + (rival > 0 ? (pace * other.count * (q - 1) * rivalSlope * sigmaN * sigmaN * z) / (other.amplitude * rival) : 0),
      own: (law * sigmaN * (((q - 1) * norm) / (own.amplitude * z) + 1 / own.amplitude)) / Math.sqrt(own.count * samples),
      other: pace * sigmaN * rivalSlope * Math.sqrt(other.count / samples),
      foreign: foreign.map((square, j) => (eta / k) * ((1 - record.trueProbability[s * k + j]) / (k - 1)) * sigmaN * Math.sqrt(square)),
    };
    grown.add(step, 1);
    clock.add(step, pace / law);
  }
  return { growth, bias: grown.bias / growth, deviation: grown.deviation() / growth, clockBias: clock.bias, clockDeviation: clock.deviation() };
}

/**
 * What noise may change in the robust correlation that P2's clocks imply from the non-robust one at logged step `last`, relative to it:
 * expectation and five standard deviations. `a` and `b`: the leading robust and non-robust neuron of class i.
 */
export function impliedSizeNoise(record: RunRecord, i: number, a: number, b: number, last: number): number {
  const { setting } = record.spec;
  const [robust, nonRobust] = [growthWithNoise(record, "robust", i, a, last), growthWithNoise(record, "nonRobust", i, b, last)];
  const u = record.U[(last * setting.k + i) * setting.m + a];
  // d ln u / dC_u = s_R alpha s'(alpha u) / u
  const slope = ((setting.k / setting.eta) * growthPerStep(setting, "robust", u, 0)) / u;
  return slope * (Math.abs(robust.clockBias - nonRobust.clockBias) + 5 * Math.hypot(robust.clockDeviation, nonRobust.clockDeviation));
}

/**
 * Standard deviation of what noise on the non-robust patches adds to a neuron's robust correlation while its non-robust one grows by
 * `grown`: sigma_n grown / (beta sqrt(s_N N/k)).
 *
 * The other feature's patches of the list above, summed over the run: each step adds to u the same mean of noise that comes with beta in v.
 */
export function noiseCarried(setting: Setting, grown: number): number {
  const { k, N, sigmaN } = setting;
  const { count, amplitude } = featureSide(setting, "nonRobust");
  return (sigmaN * Math.max(0, grown)) / (amplitude * Math.sqrt((count * N) / k));
}

interface NoiseStep { bias: number; own: number; other: number; foreign: number[] }

/** Parts of one origin add up linearly over the steps, as their noise is the same at each; origins are independent. */
class NoiseSum {
  bias = 0;
  private own = 0;
  private other = 0;
  private readonly foreign: number[];
  constructor(k: number) {
    this.foreign = Array.from({ length: k }, () => 0);
  }

  add(step: NoiseStep, weight: number): void {
    this.bias += weight * step.bias;
    this.own += weight * step.own;
    this.other += weight * step.other;
    step.foreign.forEach((part, j) => { this.foreign[j] += weight * part; });
  }

  deviation(): number {
    return Math.sqrt(this.foreign.reduce((sum, part) => sum + part * part, this.own ** 2 + this.other ** 2));
  }
}
