/**
 * A cell: one piece of a sweep, computed by one thread, as plain JSON; and the record of what it gave.
 *
 * A cell's key is the hash of all that its rows depend on, so that what was computed for one cell is never taken for another's, by whatever
 * engine, folder or machine it was computed.
 */
import { createHash } from "node:crypto";
import { canonical, type Point } from "../claims/index.ts";
import type { RunSpec } from "../theories/robust-features/index.ts";

/** What is computed. */
export type CellTask = ClaimTask | RunTask;

/** A claim examined at a point of its region, or at its own setting, on all of the sweep's seeds. */
export interface ClaimTask {
  kind: "claim";
  /** Its id. */
  claim: string;
  /** null: the claim's own experiments. */
  point: Point | null;
  seeds: number[];
  /** The values on the sweep's axes; those that are no parameters, such as A/B, get columns too. */
  at: Point;
}

/** A training run. */
export interface RunTask {
  kind: "run";
  spec: RunSpec;
  seed: number;
  /** A row at the end, or one a logged step. */
  rows: "end" | "steps";
  at: Point;
}

/** What the rows of a sweep depend on besides its cells. */
export interface Identity {
  /** Version and build of lemmagrad, such as 0.1.0+3fa94c1d20b7. */
  version: string;
  /** Hash of the folder of claims of the user's own; "" for the package's, which the version tells. */
  claims: string;
}

export interface Cell {
  /** Hash of task and identity. */
  key: string;
  /** Place in the table, from 0. */
  index: number;
  task: CellTask;
}

/** What stands in a column of the table; null: no value, or one that is not finite. */
export type Value = number | string | boolean | null;
export type Row = Readonly<Record<string, Value>>;

/** What a cell gave. All but `made` is the same whoever computes it. */
export interface CellRecord {
  key: string;
  index: number;
  version: string;
  status: "done" | "failed";
  /** Of a failed cell: its parameters. */
  rows: Row[];
  error?: CellError;
  made: Made;
}

export interface CellError {
  name: string;
  message: string;
}

/** How the record came about; never in the table. */
export interface Made {
  seconds: number;
  /** How many times the cell was begun: more than 1 after its thread ended without an answer. */
  attempts: number;
  /** Who computed it, such as local-1: the name of its file of records. */
  worker: string;
}

export function cellKey(task: CellTask, { version, claims }: Identity): string {
  return createHash("sha256").update(canonical({ task, version, claims })).digest("hex");
}
