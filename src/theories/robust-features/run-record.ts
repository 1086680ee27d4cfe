/** What a training run is asked for (RunSpec, plain JSON) and what it gives back (RunRecord, plain data). */
import type { AscentLoss } from "../../training/index.ts";
import type { CoupledRun } from "./coupled-dynamics.ts";
import type { Setting } from "./setting.ts";

/** A threat model by name, as plain data; radius (data units, per patch) defaults to the setting's eps. */
export type ThreatSpec =
  | { name: "gradientAscent"; loss: AscentLoss; e?: number }
  | { name: "fgm" | "fgsm"; loss: AscentLoss }
  | { name: "pgd" | "pgdLinf"; loss: AscentLoss; steps: number; stepSize?: number; randomStart?: boolean }
  | { name: "suppress" }
  | { name: "nonRobustSubspace" }
  | { name: "inject" };

export interface RunSpec {
  setting: Setting;
  mode: "standard" | "adversarial";
  /** The threat model trained against (adversarial mode). */
  threat: ThreatSpec;
  /** Steps of gradient descent, T. */
  steps: number;
  /** Probes are recorded every logEvery steps; step 0 and the last always are. */
  logEvery: number;
  /** The gradient's cosine is taken every cosineEvery steps, and at the last; never when 0. Default 25. */
  cosineEvery?: number;
  /** Robust accuracies measured on the final weights. */
  evaluate: { threat: ThreatSpec; radii: number[] }[];
  /** Train on labels permuted at random: a control. */
  shuffleLabels?: boolean;
}

/** Sizes: S logged steps, k classes, m neurons; arrays are row-major. */
export interface RunRecord {
  spec: RunSpec;
  seed: number;
  /** [S] logged steps. */
  steps: number[];
  /** [S,k,m] U_{i,r} = <w_{i,r}, u_i>. */
  U: Float64Array;
  /** [S,k,m] V_{i,r} = <w_{i,r}, v_i>. */
  V: Float64Array;
  /** [S,k,m] norm of w_{i,r} minus all its feature components. */
  nu: Float64Array;
  /** [S] max over i != j and r of |<w_{i,r}, u_j>|, and of |<w_{i,r}, v_j>|. */
  offDiagonalRobust: Float64Array;
  offDiagonalNonRobust: Float64Array;
  /** [S] mean cross-entropy of the clean training set. */
  loss: Float64Array;
  /** [S,k] softmax probability of the true class, mean over the class's clean samples. */
  trueProbability: Float64Array;
  /** [S,k] what robust, and non-robust, patches add to F_y, mean over the class's clean samples. */
  robustPart: Float64Array;
  nonRobustPart: Float64Array;
  /** [S,k] mean cosine between the cross-entropy's gradient on non-robust patches and -v_y; NaN where it was not taken. */
  cosine: Float64Array;
  /** [S] share of clean training samples classified correctly. */
  cleanAccuracy: Float64Array;
  /** [k] first step at which the robust, and non-robust, patches add level 0.3 to F_y (mean over the class); Infinity if never. */
  robustTime: number[];
  nonRobustTime: number[];
  /** Robust accuracies of the final weights. */
  robustAccuracy: { threat: string; radius: number; accuracy: number }[];
  /** What the reduced dynamics start from: W(0) [k,m,d], the features [k,d] each, and the Gram matrix [k,m,m] of W(0)'s residuals (features removed). */
  initialWeights: Float64Array;
  robust: Float64Array;
  nonRobust: Float64Array;
  initialResidualGram: Float64Array;
  /** The coupled prediction of this run, where its experiment was asked for it; else `coupledPrediction` computes it when it is wanted. */
  foreseen?: { noise: PredictedNoise; run: CoupledRun };
}

/** Whether a prediction takes the mean over the patches' noise, or leaves noise out. */
export type PredictedNoise = "averaged" | "none";
