/**
 * Threat models of this theory: those that know the features, and all of them by name.
 *
 * Source: docs/theory, section 4.
 */
import { ParameterError } from "../../errors/index.ts";
import { bottom, room } from "../../autodiff/index.ts";
import { currentKernels } from "../../kernels/index.ts";
import { elements, type NdArray, view } from "../../ndarray/index.ts";
import { checkRadius, fgm, fgsm, gradientAscent, pgd, pgdLinf, type ThreatModel, type Victim } from "../../training/index.ts";
import type { ThreatSpec } from "./run-record.ts";
import type { Setting } from "./setting.ts";

/** The features an attacker may know: [k,d] each. */
export interface Features {
  robust: NdArray;
  nonRobust: NdArray;
}

/** -radius v_y on every patch: the abstract's "negative non-robust feature direction". */
export function suppress({ nonRobust }: Features): ThreatModel {
  return {
    name: "suppress",
    randomised: false,
    perturb(victim, radius) {
      checkRadius("suppress", radius);
      return radius === 0 ? victim.inputs : shifted(victim, nonRobust, (label) => [[label, -radius]]);
    },
  };
}

/** -a v_y + b v_j on every patch with a = min(beta, radius), b = sqrt(radius^2 - a^2), the worst j != y for each sample. */
export function nonRobustSubspace({ nonRobust }: Features, { beta }: Pick<Setting, "beta">): ThreatModel {
  return worstClass("nonRobustSubspace", nonRobust, (label, j, radius) => {
    const a = Math.min(beta, radius);
    return [[label, -a], [j, Math.sqrt(Math.max(0, radius * radius - a * a))]];
  });
}

/** +radius u_j on every patch, the worst j != y for each sample: outside the theory, see docs/theory, P12. */
export function inject({ robust }: Features): ThreatModel {
  return worstClass("inject", robust, (_label, j, radius) => [[j, radius]]);
}

/** A threat model by its spec. Errors: ParameterError on a name that is not known. */
export function makeThreat(spec: ThreatSpec, setting: Setting, features: Features): ThreatModel {
  switch (spec.name) {
    case "gradientAscent": return gradientAscent({ loss: spec.loss, e: spec.e ?? setting.e });
    case "fgm": return fgm(spec);
    case "fgsm": return fgsm(spec);
    case "pgd": return pgd(spec);
    case "pgdLinf": return pgdLinf(spec);
    case "suppress": return suppress(features);
    case "nonRobustSubspace": return nonRobustSubspace(features, setting);
    case "inject": return inject(features);
    default:
      throw new ParameterError({ where: "threat", problem: `there is no threat model "${(spec as { name: string }).name}".`, expected: `one of ${threatNames.join(", ")}.` });
  }
}

export const threatNames = ["gradientAscent", "fgm", "fgsm", "pgd", "pgdLinf", "suppress", "nonRobustSubspace", "inject"] as const;

type Shift = readonly [feature: number, size: number][];

/** A threat that adds feature directions, choosing for each sample the class j whose logit ends highest above the label's. */
function worstClass(name: string, features: NdArray, shift: (label: number, j: number, radius: number) => Shift): ThreatModel {
  return {
    name,
    randomised: false,
    perturb(victim, radius, within = (step) => step()) {
      checkRadius(name, radius);
      if (radius === 0) return victim.inputs;
      const classes = features.shape[0];
      const worst = new Int32Array(victim.labels.length).fill(-1);
      const margin = new Float64Array(victim.labels.length).fill(-Infinity);
      for (let offset = 1; offset < classes; offset++) {
        const target = (label: number) => (label + offset) % classes;
        const logits = elements(within(() => bottom(victim.logits(shifted(victim, features, (label) => shift(label, target(label), radius))))));
        victim.labels.forEach((label, n) => {
          const lead = logits[n * classes + target(label)] - logits[n * classes + label];
          if (worst[n] < 0 || lead > margin[n]) {
            margin[n] = lead;
            worst[n] = target(label);
          }
        });
      }
      return shifted(victim, features, (label, n) => shift(label, worst[n], radius));
    },
  };
}

/** The inputs with the same combination of features added to every patch of a sample, in scratch memory if the caller works there. */
function shifted({ inputs, labels }: Victim, features: NdArray, shift: (label: number, n: number) => Shift): NdArray {
  const [N, P, d] = inputs.shape;
  const kernels = currentKernels();
  const values = elements(inputs);
  const from = values instanceof Float64Array ? values : Float64Array.from(values);
  const out = room(kernels, "float64", inputs.size);
  const basis = elements(features);
  const direction = new Float64Array(d);
  for (let n = 0; n < N; n++) {
    direction.fill(0);
    for (const [feature, size] of shift(labels[n], n)) {
      for (let j = 0; j < d; j++) direction[j] += size * basis[feature * d + j];
    }
    const [first, end] = [n * P * d, (n + 1) * P * d];
    kernels.addRow(from.subarray(first, end), direction, out.subarray(first, end), P, d);
  }
  return view(out, inputs.shape);
}
