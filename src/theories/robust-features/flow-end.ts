/**
 * Where standard training of one class stands after a number of steps, by the clocks of P2: gradient flow, from the initial correlations.
 *
 * In the time d tau = (eta/k)(1 - p) dt every neuron is at C^-1(C(z_0) + tau); p = e^F/(e^F + k - 1) with F what both kinds of patches
 * add. The sizes are exact; p is held while F grows by a quarter, at most for a step of training: on the way out of the bend one step of large
 * eta would carry a neuron far beyond where its class has nothing left to learn.
 *
 * Source: derived in docs/theory, P2 and P4.
 */
import { clock, type Feature, featureSide, sizeAtClock } from "./closed-forms.ts";
import type { Setting } from "./setting.ts";
import { smoothedReluAt } from "./smoothed-relu-scalar.ts";

/** Of F_y while p is held. */
const LARGEST_GROWTH = 0.25;
/** Of a step of training; only so that the loop ends whatever the numbers are. */
const SMALLEST_STRIDE = 2 ** -20;

export interface FlowEnd {
  /** [m] u_r and v_r at the end. */
  robust: number[];
  nonRobust: number[];
  /** What robust, and non-robust, patches add to F_y. */
  robustPart: number;
  nonRobustPart: number;
}

/** From the initial correlations u[m], v[m] of a class. Dropped: finite steps, noise, other classes. */
export function flowEnd(setting: Setting, u: ArrayLike<number>, v: ArrayLike<number>, steps: number): FlowEnd {
  const { k, eta } = setting;
  const sideOf = (feature: Feature, sizes: ArrayLike<number>) => {
    const { count, amplitude } = featureSide(setting, feature);
    const readings = Array.from(sizes, (size) => clock(setting, feature, size));
    const at = (tau: number) => readings.map((reading, r) => (reading === -Infinity ? sizes[r] : sizeAtClock(setting, feature, reading + tau)));
    return { at, part: (tau: number) => count * at(tau).reduce((sum, size) => sum + smoothedReluAt(amplitude * size, setting), 0) };
  };
  const [robust, nonRobust] = [sideOf("robust", u), sideOf("nonRobust", v)];
  const logitAt = (tau: number) => robust.part(tau) + nonRobust.part(tau);
  let [tau, logit] = [0, logitAt(0)];
  for (let left = steps, stride = 1; left > 0; stride = Math.min(1, 2 * stride)) {
    const rate = ((eta / k) * (k - 1)) / (Math.exp(logit) + k - 1);
    let next = logitAt(tau + rate * (stride = Math.min(stride, left)));
    while (next - logit > LARGEST_GROWTH && stride > SMALLEST_STRIDE) next = logitAt(tau + rate * (stride /= 2));
    tau += rate * stride;
    logit = next;
    left -= stride;
  }
  return { robust: robust.at(tau), nonRobust: nonRobust.at(tau), robustPart: robust.part(tau), nonRobustPart: nonRobust.part(tau) };
}
