/** What a training run's probes saw, as rows. */
import { classColumnAt, classesOf, largestAt, type RunRecord } from "../theories/robust-features/index.ts";
import type { Row } from "./cell.ts";
import { listColumns } from "./observation-columns.ts";

/**
 * One row at the end, or one a logged step. U, V and nu are the largest of each class's neurons; they and every other probe of the classes
 * have .min, .median, .max over the classes, and .n, how many are finite. Robust accuracies are those of the final weights.
 */
export function runRows(record: RunRecord, which: "end" | "steps"): Row[] {
  const last = record.steps.length - 1;
  return (which === "end" ? [last] : record.steps.map((_, s) => s)).map((s) => rowAt(record, s, s === last));
}

function rowAt(record: RunRecord, s: number, isLast: boolean): Row {
  const parts: Row[] = [{
    step: record.steps[s], trainLoss: finite(record.loss[s]), cleanAccuracy: finite(record.cleanAccuracy[s]),
    offDiagonalRobust: finite(record.offDiagonalRobust[s]), offDiagonalNonRobust: finite(record.offDiagonalNonRobust[s]),
  }];
  for (const name of ["U", "V", "nu"] as const) parts.push(listColumns(name, largestAt(record, name, s)));
  for (const name of ["trueProbability", "robustPart", "nonRobustPart", "cosine"] as const) parts.push(listColumns(name, classColumnAt(record, name, s)));
  parts.push(listColumns("robustTime", record.robustTime), listColumns("nonRobustTime", record.nonRobustTime), {
    nonRobustFirst: classesOf(record).filter((i) => record.nonRobustTime[i] < record.robustTime[i]).length,
  });
  for (const { threat, radius, accuracy } of record.robustAccuracy) parts.push({ [`robustAccuracy ${threat} ${radius}`]: isLast ? accuracy : null });
  return Object.assign({}, ...parts) as Row;
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
