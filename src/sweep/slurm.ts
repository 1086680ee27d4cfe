/**
 * A sweep as a Slurm array job: one script whose every task computes a part of the cells, and one that writes the table from what they left.
 *
 * The tasks share nothing but the results folder, in which each writes files of its own; a task that was stopped goes on where it was when
 * it is submitted again.
 */
import { basename } from "node:path";

export interface SlurmScripts {
  /** For sbatch: the array of parts. */
  parts: string;
  /** For sbatch, after the parts: the table. */
  collect: string;
}

export interface SlurmOptions {
  /** Node and the command line's module, and whatever else comes before `sweep`. */
  program: readonly string[];
  /** The sweep file and the results folder, absolute. */
  file: string;
  out: string;
  tasks: number;
  /** Cores a task. */
  cores: number;
  /** Bytes a task. */
  memory: number;
  /** Seconds that a task may take. */
  seconds: number;
  backend: string;
}

export const slurmNames = { parts: "sweep.sbatch", collect: "collect.sbatch", logs: "slurm" } as const;

export function slurmScripts({ program, file, out, tasks, cores, memory, seconds, backend }: SlurmOptions): SlurmScripts {
  const name = basename(file).replace(/\.[^.]*$/, "").replaceAll(/[^\w.-]+/g, "-");
  const command = `${program.map(quoted).join(" ")} sweep ${quoted(file)} --out ${quoted(out)}`;
  const megabytes = Math.ceil(memory / 1e6);
  const log = (which: string): string => `"${`${out}/${slurmNames.logs}/`.replaceAll("%", "%%")}${which}.log"`;
  return {
    parts: `#!/usr/bin/env bash
#SBATCH --job-name=${name}
#SBATCH --array=0-${tasks - 1}
#SBATCH --cpus-per-task=${cores}
#SBATCH --mem=${megabytes}M
#SBATCH --time=${clock(seconds)}
#SBATCH --output=${log("%A-%a")}
#SBATCH --requeue
#SBATCH --signal=B:TERM@30
# One of ${tasks} parts of a sweep. What is done stays done: a task that is stopped, or submitted again, computes only what is missing.
# What a job needs before Node runs, such as \`module load nodejs\`, goes here.
set -euo pipefail

part="\${SLURM_ARRAY_TASK_ID:?this script is for sbatch, which says which part of the array it is}"
exec ${command} --part "\${part}/${tasks}" --workers "\${SLURM_CPUS_PER_TASK:-${cores}}" --backend ${backend}
`,
    collect: `#!/usr/bin/env bash
#SBATCH --job-name=${name}-collect
#SBATCH --cpus-per-task=1
#SBATCH --mem=1000M
#SBATCH --time=${clock(Math.max(600, seconds / 10))}
#SBATCH --output=${log("collect-%j")}
# Writes the table from what all parts left; its exit code is 1 when a cell failed or is missing.
set -euo pipefail

exec ${command} --collect
`,
  };
}

/** D-HH:MM:SS, rounded up to minutes. */
function clock(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  const two = (x: number): string => String(x).padStart(2, "0");
  return `${Math.floor(minutes / 1440)}-${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}:00`;
}

/** A word as bash takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
