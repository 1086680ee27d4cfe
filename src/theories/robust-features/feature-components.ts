/** Weights as components along the 2 k features and a residual. */
import type { FloatArray, Kernels } from "../../kernels/index.ts";
import type { Setting } from "./setting.ts";

/** Works in the scope it was made in; every split overwrites the one before. */
export class FeatureComponents {
  /** [k m, 2 k] components along all u, then along all v. */
  readonly along: FloatArray;
  /** [k m, d] what they leave of the weights, and [k m] its lengths. */
  readonly residual: FloatArray;
  readonly lengths: FloatArray;
  private readonly kernels: Kernels;
  private readonly sizes: Pick<Setting, "k" | "m" | "d">;
  /** [2 k, d] all u, then all v. */
  private readonly features: FloatArray;

  constructor(kernels: Kernels, sizes: Pick<Setting, "k" | "m" | "d">, { robust, nonRobust }: { robust: ArrayLike<number>; nonRobust: ArrayLike<number> }) {
    const { k, m, d } = sizes;
    const array = (length: number) => kernels.allocate("float64", length);
    this.kernels = kernels;
    this.sizes = sizes;
    this.features = array(2 * k * d);
    this.features.set(robust);
    this.features.set(nonRobust, k * d);
    this.along = array(2 * k * k * m);
    this.residual = array(k * m * d);
    this.lengths = array(k * m);
  }

  /** Splits weights [k m, d], row-major. */
  split(weights: FloatArray): void {
    const { kernels, features, along, residual, lengths, sizes: { k, m, d } } = this;
    kernels.matmulNT(weights, features, along, k * m, 2 * k, d);
    kernels.matmulNN(along, features, residual, k * m, d, 2 * k);
    kernels.subtract(weights, residual, residual);
    kernels.rowNorm(residual, lengths, k * m, d);
  }

  /** [k,m] components along the features of the neuron's own class. */
  own(): { U: Float64Array; V: Float64Array } {
    const { along, sizes: { k, m } } = this;
    const [U, V] = [new Float64Array(k * m), new Float64Array(k * m)];
    for (let neuron = 0; neuron < k * m; neuron++) {
      const at = 2 * k * neuron + Math.floor(neuron / m);
      U[neuron] = along[at];
      V[neuron] = along[at + k];
    }
    return { U, V };
  }

  /** The largest sizes of components along features of other classes. */
  largestOfOthers(): { alongRobust: number; alongNonRobust: number } {
    const { along, sizes: { k, m } } = this;
    let [alongRobust, alongNonRobust] = [0, 0];
    for (let neuron = 0; neuron < k * m; neuron++) {
      const own = Math.floor(neuron / m);
      for (let j = 0, at = 2 * k * neuron; j < k; j++, at++) {
        if (j === own) continue;
        alongRobust = Math.max(alongRobust, Math.abs(along[at]));
        alongNonRobust = Math.max(alongNonRobust, Math.abs(along[at + k]));
      }
    }
    return { alongRobust, alongNonRobust };
  }

  /** Of each row [k m, d] keeps the components along the two features of the neuron's class. */
  keepOwn(rows: FloatArray): void {
    const { kernels, features, along, sizes: { k, m, d } } = this;
    kernels.matmulNT(rows, features, along, k * m, 2 * k, d);
    for (let at = 0; at < along.length; at++) if (at % k !== Math.floor(at / (2 * k * m))) along[at] = 0;
    kernels.matmulNN(along, features, rows, k * m, d, 2 * k);
  }
}
