/** A look at every cell before anything starts: whether it can be run, whether it stands there twice, and what all will cost. */
import { createHash } from "node:crypto";
import { canonical } from "../claims/index.ts";
import { ParameterError, ResourceError } from "../errors/index.ts";
import { bytesText } from "./amounts.ts";
import type { Cell, CellTask } from "./cell.ts";
import type { SweepPlan } from "./plan.ts";

export interface Survey {
  cells: number;
  operations: number;
  /** Operations of the costliest cell. */
  longest: number;
  /** Bytes of the arrays of the largest cell. */
  largest: number;
}

export interface SurveyOptions {
  where: string;
  /** Bytes that a single cell may take for its arrays. */
  available: number;
}

/**
 * Costs of all cells. Takes 8 bytes a cell while it looks.
 *
 * Errors: ParameterError on a cell that is impossible or stands there twice; ResourceError on one that does not fit into memory.
 */
export function surveySweep(plan: SweepPlan, { where, available }: SurveyOptions): Survey {
  const survey: Survey = { cells: plan.count, operations: 0, longest: 0, largest: 0 };
  const hashes = new BigUint64Array(plan.count);
  for (let index = 0; index < plan.count; index++) {
    const cell = plan.cellAt(index);
    const { operations, bytes } = plan.costAt(index);
    if (bytes > available) throw tooLarge(cell, bytes, available, where);
    survey.operations += operations;
    survey.longest = Math.max(survey.longest, operations);
    survey.largest = Math.max(survey.largest, bytes);
    hashes[index] = hashOf(cell.task);
  }
  const sorted = hashes.slice().sort();
  const twice = sorted.filter((hash, i) => i > 0 && hash === sorted[i - 1]);
  if (twice.length > 0) throw duplicate(plan, hashes, new Set(twice), where);
  return survey;
}

/** 64 bits of a hash of what is computed, whatever the axes call it: among 10 million cells two share them with probability 3e-6. */
function hashOf({ at: _at, ...work }: CellTask): bigint {
  return createHash("sha256").update(canonical(work)).digest().readBigUInt64LE(0);
}

function duplicate(plan: SweepPlan, hashes: BigUint64Array, twice: ReadonlySet<bigint>, where: string): ParameterError {
  const first = hashes.findIndex((hash) => twice.has(hash));
  const second = hashes.indexOf(hashes[first], first + 1);
  const [one, other] = [first, second].map((index) => cellWords(plan.cellAt(index).task));
  return new ParameterError({
    where, problem: `cells ${first} (${one}) and ${second} (${other}) compute the same.`, expected: "every cell once.",
    mend: one.includes("mode = standard") || other.includes("mode = standard") ? "standard training knows no attack: put mode and threat into a ladder." : "leave one of the values out.",
  });
}

function tooLarge(cell: Cell, bytes: number, available: number, where: string): ResourceError {
  return new ResourceError({
    where, problem: `cell ${cell.index} (${cellWords(cell.task)}) needs about ${bytesText(bytes)} for its arrays.`, expected: `at most ${bytesText(available)}, which is what there is for one cell.`,
    mend: "lower N, P, d, k or m there, raise budget.memory, or use a larger machine.",
  });
}

/** What a cell is, in a few words: its values on the axes, and its seed. */
export function cellWords(task: CellTask): string {
  const at = Object.entries(task.at).map(([name, value]) => `${name} = ${String(value)}`);
  return [...(task.kind === "claim" ? [task.claim] : []), ...at, task.kind === "run" ? `seed ${task.seed}` : task.seeds.length === 1 ? `seed ${task.seeds[0]}` : `${task.seeds.length} seeds`].join(", ");
}
