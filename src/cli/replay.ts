/** `lemmagrad falsify --replay`: one point tried again, with every hypothesis and its margin. */
import { basePoint, type Claim, type HypothesisResult, type Point, regionOf } from "../claims/index.ts";
import { LemmagradError, ParameterError } from "../errors/index.ts";
import { type Examined, examinePoint, observedAt, outcomeOf, pointFrom, type PointOutcome } from "../falsify/index.ts";
import { shown, table } from "./table.ts";

export interface Replayed {
  claim: string;
  point: Point;
  seeds: number[];
  outcome: PointOutcome;
  observed: string;
  /** Hypotheses that the point decides. */
  hypotheses: HypothesisResult[];
  trials: Examined["trials"];
}

const outcomeWords: Record<PointOutcome, string> = {
  outside: "outside the hypotheses: the claim does not speak here", holds: "the claim holds here", fails: "the claim FAILS here, inside its hypotheses", undecided: "too few seeds to tell",
};

/** Errors: ParameterError on a text that is no point, or where there is no such point. */
export function replayPoint(claim: Claim, text: string, seeds: number[]): Replayed {
  const { box, hypotheses, experiments } = regionOf(claim);
  const point = pointFrom(text, box, basePoint(box));
  try {
    experiments(point);
    const examined = examinePoint(claim, point, seeds, { outsideToo: true, keepHypotheses: true });
    return { claim: claim.id, point, seeds, outcome: outcomeOf(claim, examined), observed: observedAt(examined), hypotheses: hypotheses(point), trials: examined.trials };
  } catch (error) {
    if (!(error instanceof LemmagradError)) throw error;
    throw new ParameterError({ where: `--replay ${text}`, problem: `there is no such point: ${error.parts.problem}`, ...(error.parts.expected === undefined ? {} : { expected: error.parts.expected }) }, { cause: error });
  }
}

export function replayText({ claim, point, outcome, observed, hypotheses, trials }: Replayed): string {
  const row = (which: string) => ({ name, holds, margin, detail }: HypothesisResult) => [holds ? "✓" : "✗", which, name, shown(margin), detail];
  const known = new Set(hypotheses.map(({ name }) => name));
  // a claim's own hypotheses repeat those of its point
  const drawn = trials.flatMap(({ seed, hypotheses: own = [] }) => own.filter(({ name }) => !known.has(name)).map(row(`seed ${seed}`)));
  return `${claim} at ${Object.entries(point).map(([name, value]) => `${name}=${value}`).join(" ")}

Hypotheses (margin: above 0 is inside):

${table(["", "of", "hypothesis", "margin", "detail"], [...hypotheses.map(row("point")), ...drawn])}
${table(["seed", "hypotheses", "prediction", "margin", "observed"], trials.map((trial) => [
    String(trial.seed), trial.inside ? "inside" : "outside", trial.holds ? "holds" : "fails", trial.margin === null ? "-" : shown(trial.margin), trial.observed,
  ]))}
So: ${outcomeWords[outcome]}${outcome === "outside" ? "" : ` (${observed})`}.
`;
}
