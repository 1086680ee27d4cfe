/** Do the hypotheses separate where the claim holds from where it breaks? Counted, with exact intervals. */
import { clopperPearson } from "../../statistics/index.ts";
import type { Confusion, PhaseCell } from "./result.ts";

/**
 * The confusion table of a diagram's cells. A trial is a seed at a point; for a claim about all seeds together it is a cell.
 *
 * The intervals are Clopper-Pearson's at 97.5 % on each side. Trials of different cells have different seeds, so they are independent;
 * their probabilities differ from cell to cell, and the interval is then one for the mean over the cells drawn (a sum of unequal
 * independent trials spreads less than equal ones do: Hoeffding 1956).
 */
export function confusionOf(cells: readonly PhaseCell[]): Confusion {
  const possible = cells.filter(({ verdict }) => verdict !== "impossible");
  const unit = possible.some(({ pooled }) => pooled !== undefined) ? "cell" : "trial";
  const kinds = unit === "cell" ? possible.map(({ verdict }) => verdict) : possible.flatMap(({ trials }) => trials.map(({ inside, holds }) => `${inside ? "inside" : "outside"} ${holds ? "holds" : "breaks"}`));
  const count = (kind: string) => kinds.filter((own) => own === kind).length;
  const [insideHolds, insideBreaks, outsideHolds, outsideBreaks] = ["inside holds", "inside breaks", "outside holds", "outside breaks"].map(count);
  return {
    unit, insideHolds, insideBreaks, outsideHolds, outsideBreaks, undecided: count("undecided"),
    brokeInside: interval(insideBreaks, insideHolds + insideBreaks), heldOutside: interval(outsideHolds, outsideHolds + outsideBreaks),
  };
}

function interval(successes: number, trials: number): { low: number; high: number } {
  const { lower, upper } = clopperPearson(successes, trials, 0.025);
  return { low: lower, high: upper };
}
