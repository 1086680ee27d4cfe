/** Where else than at the reference point the claims are made, and the axes of phase diagrams. */
import type { DerivedCoordinates, Experiments, HypothesisResult, PhasePreset, Point, Range, Region } from "../../claims/index.ts";
import { typicalTimes } from "./closed-forms.ts";
import { settingHypotheses } from "./hypotheses.ts";
import { makeSetting, referencePoint, type Setting } from "./setting.ts";

/** Every parameter but mu, which snr gives; and horizon, the steps of a run in units of the typical time of what is learned first. */
export const parameterBox = {
  n: { choices: [20, 8, 10, 12, 16, 24, 32, 40] }, d: { low: 400, high: 1200, integer: true, scale: "log", toward: referencePoint.d },
  m: { low: 6, high: 14, integer: true, toward: referencePoint.m }, q: { choices: [3, 4] }, snr: { low: 0.1, high: 1.6, scale: "log", toward: 0.8 },
  sigmaP: { low: 0.02, high: 0.05, scale: "log", toward: referencePoint.sigmaP }, sigma0: { low: 0.03, high: 0.2, scale: "log", toward: referencePoint.sigma0 },
  eta: { low: 1, high: 6, scale: "log", toward: referencePoint.eta }, horizon: { low: 4, high: 8, toward: 4 },
} as const satisfies Record<string, Range>;

/** The setting of a point. Errors: as makeSetting. */
export function settingAt({ snr, horizon: _steps, ...parameters }: Point): Setting {
  const { sigmaP, d } = parameters as Record<"sigmaP" | "d", number>;
  return makeSetting({ ...(parameters as Partial<Setting>), mu: (snr as number) * sigmaP * Math.sqrt(d) });
}

/** Steps of a run at a point: `horizon` times the sooner of the two typical times. */
export function stepsAt(point: Point): number {
  const { signal, noise } = typicalTimes(settingAt(point));
  return Math.ceil((point.horizon as number) * Math.min(signal, noise));
}

/** n changes by twos. */
export const phaseCoordinates: DerivedCoordinates = {
  snr: { label: "SNR = ||mu|| / (sigma_p sqrt d)", means: "SNR changes with mu", needs: ["snr"], at: (point, snr) => ({ ...point, snr }) },
  n: { label: "n, number of samples", means: "n is rounded to even", needs: ["n"], integer: true, at: (point, n) => ({ ...point, n: 2 * Math.round(n / 2) }) },
};

/** Runs of moderate length, and nothing but the threshold breaks a hypothesis: a larger start takes fewer steps, and smaller steps keep a loud signal smooth. */
export const phasePresets: Readonly<Record<string, PhasePreset>> = {
  threshold: { x: { name: "snr", low: 0.25, high: 1, count: 9, scale: "log" }, y: { name: "n", low: 8, high: 24, count: 5, scale: "linear" }, set: { sigma0: 0.15, d: 500, sigmaP: 0.0424, eta: 2.4 } },
};

export interface RegionOptions<Runs> {
  box?: Partial<Record<keyof typeof parameterBox, Range>>;
  /** Hypotheses at a point besides the setting's. */
  hypotheses?: (setting: Setting) => HypothesisResult[];
  experiments: (setting: Setting, steps: number) => Experiments<Runs>;
}

/** The region of a claim of this theory, with its axes and presets. */
export function parameterRegion<Runs>({ box, hypotheses = () => [], experiments }: RegionOptions<Runs>): Region<Runs> {
  return {
    box: { ...parameterBox, ...box },
    hypotheses: (point) => [...settingHypotheses(settingAt(point)), ...hypotheses(settingAt(point))],
    experiments: (point) => experiments(settingAt(point), stepsAt(point)),
    coordinates: phaseCoordinates, presets: phasePresets,
  };
}
