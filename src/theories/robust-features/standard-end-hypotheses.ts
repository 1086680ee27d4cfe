/**
 * Hypotheses of claims about the network that standard training leaves behind, decided by one seed's initial weights: every neuron is taken
 * to where the clocks of P2 bring it, everything else of its weight stays.
 *
 * Source: docs/theory, P5, P6 and P11.
 */
import type { HypothesisResult } from "../../claims/index.ts";
import { accuracyDropRadius } from "./closed-forms.ts";
import { flowEnd } from "./flow-end.ts";
import { classesOf, neuronsAt } from "./record-views.ts";
import type { RunRecord } from "./run-record.ts";
import { smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";

/** Times that the clocks may be wrong by: P3 gives them within 10 %. */
const CLOCK_ROOM = 0.9;

/** Own correlations of every neuron after so many steps (default: at the end), [k][m] each, from the initial weights alone. */
function correlationsAfter(run: RunRecord, steps = run.spec.steps): { robust: number[]; nonRobust: number[] }[] {
  const { setting } = run.spec;
  return classesOf(run).map((i) => flowEnd(setting, neuronsAt(run, "U", 0, i), neuronsAt(run, "V", 0, i), steps));
}

/**
 * (P5.2), class by class: the cosine with -v_y of the cross-entropy's gradient on the patch beta v_y, of the weights after so many steps (default: at
 * the end); the least over which other class carries the softmax. Dropped: noise, and that training moves correlations with other classes' features (downwards).
 */
export function predictedGradientCosines(run: RunRecord, steps = run.spec.steps): number[] {
  const { setting } = run.spec;
  const { k, m, d, beta } = setting;
  const ends = correlationsAfter(run, steps);
  const weights = Float64Array.from(run.initialWeights);
  for (let i = 0; i < k; i++) {
    const [u, v] = [neuronsAt(run, "U", 0, i), neuronsAt(run, "V", 0, i)];
    for (let r = 0; r < m; r++) {
      for (let l = 0; l < d; l++) weights[(i * m + r) * d + l] += (ends[i].robust[r] - u[r]) * run.robust[i * d + l] + (ends[i].nonRobust[r] - v[r]) * run.nonRobust[i * d + l];
    }
  }
  return classesOf(run).map((y) => {
    const feature = run.nonRobust.subarray(y * d, (y + 1) * d);
    /** sum_r s'(<w_{i,r}, beta v_y>) w_{i,r}, what class i's logit has for a gradient on the patch. */
    const slopeOf = (i: number) => {
      const sum = new Float64Array(d);
      for (let r = 0; r < m; r++) {
        const w = weights.subarray((i * m + r) * d, (i * m + r + 1) * d);
        const slope = smoothedReluSlopeAt(beta * w.reduce((along, x, l) => along + x * feature[l], 0), setting);
        if (slope > 0) w.forEach((x, l) => { sum[l] += slope * x; });
      }
      return sum;
    };
    const own = slopeOf(y);
    return Math.min(...classesOf(run).filter((j) => j !== y).map((j) => {
      const downhill = slopeOf(j).map((x, l) => own[l] - x);
      return downhill.reduce((along, x, l) => along + x * feature[l], 0) / Math.hypot(...downhill);
    }));
  });
}

/**
 * Hypothesis "aligned": (P5.2) predicts at least `least` in every class, at the end and when the clocks are a tenth behind it. Margin: log of
 * 1 - least over the largest 1 - cosine.
 */
export function gradientAligned(run: RunRecord, least: number): HypothesisResult {
  const late = predictedGradientCosines(run, CLOCK_ROOM * run.spec.steps);
  const cosines = predictedGradientCosines(run).map((cosine, i) => Math.min(cosine, late[i]));
  const worst = Math.min(...cosines);
  return {
    name: "aligned", maths: String.raw`\min_y\cos_y \ge ${least}\text{ (predicted)}`, holds: worst >= least, margin: Math.log((1 - least) / Math.max(1 - worst, 1e-9)),
    detail: `cosines predicted from the initial weights ${cosines.map((x) => x.toPrecision(3)).join(", ")}`,
  };
}

/** (P11.1), class by class: the radius at which `nonRobustSubspace` is predicted to overturn it, the worst rival's. */
export function predictedDropRadii(run: RunRecord): number[] {
  const { setting } = run.spec;
  const ends = correlationsAfter(run);
  return ends.map(({ robust }, y) => Math.min(...ends.flatMap(({ nonRobust }, j) => (j === y ? [] : [accuracyDropRadius(setting, robust, nonRobust)]))));
}

/** Hypothesis "radius past the drop": every class is predicted to be overturned at `radius` divided by `room`. */
export function radiusPastDrop(run: RunRecord, radius: number, room: number): HypothesisResult {
  const radii = predictedDropRadii(run);
  const latest = Math.max(...radii);
  return {
    name: "radius past the drop", maths: String.raw`\max_y\epsilon^*_y \le \epsilon/${room}\text{ (predicted)}`, holds: room * latest <= radius, margin: Math.log(radius / (room * latest)),
    detail: `radii at which classes are predicted to be overturned ${radii.map((x) => x.toPrecision(3)).join(", ")}; radius ${radius}`,
  };
}

/**
 * (P6.1), class by class: the least initial correlation, in units of sigma_0, of the neuron that is predicted to learn v_y with another class's
 * non-robust feature. Below 0, that class's learned neuron answers as soon as an ascent has silenced class y's.
 */
export function rivalCorrelations(run: RunRecord): number[] {
  const { m, d, sigma0 } = run.spec.setting;
  return correlationsAfter(run).map(({ nonRobust }, y) => {
    const weight = run.initialWeights.subarray((y * m + nonRobust.indexOf(Math.max(...nonRobust))) * d).subarray(0, d);
    return Math.min(...classesOf(run).filter((j) => j !== y).map((j) => weight.reduce((sum, x, l) => sum + x * run.nonRobust[j * d + l], 0))) / sigma0;
  });
}

/** Hypothesis "a rival answers": (P6.1) is negative in every class. */
export function rivalAnswers(run: RunRecord): HypothesisResult {
  const correlations = rivalCorrelations(run);
  const largest = Math.max(...correlations);
  return {
    name: "a rival answers", maths: String.raw`\max_y\min_{j\ne y}\langle w_{y,r^*}(0),v_j\rangle < 0`, holds: largest < 0, margin: -largest,
    detail: `least initial correlation of each class's learned neuron with another class's non-robust feature, in sigma_0: ${correlations.map((x) => x.toPrecision(3)).join(", ")} (margin: difference)`,
  };
}
