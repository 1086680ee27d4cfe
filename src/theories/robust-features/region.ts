/**
 * Where else than at the reference point a claim of this theory is made: a box of parameters around it, with runs of a fraction of a
 * second, and the hypotheses that a point of the box decides by itself.
 *
 * Source: docs/theory, section 8, hypotheses.
 */
import type { Experiments, HypothesisResult, Interval, Point, Range, Region } from "../../claims/index.ts";
import { attackTypically } from "./attack-typical.ts";
import { silentAt } from "./attack-hypotheses.ts";
import { settingHypotheses } from "./hypotheses.ts";
import { phaseCoordinates, phasePresets } from "./phase-coordinates.ts";
import { typicalHypotheses } from "./phase-typical.ts";
import { makeSetting, referencePoint, type Setting } from "./setting.ts";
import type { Variations } from "./variations.ts";

/** What a point of a region says: every parameter of the setting but its basis and what varies the theory, and T, the steps of training. */
export type ParameterName = Exclude<keyof Setting, "basis" | keyof Variations> | "T";

const about = (toward: number, low: number, high: number): Interval => ({ low, high, scale: "log", toward });
const whole = (toward: number, low: number, high: number, scale: "linear" | "log" = "linear"): Interval => ({ low, high, integer: true, scale, toward });

/** Amplitudes, scales and steps a factor of two to five to either side of the reference point; counts from the least that make sense. */
export const parameterBox = {
  k: whole(referencePoint.k, 2, 6), m: whole(referencePoint.m, 2, 12), P: whole(referencePoint.P, 20, 400, "log"), sR: whole(referencePoint.sR, 1, 3), d: whole(referencePoint.d, 4, 30),
  N: whole(10, 2, 12), T: whole(300, 50, 600, "log"),
  alpha: about(referencePoint.alpha, 0.5, 4), beta: about(referencePoint.beta, 0.1, 1), eps: about(referencePoint.eps, 0.1, 2), q: { choices: [3, 4] },
  rho: about(referencePoint.rho, 0.03, 0.5), sigma0: about(referencePoint.sigma0, 0.002, 0.05), sigmaN: about(referencePoint.sigmaN, 0.0005, 0.02),
  eta: about(referencePoint.eta, 0.002, 0.05), e: about(referencePoint.e, 10, 500),
} as const satisfies Record<ParameterName, Range>;

/**
 * For claims about what adversarial training ends with. Robust learning takes k rho^(q-1)/(eta A u_0^(q-2)) steps, so the runs are longer, of fewer
 * samples, and from weights large enough; and the noise is about that of the quiet point.
 */
export const attackBox = {
  k: whole(referencePoint.k, 2, 5), m: whole(referencePoint.m, 6, 12), P: whole(referencePoint.P, 100, 400, "log"), sR: 1, d: whole(referencePoint.d, 8, 20),
  N: whole(5, 2, 6), T: whole(600, 600, 1600, "log"),
  alpha: about(referencePoint.alpha, 0.8, 2), beta: about(referencePoint.beta, 0.2, 0.5), eps: about(referencePoint.eps, 0.25, 1), q: { choices: [3, 4] },
  rho: about(referencePoint.rho, 0.05, 0.2), sigma0: about(referencePoint.sigma0, 0.008, 0.03), sigmaN: about(0.001, 0.0002, 0.005),
  eta: about(referencePoint.eta, 0.01, 0.1), e: about(referencePoint.e, 20, 200),
} as const satisfies Record<ParameterName, Range>;

/** Every class has the same number of samples, at least one: the factor eta/k of P1 is eta N_i/N with N_i = N/k. Margin: difference N/k - 1, or that to the next multiple. */
export function samplesBalanced({ N, k }: Setting): HypothesisResult {
  const left = N % k;
  const holds = left === 0;
  return { name: "samples balanced", maths: String.raw`N \in \{k, 2k, \dots\}`, holds, margin: holds ? N / k : -Math.min(left, k - left), detail: `N = ${N}, k = ${k} (margin: samples a class, or samples to the next multiple of k)` };
}

export interface RegionOptions<Runs> {
  mode: "standard" | "adversarial";
  /** Ranges or fixed values in place of those of `parameterBox`. */
  box?: Partial<Record<ParameterName, Range>>;
  /** Hypotheses at a point besides those of its mode. */
  hypotheses?: (setting: Setting, steps: number) => HypothesisResult[];
  /** The claim's experiments at a setting, trained for `steps` steps. */
  experiments: (setting: Setting, steps: number) => Experiments<Runs>;
  /** Further hypotheses that need a seed, at the median draw, for the boundary of phase diagrams. */
  typical?: (setting: Setting, steps: number) => HypothesisResult[];
}

/** The region of a claim about one mode of training. Hypotheses: those of the setting, without the ones about an attack in standard mode. */
export function parameterRegion<Runs>({ mode, box, hypotheses = () => [], typical = () => [], experiments }: RegionOptions<Runs>): Region<Runs> {
  const settingOf = ({ T: _steps, ...parameters }: Point): Setting => makeSetting(parameters as Record<string, number>);
  return {
    box: { ...parameterBox, ...box },
    hypotheses(point) {
      const setting = settingOf(point);
      const all = [samplesBalanced(setting), ...settingHypotheses(setting)];
      return [...(mode === "adversarial" ? all : all.filter(({ name }) => name !== "saturation on the bend")), ...hypotheses(setting, point.T as number)];
    },
    typical: (point) => [...typicalHypotheses(settingOf(point), mode), ...typical(settingOf(point), point.T as number)],
    experiments: (point) => experiments(settingOf(point), point.T as number),
    coordinates: phaseCoordinates, presets: phasePresets,
  };
}

/**
 * The region of a claim about what adversarial training ends with. Besides the setting's hypotheses, half of the draws must escape the attack,
 * start from a neuron of each feature, learn every class by 80 % of the run, and end below the noise's threshold (7.3), so that few runs are in vain.
 */
export function attackRegion<Runs>({ box, hypotheses = () => [], ...options }: Omit<RegionOptions<Runs>, "mode">): Region<Runs> {
  return parameterRegion<Runs>({
    ...options, mode: "adversarial", box: { ...attackBox, ...box },
    hypotheses: (setting, steps) => [...typicalHypotheses(setting, "adversarial"), ...attackTypically(setting, steps, silentAt), ...hypotheses(setting, steps)],
  });
}
