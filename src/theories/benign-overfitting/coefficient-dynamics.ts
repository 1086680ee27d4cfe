/**
 * Gradient descent written in the coefficients alone (docs, section 2 and 3). With a_{j,r} = <w_{j,r}, mu>, b_{j,r,i} = <w_{j,r}, xi_i>,
 * g_i = -l'(y_i f_i) = 1/(1 + exp(y_i f_i)) and s_i the sign of sample i's signal patch:
 *
 *   gamma_{j,r} += (eta/(n m)) ||mu||^2 sum_i g_i y_i s_i sigma'(s_i a_{j,r})      a_{j,r} += j times the same
 *   rho_{j,r,i} += (eta/(n m)) ||xi_i||^2 g_i j y_i sigma'(b_{j,r,i})              b_{j,r,k} += sum_i rho's step <xi_i, xi_k>/||xi_i||^2
 *
 * With all of the Gram matrix it is the network's training, exactly. With its diagonal alone it is the reduced dynamics: every neuron and
 * every sample for itself, coupled through g_i only; what is left out is of relative order sqrt(n/d).
 */
import { ShapeError } from "../../errors/index.ts";
import { expF64, logF64 } from "../../kernels/index.ts";
import type { Products } from "./decomposition.ts";
import type { Setting } from "./setting.ts";

export interface CoefficientRun {
  /** The steps recorded: those asked for. */
  steps: number[];
  /** A row a recorded step: [2, m] and [2, m, n]. */
  gamma: Float64Array[];
  rho: Float64Array[];
  /** Mean over samples of y_i times the signal patch's, and the noise patch's, part of f; and the mean loss. */
  signalPart: number[];
  noisePart: number[];
  loss: number[];
}

export interface DynamicsInput {
  initial: Products;
  /** [n, n] */
  gram: Float64Array;
  signs: ArrayLike<number>;
  /** 0 for y = -1, 1 for y = +1. */
  labels: ArrayLike<number>;
}

/** z^k for z > 0 and an integer k >= 0, else 0. */
export function positivePower(z: number, k: number): number {
  if (!(z > 0)) return 0;
  let power = 1;
  for (let i = 0; i < k; i++) power *= z;
  return power;
}

/** ln(1 + e^(-x)), which never overflows. */
export function logistic(x: number): number {
  return x > 0 ? logF64(1 + expF64(-x)) : logF64(1 + expF64(x)) - x;
}

/** The parts of y_i f_i that the two patches give, a sample each. */
export function partsOf({ m, q }: Setting, { signal, noise }: Products, signs: ArrayLike<number>, labels: ArrayLike<number>): { signal: Float64Array; noise: Float64Array } {
  const n = signs.length;
  const parts = { signal: new Float64Array(n), noise: new Float64Array(n) };
  for (let neuron = 0; neuron < 2 * m; neuron++) {
    for (let i = 0; i < n; i++) {
      // j y_i / m
      const weight = (neuron < m ? 0 : 1) === labels[i] ? 1 / m : -1 / m;
      parts.signal[i] += weight * positivePower(signs[i] * signal[neuron], q);
      parts.noise[i] += weight * positivePower(noise[neuron * n + i], q);
    }
  }
  return parts;
}

/**
 * Errors: ShapeError when the lengths do not fit the setting.
 * Cost:   2 m n^2 operations a step, 2 m n without cross terms.
 */
export function coefficientDynamics(setting: Setting, { initial, gram, signs, labels }: DynamicsInput, { steps: recorded, cross }: { steps: readonly number[]; cross: boolean }): CoefficientRun {
  const { n, m, q, mu, eta } = setting;
  if (initial.signal.length !== 2 * m || initial.noise.length !== 2 * m * n || gram.length !== n * n || signs.length !== n || labels.length !== n) {
    throw new ShapeError({ where: "coefficientDynamics", problem: `lengths ${initial.signal.length}, ${initial.noise.length}, ${gram.length}, ${signs.length}, ${labels.length} do not fit n = ${n}, m = ${m}.`, expected: `2 m, 2 m n, n^2, n and n.` });
  }
  const now: Products = { signal: Float64Array.from(initial.signal), noise: Float64Array.from(initial.noise) };
  const gamma = new Float64Array(2 * m);
  const rho = new Float64Array(2 * m * n);
  const move = new Float64Array(n);
  const out: CoefficientRun = { steps: [...recorded], gamma: [], rho: [], signalPart: [], noisePart: [], loss: [] };
  const last = recorded[recorded.length - 1];
  for (let t = 0, next = 0; t <= last; t++) {
    const parts = partsOf(setting, now, signs, labels);
    const margins = parts.signal.map((part, i) => part + parts.noise[i]);
    if (t === recorded[next]) {
      next++;
      out.gamma.push(Float64Array.from(gamma));
      out.rho.push(Float64Array.from(rho));
      out.signalPart.push(mean(parts.signal));
      out.noisePart.push(mean(parts.noise));
      out.loss.push(mean(margins.map(logistic)));
    }
    const g = margins.map((margin) => 1 / (1 + expF64(margin)));
    const rate = (eta * q) / (n * m);
    for (let neuron = 0; neuron < 2 * m; neuron++) {
      const j = neuron < m ? -1 : 1;
      let signal = 0;
      for (let i = 0; i < n; i++) {
        const y = labels[i] === 0 ? -1 : 1;
        signal += g[i] * y * signs[i] * positivePower(signs[i] * now.signal[neuron], q - 1);
        // the step along xi_i, in units of xi_i
        move[i] = rate * g[i] * j * y * positivePower(now.noise[neuron * n + i], q - 1);
        rho[neuron * n + i] += move[i] * gram[i * n + i];
      }
      gamma[neuron] += rate * mu * mu * signal;
      now.signal[neuron] += j * rate * mu * mu * signal;
      for (let k = 0; k < n; k++) {
        let change = 0;
        if (cross) for (let i = 0; i < n; i++) change += move[i] * gram[i * n + k];
        else change = move[k] * gram[k * n + k];
        now.noise[neuron * n + k] += change;
      }
    }
  }
  return out;
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
