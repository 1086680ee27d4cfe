/**
 * Hypotheses of claims about the network that adversarial training leaves behind, decided by one seed's initial weights through the coupled
 * dynamics of section 7.
 *
 * Source: docs/theory, sections 7 and 8 (P9 to P12).
 */
import type { HypothesisResult } from "../../claims/index.ts";
import { expF64, logF64 } from "../../kernels/index.ts";
import { accuracyDropRadius, clock, saturationSize, sizeAtClock } from "./closed-forms.ts";
import type { CoupledRun } from "./coupled-dynamics.ts";
import { flowEnd } from "./flow-end.ts";
import { classesOf, coupledPrediction, fallRoom, foreseenSteps, horizonLongEnough, neuronsAt, noFallPredicted } from "./record-views.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import { claimedRadius } from "./reference-runs.ts";
import type { RunRecord } from "./run-record.ts";
import { nonRobustPatchCount, type Setting } from "./setting.ts";
import { smoothedReluAt, smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";

/** What the dynamics predict of a class when training stops: own correlations [m], and the parts of F_y. */
interface PredictedClass {
  robust: Float64Array;
  nonRobust: Float64Array;
  robustPart: number;
  nonRobustPart: number;
}

function predictedEnd({ spec: { setting: { k, m }, steps } }: RunRecord, predicted: ReducedRun): PredictedClass[] {
  return Array.from({ length: k }, (_, i) => {
    const of = (column: Float64Array) => column.subarray((steps * k + i) * m, (steps * k + i + 1) * m);
    return { robust: of(predicted.U), nonRobust: of(predicted.V), robustPart: predicted.robustPart[steps * k + i], nonRobustPart: predicted.nonRobustPart[steps * k + i] };
  });
}

/**
 * (7.3): in units of the noise in z, the pre-activation from which the ascent lifts another class's patch past the end of the bend,
 * z_* = rho (rho / (e |w|^2))^(1/(q-1)) over sigma_n |w|. Infinity without noise or attack.
 */
export function silentNoiseRatio({ rho, e, q, sigmaN }: Pick<Setting, "rho" | "e" | "q" | "sigmaN">, norm: number): number {
  if (sigmaN === 0 || e === 0 || norm === 0) return Infinity;
  return (rho / (sigmaN * norm)) * expF64(logF64(rho / (e * norm * norm)) / (q - 1));
}

/** At two standard deviations one of 44 noises passes; the leak of a patch is then a few per cent of what the same patch gave its own class. */
export const silentAt = 2;

/** Hypothesis "noise silent": (7.3) stays at `least` or above for the largest neuron that the dynamics predict at any step of the run. */
export function noiseSilent(run: RunRecord, least: number, predicted: ReducedRun = coupledPrediction(run)): HypothesisResult {
  const { setting: { k, m }, steps } = run.spec;
  let norm = 0;
  predicted.U.subarray(0, (steps + 1) * k * m).forEach((u, at) => { norm = Math.max(norm, Math.hypot(u, predicted.V[at], predicted.nu[at])); });
  const ratio = silentNoiseRatio(run.spec.setting, norm);
  return {
    name: "noise silent", maths: String.raw`z_*/(\sigma_n\max_{i,r,t}\|w_{i,r}\|) \ge ${least}\text{ (predicted)}`, holds: ratio >= least, margin: Math.min(50, Math.log(ratio / least)),
    detail: `largest neuron predicted ${norm.toPrecision(3)}: attacked noise passes the end of the bend at ${ratio.toPrecision(3)} standard deviations`,
  };
}

/** What claims about the end of adversarial training need of a draw: time enough, noise that stays silent, and no fall of a learned feature, by 1.1 of the run. */
export function attackForeseen(run: RunRecord, predicted: ReducedRun = coupledPrediction(run)): HypothesisResult[] {
  return [horizonLongEnough(run, predicted), noiseSilent(run, silentAt, predicted), noFallPredicted(run, predicted, foreseenSteps(run))];
}

/** (P11.1), class by class, of the sizes that the coupled dynamics predict at the end. */
export function attackedDropRadii(run: RunRecord, predicted: ReducedRun = coupledPrediction(run)): number[] {
  const ends = predictedEnd(run, predicted);
  return ends.map(({ robust }, y) => Math.min(...ends.flatMap(({ nonRobust }, j) => (j === y ? [] : [accuracyDropRadius(run.spec.setting, robust, nonRobust)]))));
}

/** Hypothesis "radius before the drop": no class is predicted to be overturned below `room` times `radius`. */
export function radiusBeforeDrop(run: RunRecord, radius: number, room: number): HypothesisResult {
  const radii = attackedDropRadii(run);
  const earliest = Math.min(...radii);
  return {
    name: "radius before the drop", maths: String.raw`\min_y\epsilon^*_y \ge ${room}\,\epsilon\text{ (predicted)}`, holds: earliest >= room * radius, margin: Math.min(50, Math.log(earliest / (room * radius))),
    detail: `radii at which classes are predicted to be overturned ${radii.map((x) => x.toPrecision(3)).join(", ")}; radius ${radius}`,
  };
}

/** Largest other logit over F_y (infinite where F_y is 0) of each class, at any step from T / 1.1 to foreseenSteps. */
function rivalRatios(run: RunRecord, own: Float64Array, rival: Float64Array): number[] {
  const { setting: { k }, steps } = run.spec;
  return classesOf(run).map((y) => {
    let ratio = 0;
    for (let t = Math.round(steps / fallRoom); t <= foreseenSteps(run); t++) ratio = Math.max(ratio, own[t * k + y] > 0 ? rival[t * k + y] / own[t * k + y] : Infinity);
    return ratio;
  });
}

/**
 * Class by class, the largest other logit over F_y on samples attacked as in training, near the end of the run: training turns a rival that
 * the ascent lifts on and off again, and when, the dynamics know no better than when a class falls (docs/theory, P10).
 */
export function attackedRivalRatios(run: RunRecord, predicted: CoupledRun = coupledPrediction(run)): number[] {
  return rivalRatios(run, predicted.attackedTrue, predicted.attackedRival);
}

/** The same of samples with -eps v_y on every patch: a weight that training has pushed against v_y answers there. */
export function suppressedRivalRatios(run: RunRecord, predicted: CoupledRun = coupledPrediction(run)): number[] {
  return rivalRatios(run, predicted.suppressedTrue, predicted.suppressedRival);
}

/** Hypotheses "attack withstood" and "suppression withstood": of every class F_y is predicted to stay at `room` times the largest other logit or above, on samples attacked by gradientAscent, and by suppress. */
export function attackWithstood(run: RunRecord, room: number, predicted: CoupledRun = coupledPrediction(run)): HypothesisResult[] {
  return ([["attack", "gradientAscent", attackedRivalRatios(run, predicted)], ["suppression", "suppress", suppressedRivalRatios(run, predicted)]] as const).map(([what, threat, ratios]) => {
    const largest = Math.max(...ratios);
    return {
      name: `${what} withstood`, maths: String.raw`\max_{y,\,j\ne y,\,T/${fallRoom}\le t\le${fallRoom}T}F_j/F_y\ \text{(${threat})} \le 1/${room}\text{ (predicted)}`, holds: largest * room <= 1,
      margin: largest > 0 ? Math.max(-50, Math.min(50, -Math.log(largest * room))) : 50, detail: `largest other logit over the true one, under ${threat}: ${ratios.map((x) => x.toPrecision(3)).join(", ")}`,
    };
  });
}

/** How far apart two modes of training must be predicted to end, in every class. */
export interface ModesApart {
  /** V_adv over V_std at most, U_adv over U_std at least, robust share of F_y under attack at least. */
  nonRobust: number;
  robust: number;
  share: number;
}

/** Hypothesis "modes apart": standard training by the clocks of P2, adversarial training by the coupled dynamics, both from the initial weights. */
export function modesApart(standard: RunRecord, adversarial: RunRecord, { nonRobust, robust, share }: ModesApart): HypothesisResult {
  const { setting, steps } = standard.spec;
  const ends = predictedEnd(adversarial, coupledPrediction(adversarial));
  const ratios = classesOf(standard).map((i) => {
    const clocks = flowEnd(setting, neuronsAt(standard, "U", 0, i), neuronsAt(standard, "V", 0, i), steps);
    const end = ends[i];
    return { V: Math.max(...end.nonRobust) / Math.max(...clocks.nonRobust), U: Math.max(...end.robust) / Math.max(...clocks.robust), share: end.robustPart / (end.robustPart + end.nonRobustPart) };
  });
  const [V, U, least] = [Math.max(...ratios.map((one) => one.V)), Math.min(...ratios.map((one) => one.U)), Math.min(...ratios.map((one) => one.share))];
  const margin = Math.min(V > 0 ? Math.log(nonRobust / V) : 50, U > 0 ? Math.log(U / robust) : -50, least > 0 ? Math.log(least / share) : -50);
  return {
    name: "modes apart", maths: String.raw`V^{\text{adv}}_i \le ${nonRobust}\,V^{\text{std}}_i,\ U^{\text{adv}}_i \ge ${robust}\,U^{\text{std}}_i,\ \text{robust share} \ge ${share}\text{ (predicted)}`,
    holds: V <= nonRobust && U >= robust && least >= share, margin, detail: `predicted: V_adv/V_std up to ${V.toPrecision(3)}, U_adv/U_std from ${U.toPrecision(3)}, robust share from ${least.toPrecision(3)}`,
  };
}

/** The logit that `inject` at `radius` gives the worst rival, over the true one: P sum_r s(eps U_{j,r}) over F_y, class by class, of the predicted sizes. */
export function predictedInjectRatios(run: RunRecord, radius: number): number[] {
  const { setting } = run.spec;
  const { alpha, beta, sR, P } = setting;
  const ends = predictedEnd(run, coupledPrediction(run));
  const sum = (factor: number, sizes: Float64Array) => sizes.reduce((total, size) => total + smoothedReluAt(factor * size, setting), 0);
  return ends.map(({ robust, nonRobust }, y) => {
    const own = sR * sum(alpha, robust) + nonRobustPatchCount(setting) * sum(beta, nonRobust);
    return Math.max(...ends.flatMap((rival, j) => (j === y ? [] : [P * sum(radius, rival.robust)]))) / own;
  });
}

/** Hypothesis "injection foreseen": in every class that ratio is at least `room`. */
export function injectionForeseen(run: RunRecord, radius: number, room: number): HypothesisResult {
  const ratios = predictedInjectRatios(run, radius);
  const least = Math.min(...ratios);
  return {
    name: "injection foreseen", maths: String.raw`\min_y\max_{j\ne y} P\textstyle\sum_r s(\epsilon U_{j,r})/F_y \ge ${room}\text{ (predicted)}`, holds: least >= room, margin: least > 0 ? Math.log(least / room) : -50,
    detail: `predicted injected over true logit ${ratios.map((x) => x.toPrecision(3)).join(", ")}`,
  };
}

/**
 * (P7.5), class by class: what the class's other neurons take from the ascent on the leader, relative to what the leader has from itself, when the
 * leader reaches the root of (P7.1): sum_{s != r} h_s <w_s, w_r> / (h_r |w_r|^2), h = s'(beta v), all v by the clocks of P2 and the rest of each weight as it
 * starts. The root moves by minus this over q.
 */
export function saturationDilution(run: RunRecord): number[] {
  const setting = { ...run.spec.setting, eps: claimedRadius(run) };
  const { m, d, beta } = setting;
  return classesOf(run).map((i) => {
    const [v, nu] = [neuronsAt(run, "V", 0, i), neuronsAt(run, "nu", 0, i)];
    const leader = v.indexOf(Math.max(...v));
    const root = saturationSize(setting, nu[leader]);
    if (!(v[leader] > 0) || root === Infinity) return Infinity;
    const passed = Math.max(0, clock(setting, "nonRobust", root) - clock(setting, "nonRobust", v[leader]));
    const sizes = Array.from(v, (size) => (size > 0 ? sizeAtClock(setting, "nonRobust", clock(setting, "nonRobust", size) + passed) : size));
    const start = (r: number) => run.initialWeights.subarray((i * m + r) * d, (i * m + r + 1) * d);
    const inner = (r: number) => start(r).reduce((sum, w, l) => sum + w * start(leader)[l], 0) - v[r] * v[leader] + sizes[r] * sizes[leader];
    const slope = (r: number) => smoothedReluSlopeAt(beta * sizes[r], setting);
    return sizes.reduce((sum, _size, r) => (r === leader ? sum : sum + slope(r) * inner(r)), 0) / (slope(leader) * inner(leader));
  });
}

/**
 * (P7.6), class by class: by how much the root of (P7.1) rises if the leader's residual vanishes, relative to the root with the initial one. An attacked
 * residual only shrinks, so the size at the end lies between the two.
 */
export function residualShare(run: RunRecord): number[] {
  const setting = { ...run.spec.setting, eps: claimedRadius(run) };
  return classesOf(run).map((i) => {
    const v = neuronsAt(run, "V", 0, i);
    const root = saturationSize(setting, neuronsAt(run, "nu", 0, i)[v.indexOf(Math.max(...v))]);
    return root === Infinity ? Infinity : saturationSize(setting, 0) / root - 1;
  });
}

/** Classes in which one neuron speaks for its class under attack: the others move the root of (P7.1) by at most `share` of it, by (P7.5). */
export function leaderAlone(run: RunRecord, share: number): number[] {
  const dilution = saturationDilution(run);
  return classesOf(run).filter((i) => Math.abs(dilution[i]) <= share * run.spec.setting.q);
}
