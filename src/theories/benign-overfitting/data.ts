/**
 * The data: a sample of label y is two patches, the signal y mu and a noise patch xi ~ N(0, sigma_p^2 (I - mu mu^T/||mu||^2)).
 *
 * Everything is symmetric under rotations and under exchange of the two patches, so mu lies along the first axis and the signal is the
 * first patch. Half of the samples have each label (the paper draws labels; balanced ones spare the closed forms a fluctuation).
 *
 * Source: setting of Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled; docs/theories/benign-overfitting, section 1.
 */
import { type NdArray, view } from "../../ndarray/index.ts";
import { stream, type Stream } from "../../random/index.ts";
import type { Setting } from "./setting.ts";

/** What a run does otherwise than the setting says; every one of them breaks a claim. */
export interface Variation {
  /** Noise patches have a part along mu as well: xi ~ N(0, sigma_p^2 I). */
  noiseAlongSignal?: boolean;
  /** Every step draws the noise patches anew: there is nothing to memorise. */
  freshNoise?: boolean;
  /** Only so many different noise patches, each used for n / distinctNoise samples of one label. */
  distinctNoise?: number;
  /** Share of training samples whose label is turned after the signal was drawn. */
  labelNoise?: number;
}

export interface Data {
  /** Signal patch and noise patch of every sample, [n, 2, d]. */
  X: NdArray;
  /** n labels, 0 for y = -1 and 1 for y = +1: the index of F_y. */
  labels: Int32Array;
  /** The sign of each sample's signal patch: y_i unless labels are noisy. */
  signs: Float64Array;
  /** Noise patches, [n, d]. */
  noise: Float64Array;
}

/** -1 and +1 by turns. */
const signOf = (i: number): number => (i % 2 === 0 ? 1 : -1);

/** n noise patches, row by row. */
function noisePatches({ d, sigmaP }: Setting, count: number, random: Stream, along: boolean): Float64Array {
  const patches = random.fillNormal(new Float64Array(count * d), sigmaP);
  // mu is the first axis
  if (!along) for (let i = 0; i < count; i++) patches[i * d] = 0;
  return patches;
}

/** `count` samples with these noise patches. */
function assemble({ d, mu }: Setting, signs: Float64Array, labels: Int32Array, noise: Float64Array): Data {
  const X = new Float64Array(signs.length * 2 * d);
  signs.forEach((sign, i) => {
    X[i * 2 * d] = sign * mu;
    X.set(noise.subarray(i * d, (i + 1) * d), (i * 2 + 1) * d);
  });
  return { X: view(X, [signs.length, 2, d]), labels, signs, noise };
}

/** The training samples of a seed; `redraw` is a stream for noise patches of further steps. */
export function sampleData(setting: Setting, seed: number, { noiseAlongSignal = false, distinctNoise, labelNoise = 0 }: Variation = {}): Data {
  const { n, d } = setting;
  const signs = Float64Array.from({ length: n }, (_, i) => signOf(i));
  const noise = noisePatches(setting, n, stream(seed, "noise patches"), noiseAlongSignal);
  if (distinctNoise !== undefined) {
    // sample i repeats one of the first patches, of its own label
    for (let i = distinctNoise; i < n; i++) noise.copyWithin(i * d, (i % distinctNoise) * d, (i % distinctNoise + 1) * d);
  }
  const turned = new Set(stream(seed, "turned labels").permutation(n).subarray(0, Math.round(labelNoise * n)));
  const labels = Int32Array.from(signs, (sign, i) => ((sign > 0) === turned.has(i) ? 0 : 1));
  return assemble(setting, signs, labels, noise);
}

/** The same samples with other noise patches. */
export function withFreshNoise(setting: Setting, { signs, labels }: Data, random: Stream, along: boolean): Data {
  return assemble(setting, signs, labels, noisePatches(setting, signs.length, random, along));
}

/** `count` samples that no training has seen. */
export function sampleTest(setting: Setting, seed: number, count: number): Data {
  const signs = Float64Array.from({ length: count }, (_, i) => signOf(i));
  return assemble(setting, signs, Int32Array.from(signs, (sign) => (sign > 0 ? 1 : 0)), noisePatches(setting, count, stream(seed, "test noise patches"), false));
}

/** Initial weights [2, m, d] ~ N(0, sigma_0^2): first those of F_{-1}, then those of F_{+1}. */
export function sampleWeights({ m, d, sigma0 }: Setting, seed: number): NdArray {
  return view(stream(seed, "initial weights").fillNormal(new Float64Array(2 * m * d), sigma0), [2, m, d]);
}
