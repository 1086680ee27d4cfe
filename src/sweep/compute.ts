/** Computes one cell in this thread. */
import { type Claim, examineCell, type Examined, type HypothesisResult, isPooled, type Point } from "../claims/index.ts";
import { simulate } from "../theories/robust-features/index.ts";
import type { Cell, CellError, CellRecord, CellTask, ClaimTask, Made, Row, RunTask } from "./cell.ts";
import { observationColumns } from "./observation-columns.ts";
import { parameterColumns } from "./parameter-columns.ts";
import { runRows } from "./run-rows.ts";

export interface ComputeOptions {
  version: string;
  /** The claim of that id. Errors: whatever says that there is none. */
  claimOf: (id: string) => Promise<Claim>;
  /** Who computes, for the record. */
  worker: string;
  /** Which attempt this is; default 1. */
  attempts?: number;
}

/** The cell's rows; an error of the cell itself becomes a failed record. */
export async function computeCell(cell: Cell, { version, claimOf, worker, attempts = 1 }: ComputeOptions): Promise<CellRecord> {
  const started = performance.now();
  const made = (): Made => ({ seconds: (performance.now() - started) / 1000, attempts, worker });
  try {
    const rows = cell.task.kind === "run" ? runRowsOf(cell.task) : claimRows(cell.task, await claimOf(cell.task.claim));
    return { key: cell.key, index: cell.index, version, status: "done", rows, made: made() };
  } catch (error) {
    return failedRecord(cell, version, errorOf(error), made());
  }
}

/** The record of a cell that gives no rows: what it would have been about, and why not. */
export function failedRecord({ key, index, task }: Cell, version: string, error: CellError, made: Made): CellRecord {
  return { key, index, version, status: "failed", rows: failedRows(task), error, made };
}

function failedRows(task: CellTask): Row[] {
  const parameters = parameterColumns(task);
  return task.kind === "run" ? [{ ...parameters, seed: task.seed }] : task.seeds.map((seed) => ({ ...parameters, seed }));
}

function runRowsOf(task: RunTask): Row[] {
  const { record } = simulate(task.spec, task.seed);
  const parameters = parameterColumns(task);
  return runRows(record, task.rows).map((row) => ({ ...parameters, seed: task.seed, ...row }));
}

/** What one seed showed besides its verdict. */
interface Seen {
  observation: unknown;
  hypotheses: readonly HypothesisResult[];
}

/** A row a seed; a single row where there is no such point. */
function claimRows(task: ClaimTask, claim: Claim): Row[] {
  const seen = new Map<number, Seen>();
  const own = task.point === null ? atItsOwnSetting(claim) : claim;
  const examined = examineCell(own, task.point ?? noPoint, task.seeds, (seed, observation, hypotheses) => { seen.set(seed, { observation, hypotheses }); });
  const { verdict, margin, binding, pooled } = examined;
  const shared: Row = { ...parameterColumns(task), verdict, pointMargin: finite(margin), binding };
  if (examined.trials.length === 0) return [shared];
  return examined.trials.map(({ seed, inside, holds, observed }) => {
    const { observation, hypotheses } = seen.get(seed)!;
    return {
      ...shared, seed, inside, holds, ...marginsOf(claim, hypotheses, observation), observed, ...(pooled === undefined ? {} : { pooled: pooled.outcome }),
      ...observationColumns(observation),
    };
  });
}

const noPoint: Point = {};

/** The claim's own setting as a region of one point, so that it is examined like any other. */
function atItsOwnSetting(claim: Claim): Claim {
  return { ...claim, region: { box: {}, hypotheses: () => [], experiments: () => claim.experiments } };
}

/** The least margin of the seed's own hypotheses, and how far its observation is from failing. */
function marginsOf({ prediction }: Claim, hypotheses: Seen["hypotheses"], observation: unknown): Row {
  const least = hypotheses.reduce((low, { margin }) => (Number.isNaN(margin) || margin < low ? margin : low), Infinity);
  return { seedMargin: finite(least), predictionMargin: isPooled(prediction) || prediction.margin === undefined ? null : finite(prediction.margin(observation)) };
}

const finite = (x: Examined["margin"]): number | null => (x !== null && Number.isFinite(x) ? x : null);

function errorOf(error: unknown): CellError {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: "Error", message: String(error) };
}
