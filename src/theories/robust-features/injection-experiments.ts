/**
 * P12's experiments: the inequality proven on a box, and the idealised robust network under attack.
 *
 * Source: docs/theory, P12.
 */
import type { Experiment } from "../../claims/index.ts";
import { elements, view } from "../../ndarray/index.ts";
import { stream } from "../../random/index.ts";
import { accuracy, robustAccuracy } from "../../training/index.ts";
import { bottom } from "../../autodiff/index.ts";
import type { BoxProof } from "./branch-and-bound.ts";
import { type InjectionBox, proveInjection } from "./closed-forms/injection.ts";
import { sampleData } from "./data.ts";
import { patchNetwork } from "./network.ts";
import { makeSetting } from "./setting.ts";
import { makeThreat } from "./threats.ts";

/** What was proven of P12's inequality for one power q. */
export interface InjectionProof {
  q: number;
  onBend: BoxProof;
  beyondBend: BoxProof;
}

/** The proof as an experiment; no seed matters. Operations: some 100 pieces a unit of 10^(q-3), 25 enclosures a piece, 50 operations each. */
export function injectionProof(spec: { powers: number[]; box: InjectionBox }): Experiment<InjectionProof[]> {
  const { powers, box } = spec;
  const operations = powers.reduce((sum, q) => sum + 1.2e5 * 3 ** (q - 3), 0);
  return { kind: "robust-features/injection-proof", spec, operations, run: () => powers.map((q) => ({ q, ...proveInjection(q, box) })) };
}

/** Accuracy of w_{i,r} = c u_i, c alpha = x rho. */
export interface IdealAccuracy {
  x: number;
  clean: number;
  /** Accuracy under `inject`, a radius each. */
  injected: { radius: number; accuracy: number }[];
}

/**
 * The network that has learned all robust features and nothing else, at some sizes x >= 1, injected with robust features at the given
 * radii for each x: kind "robust-features/ideal-network". Nothing is trained.
 */
export function idealNetworkRun(options: { setting?: Parameters<typeof makeSetting>[0]; sizes: { x: number; radii: number[] }[] }): Experiment<IdealAccuracy[]> {
  const setting = makeSetting(options.setting);
  const { k, m, d, N, P, alpha, rho } = setting;
  const { sizes } = options;
  return {
    kind: "robust-features/ideal-network", spec: { setting, sizes },
    operations: 2 * N * P * k * m * d * sizes.reduce((sum, { radii }) => sum + 1 + k * radii.length, 0),
    run(seed) {
      const data = sampleData(setting, seed);
      const u = elements(data.robust);
      const network = patchNetwork(setting);
      const threat = makeThreat({ name: "inject" }, setting, data);
      return sizes.map(({ x, radii }) => {
        const W = view(Float64Array.from({ length: k * m * d }, (_, at) => ((x * rho) / alpha) * u[Math.floor(at / (m * d)) * d + (at % d)]), [k, m, d]);
        const victim = { logits: (inputs: Parameters<typeof network>[1]) => network(W, inputs), inputs: data.X, labels: data.y, random: stream(seed, "evaluation attack") };
        return {
          x, clean: accuracy(bottom(network(W, data.X)), data.y),
          injected: radii.map((radius) => ({ radius, accuracy: robustAccuracy(victim, threat, radius) })),
        };
      });
    },
  };
}
