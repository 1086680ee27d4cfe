/** One point of a claim's region, tried: its hypotheses, the runs of some seeds, and whether the claim fails there. */
import { type Claim, clopperPearson, type HypothesisResult, isPooled, type Point, regionOf, requiredShare } from "../claims/index.ts";
import { LemmagradError } from "../errors/index.ts";

/** One seed at one point. */
export interface Trial {
  seed: number;
  /** Whether every hypothesis holds, those of the point and those that this seed's draws decide. */
  inside: boolean;
  holds: boolean;
  observed: string;
  /** How far the prediction is from failing, in its own unit; null where it does not say. */
  margin: number | null;
  /** Names of the hypotheses that this seed breaks. */
  broken: string[];
  /** All of the claim's own, where they were asked for. */
  hypotheses?: HypothesisResult[];
}

export interface Examined {
  /** Least margin of the point's hypotheses, > 0 inside, and whose it is; null where there is no such point. */
  clearance: number | null;
  binding: string;
  trials: Trial[];
  /** What the seeds inside say together, of a claim whose prediction is about all of them. */
  pooled?: "holds" | "fails" | "undecided";
  /** That in words. */
  observed?: string;
}

/** outside: no seed satisfies the hypotheses (or, of a pooled claim, less than half of them). */
export type PointOutcome = "outside" | "holds" | "fails" | "undecided";

export interface ExamineOptions {
  /** Stop at the first seed inside the hypotheses that fails. */
  untilFailure?: boolean;
  /** Run, and judge, where the point breaks a hypothesis too. */
  outsideToo?: boolean;
  /** Keep every seed's hypotheses with their margins. */
  keepHypotheses?: boolean;
}

/**
 * Runs the claim at a point; runs nothing where the point breaks a hypothesis, unless told to.
 *
 * Errors: what the claim's runs, hypotheses and observable throw; a LemmagradError of `experiments` means that there is no such point.
 */
export function examinePoint(claim: Claim, point: Point, seeds: readonly number[], options: ExamineOptions = {}): Examined {
  const region = regionOf(claim);
  let clearance = Infinity;
  let binding = "none";
  let experiments: Claim["experiments"];
  try {
    for (const { name, holds, margin } of region.hypotheses(point)) {
      const signed = holds ? Math.max(0, margin) : Math.min(-Number.MIN_VALUE, margin);
      if (signed < clearance || Number.isNaN(signed)) [clearance, binding] = [Number.isNaN(signed) ? (holds ? 0 : -Infinity) : signed, name];
    }
    experiments = region.experiments(point);
  } catch (error) {
    if (error instanceof LemmagradError) return { clearance: null, binding: error.parts.problem, trials: [] };
    throw error;
  }
  if (clearance < 0 && !options.outsideToo) return { clearance, binding, trials: [] };
  const trials: Trial[] = [];
  const observations: unknown[] = [];
  for (const seed of seeds) {
    const runs = Object.fromEntries(Object.entries(experiments).map(([name, experiment]) => [name, experiment.run(seed)]));
    const hypotheses = claim.hypotheses(runs, seed);
    const broken = hypotheses.filter(({ holds }) => !holds).map(({ name }) => name);
    const kept = options.keepHypotheses ? { hypotheses } : {};
    const inside = clearance >= 0 && broken.length === 0;
    const observation = claim.observable(runs);
    if (isPooled(claim.prediction)) {
      if (inside || options.outsideToo) observations.push(observation);
      trials.push({ seed, inside, holds: true, observed: claim.prediction.describe(observation), margin: null, broken, ...kept });
      continue;
    }
    const margin = claim.prediction.margin?.(observation) ?? null;
    trials.push({ seed, inside, ...claim.prediction.judge(observation), margin, broken, ...kept });
    if (options.untilFailure && inside && !trials.at(-1)!.holds) break;
  }
  if (!isPooled(claim.prediction)) return { clearance, binding, trials };
  const { outcome, observed } = claim.prediction.judgeAll(observations);
  return { clearance, binding, trials: trials.map((trial) => ({ ...trial, holds: outcome !== "fails" })), pooled: outcome, observed };
}

/**
 * What the trials of a point say of the claim there. A claim about every seed fails with one of them; one that asks for a share fails
 * when the share is below it with confidence 1 - level (exact); a pooled one as its own test says.
 */
export function outcomeOf(claim: Claim, { trials, pooled }: Examined, level = 0.05): PointOutcome {
  const inside = trials.filter((trial) => trial.inside);
  if (inside.length === 0 || (pooled !== undefined && 2 * inside.length < trials.length)) return "outside";
  if (pooled !== undefined) return pooled;
  const required = requiredShare(claim);
  const held = inside.filter(({ holds }) => holds).length;
  if (held >= required * inside.length) return "holds";
  return required === 1 || clopperPearson(held, inside.length, level).upper < required ? "fails" : "undecided";
}

/** The words of the trial that decides: one that fails, if any does. */
export function observedAt({ trials, observed }: Examined): string {
  const inside = trials.filter((trial) => trial.inside);
  return observed ?? (inside.find(({ holds }) => !holds) ?? inside[0] ?? trials[0])?.observed ?? "not run";
}
