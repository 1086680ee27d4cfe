/** From the runs of a claim to its verdict. */
import { clopperPearson, operatingCharacteristic, type SequentialDesign, type SequentialOutcome, sequentialUpperBound } from "../statistics/index.ts";
import { type Claim, type Control, requiredShare, type Sample } from "./define-claim.ts";
import { isPooled, type PooledJudgement } from "./predictions.ts";
import type { ClaimResult, ControlResult, HypothesisResult, SequentialResult, Verdict } from "./results.ts";
import { decideSeeds, designOf } from "./sequence.ts";

/** The runs of one experiment name for one seed, looked up where the runner keeps them. */
export type RunsFor = (experiments: Claim["experiments"], seed: number) => Record<string, unknown>;

/** Share of control seeds in which the prediction must fail for the control to count as failing. */
const controlFailureShare = 0.8;

/**
 * Judges a claim on its seeds and on its controls.
 *
 * outside hypotheses: a hypothesis fails in more than half of the seeds. inconclusive: a control does not fail, or the share
 * of satisfying seeds is below the required one by no more than chance (95 %). Seeds outside the hypotheses are set aside. A claim with a
 * sequential test is judged on the seeds it took, the first of them; `most` is how many it might have taken.
 */
export function judgeClaim(claim: Claim, seeds: readonly number[], controlSeeds: readonly number[], runsFor: RunsFor, rerun: string, most = seeds.length): ClaimResult {
  const { perSeedHypotheses, inside, samples, pooled, sequence } = judgeSeeds(claim, seeds, runsFor, designOf(claim, most));
  const judged = samples.filter((_, at) => inside[at]);
  const supported = judged.filter(({ holds }) => holds).length;
  const required = requiredShare(claim);
  const outcome = sequence === undefined ? pooled?.outcome : ({ below: "holds", above: "fails", undecided: "undecided" } as const)[sequence.outcome.decision];
  const controlled = claim.controls.map((control) => judgeSamples(claim, controlSeeds.map((seed) => ({ seed, runs: runsFor(replaced(claim, control), seed) }))));
  const controls = claim.controls.map((control, at) => judgeControl(control, controlled[at]));
  return {
    id: claim.id, title: claim.title, source: claim.source, statement: claim.statement, maths: claim.maths,
    verdict: verdictOf({ inside: judged.length, drawn: samples.length, supported, required, controlsFail: controls.every(({ fails }) => fails), ...(outcome === undefined ? {} : { outcome }) }),
    recordedVerdict: claim.recorded,
    hypotheses: mergeHypotheses(perSeedHypotheses),
    prediction: claim.prediction.words,
    observed: pooled?.observed ?? summary(supported, judged.length > 0 ? judged : samples),
    judged: claim.seedless ? "without seeds" : pooled === undefined ? "seed by seed" : "all seeds together",
    seeds: { n: judged.length, supported, lower95: sequence === undefined ? clopperPearson(supported, judged.length).lower : 1 - sequentialUpperBound(sequence.design, sequence.outcome), required },
    ...(sequence === undefined ? {} : { sequential: sequentialResult(sequence) }),
    perSeed: samples.map(({ seed, holds, observed }, at) => ({ seed, inside: inside[at], holds, observed: inside[at] ? observed : `outside the hypotheses; ${observed}` })),
    controls,
    ...(claim.figure === undefined ? {} : { figure: claim.figure(samples, "main"), controlFigure: claim.figure(controlled[0].samples, "control") }),
    rerun,
  };
}

interface SeedsJudged extends JudgedSamples {
  perSeedHypotheses: HypothesisResult[][];
  inside: boolean[];
  /** The sequential test, and what it answered. */
  sequence?: { design: SequentialDesign; outcome: SequentialOutcome };
}

/** Hypotheses and prediction of every seed; with a sequential test, of the seeds up to the one that decided. */
function judgeSeeds(claim: Claim, seeds: readonly number[], runsFor: RunsFor, design: SequentialDesign | undefined): SeedsJudged {
  const drawn = seeds.map((seed) => ({ seed, runs: runsFor(claim.experiments, seed) }));
  const perSeedHypotheses = drawn.map(({ runs, seed }) => claim.hypotheses(runs as never, seed));
  const inside = perSeedHypotheses.map((list) => list.every(({ holds }) => holds));
  const judged = judgeSamples(claim, drawn, inside);
  if (design === undefined) return { ...judged, perSeedHypotheses, inside };
  const { outcome, taken } = decideSeeds(design, judged.samples.map(({ holds }, at) => (inside[at] ? !holds : undefined)));
  return { samples: judged.samples.slice(0, taken), perSeedHypotheses: perSeedHypotheses.slice(0, taken), inside: inside.slice(0, taken), sequence: { design, outcome } };
}

function sequentialResult({ design, outcome }: NonNullable<SeedsJudged["sequence"]>): SequentialResult {
  return { ...design, decision: outcome.decision, supportedWrongly: operatingCharacteristic(design, design.p1).below, contradictedWrongly: operatingCharacteristic(design, design.p0).above };
}

/** `outcome` is that of a pooled prediction or of a sequential test, which then decides in place of the share of seeds. */
export function verdictOf({ inside, drawn, supported, required, controlsFail, outcome }: { inside: number; drawn: number; supported: number; required: number; controlsFail: boolean; outcome?: PooledJudgement["outcome"] }): Verdict {
  if (2 * inside < drawn || inside === 0) return "outside hypotheses";
  if (!controlsFail) return "inconclusive";
  if (outcome !== undefined) return ({ holds: "supported", fails: "contradicted", undecided: "inconclusive" } as const)[outcome];
  if (supported >= required * inside) return "supported";
  return clopperPearson(supported, inside).upper < required ? "contradicted" : "inconclusive";
}

interface Drawn {
  seed: number;
  runs: Record<string, unknown>;
}

type Judged = Sample<Record<string, unknown>, unknown> & { observed: string };

interface JudgedSamples {
  samples: Judged[];
  /** What the seeds inside the hypotheses say together, of a pooled prediction. */
  pooled?: PooledJudgement;
}

/** Observes every seed and judges it, or, if the prediction speaks of all seeds together, those that are `inside` (default all). */
function judgeSamples({ observable, prediction }: Claim, drawn: readonly Drawn[], inside: readonly boolean[] = drawn.map(() => true)): JudgedSamples {
  const observed = drawn.map(({ seed, runs }) => ({ seed, runs, observation: observable(runs as never) }));
  if (!isPooled(prediction)) return { samples: observed.map((sample) => ({ ...sample, ...prediction.judge(sample.observation) })) };
  const pooled = prediction.judgeAll(observed.filter((_, at) => inside[at]).map(({ observation }) => observation));
  return { pooled, samples: observed.map((sample) => ({ ...sample, holds: pooled.outcome === "holds", observed: prediction.describe(sample.observation) })) };
}

function replaced(claim: Claim, control: Control<Record<string, unknown>>): Claim["experiments"] {
  return { ...claim.experiments, ...control.experiments } as Claim["experiments"];
}

function judgeControl(control: Control<Record<string, unknown>>, { samples, pooled }: JudgedSamples): ControlResult {
  const supporting = samples.filter(({ holds }) => holds).length;
  return {
    change: control.change, seeds: samples.length, supporting,
    fails: samples.length > 0 && (pooled === undefined ? samples.length - supporting >= controlFailureShare * samples.length : pooled.outcome === "fails"),
    observed: pooled?.observed ?? samples[0]?.observed ?? "not run",
  };
}

/** One line a hypothesis: it holds if it holds in every seed; the margin is the smallest. */
function mergeHypotheses(perSeed: readonly HypothesisResult[][]): HypothesisResult[] {
  if (perSeed.length === 0) return [];
  return perSeed[0].map(({ name }) => {
    const all = perSeed.map((list) => list.find((result) => result.name === name)!);
    // a margin that is not a number is the worst there is
    const worst = all.reduce((a, b) => (Number.isNaN(b.margin) || b.margin < a.margin ? b : a));
    const holding = all.filter(({ holds }) => holds).length;
    return { ...worst, holds: holding === all.length, detail: holding === all.length ? worst.detail : `${worst.detail} (holds in ${holding} of ${all.length} seeds)` };
  });
}

/** How many seeds support the claim, and what was seen in one of them: one that fails, if any does. */
function summary(supported: number, judged: readonly Judged[]): string {
  const example = judged.find(({ holds }) => !holds) ?? judged[0];
  return `${supported} of ${judged.length} seeds; ${example.holds ? `seed ${example.seed}` : `seed ${example.seed} fails`}: ${example.observed}`;
}
