/** `lemmagrad predict`: what the theory says of a setting and a seed, before anything is trained. */
import type { HypothesisResult } from "../claims/index.ts";
import {
  energies, equivalentSetting, makeSetting, noFreezeMargin, probeWeights, race, raceProbability, reducedDynamics, residualGram, robustSizeBound, sampleState, saturationSize, seedHypotheses,
  type Setting, settingHypotheses,
} from "../theories/robust-features/index.ts";
import { exitCode } from "./exit.ts";
import { parseSets } from "./options.ts";
import { jsonText, shown, table } from "./table.ts";

export interface PredictFlags {
  set?: string[];
  seed: number;
  steps: number;
  json?: boolean;
}

/** Predictions of one class, from its initial weights. */
interface ClassPrediction {
  class: number;
  /** Largest initial correlations. */
  u0: number;
  v0: number;
  /** P3: steps until each feature is learned (Infinity: never), and which is first. */
  robustTime: number;
  nonRobustTime: number;
  first: string;
  /** P4: upper bound on U once V has reached the end of the bend. */
  robustBound: number;
  /** P7: the V at which gradient ascent stops the non-robust feature. */
  saturation: number;
  /** P8: least ratio of growth to attack on the robust neuron's way; above 1 it escapes. */
  noFreeze: number;
}

/** Reduced dynamics of one class after the given steps. */
interface ReducedEnd {
  class: number;
  U: number;
  V: number;
  p: number;
  robustPart: number;
  nonRobustPart: number;
}

export interface Prediction {
  setting: Setting;
  seed: number;
  steps: number;
  energies: { A: number; B: number };
  /** Probability, before the weights are drawn, that a class learns each feature first. */
  firstProbability: { robust: number; nonRobust: number; neither: number };
  hypotheses: HypothesisResult[];
  classes: ClassPrediction[];
  reduced: Record<"standard" | "adversarial", ReducedEnd[]>;
}

export async function predict(flags: PredictFlags): Promise<number> {
  const prediction = predictionOf(makeSetting(parseSets(flags.set)), flags.seed, flags.steps);
  process.stdout.write(flags.json ? jsonText(prediction) : predictionText(prediction));
  return exitCode.ok;
}

export function predictionOf(setting: Setting, seed: number, steps: number): Prediction {
  const { k, m } = setting;
  // random amplitudes and momentum as the plain setting with the same energies and pace
  const plain = equivalentSetting(setting);
  // only features and weights are needed, and neither depends on the number of samples or patches
  const state = sampleState({ ...setting, N: 1, P: 1, sR: 0 }, seed);
  const { U, V, nu, residual } = probeWeights(state.W, state);
  const initial = { u: U, v: V, residualGram: residualGram(residual, setting) };
  const classes = Array.from({ length: k }, (_, i): ClassPrediction => {
    const row = (values: Float64Array) => values.subarray(i * m, (i + 1) * m);
    const [u, v] = [row(U), row(V)];
    const [u0, v0] = [Math.max(...u), Math.max(...v)];
    const rest = (values: Float64Array, most: number) => row(nu)[values.indexOf(most)];
    const { robust, nonRobust, first } = race(plain, u, v);
    return {
      class: i, u0, v0, robustTime: robust, nonRobustTime: nonRobust, first, robustBound: robustSizeBound(plain, u0, v0),
      saturation: saturationSize(setting, rest(v, v0)), noFreeze: noFreezeMargin(setting, u0, rest(u, u0)).margin,
    };
  });
  const reducedEnd = (mode: "standard" | "adversarial"): ReducedEnd[] => {
    const run = reducedDynamics(setting, initial, { mode, steps });
    const largest = (values: Float64Array, i: number) => Math.max(...values.subarray((steps * k + i) * m, (steps * k + i + 1) * m));
    return Array.from({ length: k }, (_, i) => ({
      class: i, U: largest(run.U, i), V: largest(run.V, i), p: run.p[steps * k + i], robustPart: run.robustPart[steps * k + i], nonRobustPart: run.nonRobustPart[steps * k + i],
    }));
  };
  return {
    setting, seed, steps, energies: energies(plain), firstProbability: raceProbability(plain),
    hypotheses: [...settingHypotheses(setting), ...seedHypotheses(setting, { u: U, v: V, nu })],
    classes, reduced: { standard: reducedEnd("standard"), adversarial: reducedEnd("adversarial") },
  };
}

function predictionText({ setting, seed, steps, energies: { A, B }, firstProbability, hypotheses, classes, reduced }: Prediction): string {
  const parameters = Object.entries(setting).map(([name, value]) => `${name}=${value}`).join(" ");
  const ends = (mode: "standard" | "adversarial") => `Reduced dynamics, ${mode} training, after ${steps} steps:

${table(["class", "U", "V", "p", "robust part", "non-robust part"], reduced[mode].map((end) => [end.class, end.U, end.V, end.p, end.robustPart, end.nonRobustPart].map(shown)))}`;
  return `Setting: ${parameters}; seed ${seed}
Energies: A = ${shown(A)} (robust), B = ${shown(B)} (non-robust), A/B = ${shown(A / B)}
A class learns the non-robust feature first with probability ${shown(firstProbability.nonRobust)}, the robust one with ${shown(firstProbability.robust)}.

Hypotheses (margin: log of the ratio of the two sides unless it says difference; above 0 is inside):

${table(["", "hypothesis", "margin", "detail"], hypotheses.map(({ name, holds, margin, detail }) => [holds ? "✓" : "✗", name, shown(margin), detail]))}
Closed forms, from the initial weights of each class:

${table(["class", "u0", "v0", "T_u", "T_v", "learned first", "bound on U", "V stops at", "no-freeze ratio"], classes.map((one) => [
    String(one.class), shown(one.u0), shown(one.v0), shown(one.robustTime), shown(one.nonRobustTime), one.first === "nonRobust" ? "non-robust" : one.first,
    shown(one.robustBound), shown(one.saturation), shown(one.noFreeze),
  ]))}T_u, T_v: steps of standard training until the feature's patches add 0.3 to the logit. Bound on U: under standard training, once V is at rho/beta.
V stops at: under gradient ascent. No-freeze ratio: above 1 the robust feature escapes the ascent.

${ends("standard")}
${ends("adversarial")}`;
}
