/** Which experiments a verification needs, each once. */
import { ParameterError } from "../errors/index.ts";
import type { Claim, Experiment } from "./define-claim.ts";
import { experimentKey } from "./define-claim.ts";
import type { Theory } from "./theory.ts";

/** A claim and, for worker threads, the module it is the default export of. */
export interface LoadedClaim {
  claim: Claim;
  url?: string;
  /** That of the nearest module above it that defines one. */
  theory?: Theory;
}

export interface Job {
  /** Canonical text of the experiment, and the seed. */
  key: string;
  seed: number;
  /** Where a worker finds the experiment: the claim's module, -1 for its own experiments or the control's index, and the name. */
  url: string | undefined;
  control: number;
  name: string;
  experiment: Experiment<unknown>;
}

export interface SeedPlan {
  seeds: number[];
  controlSeeds: number[];
}

/**
 * Seeds of a claim: first, first + 1, ...; the controls use the first few of them.
 *
 * Errors: ParameterError for the quick plan of a claim that has none.
 */
export function seedsOf(claim: Claim, plan: "quick" | "full", first: number, count?: number): SeedPlan {
  const own = claim.plan[plan];
  if (own === null) throw new ParameterError({ where: "verify", problem: `${claim.id} takes too long for the quick plan and has none.`, expected: "the full plan.", mend: "add --plan full." });
  const { seeds, controlSeeds } = own;
  const range = (n: number) => Array.from({ length: n }, (_, i) => first + i);
  const n = count ?? seeds;
  return { seeds: range(n), controlSeeds: range(Math.min(controlSeeds, n)) };
}

/** Every run needed by the claims, costly ones first; claims that share an experiment share its runs. */
export function jobsOf(claims: readonly LoadedClaim[], seedPlan: (claim: Claim) => SeedPlan): Job[] {
  const jobs = new Map<string, Job>();
  for (const { claim, url } of claims) {
    const { seeds, controlSeeds } = seedPlan(claim);
    const need = (experiments: Claim["controls"][number]["experiments"], control: number, list: number[]) => {
      for (const [name, experiment] of Object.entries(experiments)) {
        if (experiment === undefined) continue;
        for (const seed of list) {
          const key = experimentKey(experiment);
          if (!jobs.has(`${seed} ${key}`)) jobs.set(`${seed} ${key}`, { key, seed, url, control, name, experiment });
        }
      }
    };
    need(claim.experiments, -1, seeds);
    claim.controls.forEach(({ experiments }, at) => {
      need(experiments, at, controlSeeds);
      need(claim.experiments, -1, controlSeeds);
    });
  }
  return [...jobs.values()].sort((a, b) => b.experiment.operations - a.experiment.operations || a.seed - b.seed);
}
