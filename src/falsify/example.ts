/** A point kept as a file, with what happened there: a claim's counterexample, or one that its sharpened hypotheses now exclude. */
import type { Claim, Point } from "../claims/index.ts";
import { FileError } from "../errors/index.ts";
import { type Examined, examinePoint, observedAt, outcomeOf, type PointOutcome } from "./examine.ts";

export const exampleKind = "lemmagrad counterexample";

export interface KeptExample {
  kind: typeof exampleKind;
  claim: string;
  point: Point;
  seeds: number[];
  /** What trying it must give: "fails" while it refutes the claim; "outside" or "holds" once the claim was mended. */
  outcome: PointOutcome;
  /** What was seen when it was found. */
  observed: string;
  /** How it was found, and, once the claim was mended, how. */
  note: string;
}

export function exampleText(example: KeptExample): string {
  return `${JSON.stringify(example, null, 2)}\n`;
}

/** Errors: FileError on a text that is no kept example. */
export function exampleFrom(text: string, where: string): KeptExample {
  let value: Partial<KeptExample> | null;
  try {
    value = JSON.parse(text) as Partial<KeptExample> | null;
  } catch (cause) {
    throw new FileError({ where, problem: "it is not JSON.", expected: "a file that `lemmagrad falsify` wrote." }, { cause });
  }
  const whole = value?.kind === exampleKind && typeof value.claim === "string" && typeof value.point === "object" && Array.isArray(value.seeds)
    && value.seeds.length > 0 && value.seeds.every(Number.isSafeInteger) && ["outside", "holds", "fails", "undecided"].includes(value.outcome ?? "");
  if (!whole) throw new FileError({ where, problem: "it is no kept example.", expected: "claim, point, seeds and outcome, as `lemmagrad falsify` writes them." });
  return value as KeptExample;
}

/** Tries the point again. */
export function replay(claim: Claim, { point, seeds }: Pick<KeptExample, "point" | "seeds">): { outcome: PointOutcome; observed: string; examined: Examined } {
  const examined = examinePoint(claim, point, seeds);
  return { outcome: outcomeOf(claim, examined), observed: observedAt(examined), examined };
}
