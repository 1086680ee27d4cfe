/**
 * Axes of phase diagrams that are no parameters themselves, and the diagrams that have a name.
 *
 * Source: docs/phase, "Coordinates".
 */
import type { DerivedCoordinates, PhasePreset, Point } from "../../claims/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { expF64, logF64 } from "../../kernels/index.ts";

/** A derived parameter to twelve digits: what is computed stays the same number when it is written down and read again. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** A/B by changing alpha, so that the non-robust energy B, and with it T_v, stays. */
function withEnergyRatio(point: Point, ratio: number): Point {
  const { P, sR, beta, q } = point as Record<"P" | "sR" | "beta" | "q", number>;
  const sN = P - sR;
  if (!(ratio > 0) || !(sR > 0) || !(sN > 0)) {
    throw new ParameterError({ where: "A/B", problem: `A/B = ${ratio} with s_R = ${sR} and s_N = ${sN} has no alpha.`, expected: "a positive ratio, and patches of both kinds." });
  }
  return { ...point, alpha: tidy(beta * expF64(logF64((ratio * sN) / sR) / q)) };
}

/** More classes need more dimensions, and samples of each: d - 2k and N/k stay as they are at `point`. */
function withClasses(point: Point, k: number): Point {
  const { k: own, d, N } = point as Record<"k" | "d" | "N", number>;
  return { ...point, k, d: d - 2 * own + 2 * k, N: Math.max(1, Math.round(N / own)) * k };
}

export const phaseCoordinates: DerivedCoordinates = {
  "A/B": { label: "A/B, robust over non-robust energy", means: "A/B changes with alpha", needs: ["alpha", "beta", "P", "sR", "q"], at: withEnergyRatio },
  "eps/beta": {
    label: "eps/beta, radius over non-robust amplitude", means: "eps/beta changes with eps", needs: ["eps", "beta"],
    at: (point, ratio) => ({ ...point, eps: tidy(ratio * (point.beta as number)) }),
  },
  k: { label: "k, number of classes", means: "k changes with d - 2k and the number of samples of a class kept", needs: ["k", "d", "N"], integer: true, at: withClasses },
  d: { label: "d, patch dimension", means: "", needs: ["d"], integer: true, at: (point, d) => ({ ...point, d }) },
  sigma0: { label: "sigma_0, scale of the initial weights", means: "", needs: ["sigma0"], at: (point, sigma0) => ({ ...point, sigma0 }) },
  e: { label: "e, step of the gradient ascent", means: "", needs: ["e"], at: (point, e) => ({ ...point, e }) },
};

/**
 * Diagrams by name: around the reference point, wide enough to leave the hypotheses on every side that can be left. One sample a class
 * suffices: the theory's quantities are means over samples.
 */
export const phasePresets: Readonly<Record<"energies" | "initialisation" | "ascent", PhasePreset>> = {
  energies: { x: { name: "A/B", low: 0.1, high: 10, count: 9, scale: "log" }, y: { name: "eps/beta", low: 0.5, high: 4, count: 7, scale: "log" }, set: { N: 5 } },
  initialisation: { x: { name: "sigma0", low: 0.001, high: 0.1, count: 9, scale: "log" }, y: { name: "k", low: 2, high: 10, count: 5, scale: "linear" }, set: { N: 5 } },
  ascent: { x: { name: "e", low: 3, high: 3000, count: 7, scale: "log" }, y: { name: "d", low: 12, high: 60, count: 5, scale: "log" }, set: { N: 5 } },
};
