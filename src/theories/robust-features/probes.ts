/**
 * What is watched during training: correlations with the features, what each kind of patch adds to the true logit, and
 * how the input gradient lies.
 *
 * Source: docs/theory, section 6.
 */
import { bottom, scratch } from "../../autodiff/index.ts";
import { currentKernels } from "../../kernels/index.ts";
import { elements, type NdArray, view } from "../../ndarray/index.ts";
import { lossGradient } from "../../training/index.ts";
import type { PatchData } from "./data.ts";
import { FeatureComponents } from "./feature-components.ts";
import { patchNetwork } from "./network.ts";
import type { Setting } from "./setting.ts";

export interface WeightProbe {
  /** [k,m] <w_{i,r}, u_i>, <w_{i,r}, v_i>, and the norm of w_{i,r} minus all its feature components. */
  U: Float64Array;
  V: Float64Array;
  nu: Float64Array;
  /** max over i != j, r of |<w_{i,r}, u_j>|, and of |<w_{i,r}, v_j>|. */
  offDiagonalRobust: number;
  offDiagonalNonRobust: number;
}

/** Splits each weight [k,m,d] into feature components and a residual. */
export function probeWeights(W: NdArray, { robust, nonRobust }: Pick<PatchData, "robust" | "nonRobust">): WeightProbe & { residual: Float64Array } {
  const [k, m, d] = W.shape;
  const kernels = currentKernels();
  return kernels.scope(() => {
    const parts = new FeatureComponents(kernels, { k, m, d }, { robust: elements(robust), nonRobust: elements(nonRobust) });
    const weights = elements(W);
    parts.split(weights instanceof Float64Array ? weights : new Float64Array(weights));
    const { U, V } = parts.own();
    const { alongRobust, alongNonRobust } = parts.largestOfOthers();
    return { U, V, nu: new Float64Array(parts.lengths), offDiagonalRobust: alongRobust, offDiagonalNonRobust: alongNonRobust, residual: new Float64Array(parts.residual) };
  });
}

/** [k,m,m] inner products of the residuals of one class's weights. */
export function residualGram(residual: Float64Array, { k, m, d }: Pick<Setting, "k" | "m" | "d">): Float64Array {
  const gram = new Float64Array(k * m * m);
  for (let i = 0; i < k; i++) {
    for (let r = 0; r < m; r++) {
      for (let s = 0; s < m; s++) {
        let sum = 0;
        for (let l = 0; l < d; l++) sum += residual[(i * m + r) * d + l] * residual[(i * m + s) * d + l];
        gram[(i * m + r) * m + s] = sum;
      }
    }
  }
  return gram;
}

/**
 * What the robust patches add to F_y, for each sample. The non-robust patches add the rest of F_y.
 *
 * Shapes: [N]. Cost: one forward pass over the robust patches alone.
 */
export function robustPartOfLogit(W: NdArray, data: PatchData, setting: Setting): Float64Array {
  return robustPartOfPatches(W, robustPatches(data), data.y, setting);
}

/** The robust patches of each sample, and after them zeros where another sample has more; a patch of zeros adds nothing. */
export interface RobustPatches {
  /** [N, most, d] */
  patches: Float64Array;
  most: number;
}

export function robustPatches({ X, isRobust }: PatchData): RobustPatches {
  const [N, P, d] = X.shape;
  const values = elements(X);
  const rows = Array.from({ length: N }, (_, n) => Array.from({ length: P }, (__, p) => n * P + p).filter((row) => isRobust[row] === 1));
  const most = Math.max(0, ...rows.map(({ length }) => length));
  const patches = new Float64Array(N * most * d);
  rows.forEach((own, n) => own.forEach((row, at) => patches.set(values.subarray(row * d, (row + 1) * d), (n * most + at) * d)));
  return { patches, most };
}

/** robustPartOfLogit of patches that were gathered before. */
export function robustPartOfPatches(W: NdArray, { patches, most }: RobustPatches, y: Int32Array, { q, rho }: Pick<Setting, "q" | "rho">): Float64Array {
  const [k, m, d] = W.shape;
  const N = y.length;
  const kernels = currentKernels();
  return kernels.scope(() => {
    const [products, parts] = [kernels.allocate("float64", N * most * k * m), kernels.allocate("float64", N * k)];
    kernels.matmulNT(patches, elements(W), products, N * most, k * m, d);
    kernels.smoothedReluSum(products, parts, N, most, k, m, q, rho);
    return Float64Array.from(y, (label, n) => parts[n * k + label]);
  });
}

/** Mean over the samples of each class; [k], NaN for a class without samples. */
export function classMeans(values: ArrayLike<number>, labels: Int32Array, k: number): Float64Array {
  const sums = new Float64Array(k);
  const counts = new Float64Array(k);
  for (let n = 0; n < labels.length; n++) {
    sums[labels[n]] += values[n];
    counts[labels[n]] += 1;
  }
  return sums.map((sum, label) => sum / counts[label]);
}

/**
 * Cosine between the cross-entropy's gradient on non-robust patches and -v_y, mean over each class's patches whose gradient
 * is not zero; [k], NaN where every gradient is zero.
 */
export function gradientCosine(W: NdArray, data: PatchData, setting: Setting): Float64Array {
  return scratch(() => {
    const network = patchNetwork(setting);
    const gradient = elements(lossGradient({ logits: (x) => network(view(elements(W), W.shape), x), inputs: data.X, labels: data.y }, "crossEntropy", data.X));
    const [N, P, d] = data.X.shape;
    const v = elements(data.nonRobust);
    const sums = new Float64Array(setting.k);
    const counts = new Float64Array(setting.k);
    for (let n = 0; n < N; n++) {
      const label = data.y[n];
      for (let p = 0; p < P; p++) {
        if (data.isRobust[n * P + p] === 1) continue;
        const at = (n * P + p) * d;
        let along = 0;
        let square = 0;
        for (let l = 0; l < d; l++) {
          along -= gradient[at + l] * v[label * d + l];
          square += gradient[at + l] * gradient[at + l];
        }
        if (square === 0) continue;
        sums[label] += along / Math.sqrt(square);
        counts[label] += 1;
      }
    }
    return sums.map((sum, label) => sum / counts[label]);
  });
}

/** Logits [N,k] of the clean data. */
export function cleanLogits(W: NdArray, data: PatchData, setting: Setting): NdArray {
  return scratch(() => bottom(patchNetwork(setting)(W, data.X)));
}
