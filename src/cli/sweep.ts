/** `lemmagrad sweep`: many cells, one table, and nothing lost when it is stopped. */
import { mkdirSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Theory } from "../claims/index.ts";
import { setFlagsFromString } from "node:v8";
import { ParameterError } from "../errors/index.ts";
import { availableBackends, type BackendName, selectBackend } from "../kernels/index.ts";
import {
  bytesOf, bytesText, type CellRecord, cellWords, claimFolder, type Engine, type Kept, localEngine, manifestOf, pictureOf, planSweep, readDefinition, mergeTables, readLedger, rowsInOrder, runSweep, secondsOf, slurmNames, slurmScripts, type Survey, surveySweep, type SweepDefinition,
  type SweepPlan, sweepSchemaText, tableNames, takeLock, writeTables, writeWhole, type WrittenTable,
} from "../sweep/index.ts";
import { redisAddress } from "../sweep/bullmq/address.ts";
import { sweepPage } from "../report/index.ts";
import { type Cost, costWords, measuredRate } from "./cost.ts";
import { exitCode, onInterrupt } from "./exit.ts";
import { installation } from "./installation.ts";
import { progressLine } from "./progress.ts";
import { claimsNamed, identityOf, theoryOfRuns } from "./sweep-identity.ts";
import { counted, duration, jsonText, shellWord, table } from "./table.ts";

export interface SweepFlags {
  engine: "local" | "bullmq" | "slurm";
  redis?: string;
  detach?: boolean;
  /** Tasks of a Slurm array. */
  tasks?: number;
  workers?: number;
  backend: BackendName;
  out?: string;
  resume?: boolean;
  dryRun?: boolean;
  collect?: boolean;
  part?: Part;
  json?: boolean;
}

/** Every cell whose place leaves the rest `number` when divided by `of`. */
export interface Part {
  number: number;
  of: number;
}

const partName = ({ number, of }: Part): string => `part-${number}-of-${of}`;

/** A sweep as it was asked for: read, checked, and each of its cells looked at. */
export interface PreparedSweep {
  definition: SweepDefinition;
  plan: SweepPlan;
  survey: Survey;
  /** What the machine's speed is measured with. */
  benchmark?: NonNullable<Theory["benchmark"]>;
  /** The folder of claims of the user's own, absolute. */
  claims?: string;
  out: string;
  /** Bytes that all may take. */
  memory: number;
  attempts: number;
  cellSeconds: number;
  /** Seconds on the clock; Infinity without a budget. */
  seconds: number;
}

/** Memory of the main thread, and of a thread before it computes anything. */
const [mainBytes, threadBytes] = [120e6, 45e6];

export async function prepareSweep(file: string, flags: Pick<SweepFlags, "out">): Promise<PreparedSweep> {
  const read = readDefinition(file);
  const claims = read.claims === undefined ? undefined : resolve(dirname(file), read.claims);
  const named = read.claim === undefined ? [] : await claimsNamed([read.claim].flat(), claims);
  const chosen = named.map(({ claim }) => claim);
  const benchmark = (named.length === 0 ? [await theoryOfRuns()] : named.map(({ theory }) => theory)).find((theory) => theory?.benchmark !== undefined)?.benchmark;
  const definition: SweepDefinition = chosen.length === 0 ? read : { ...read, claim: chosen.length === 1 ? chosen[0].id : chosen.map(({ id }) => id) };
  const plan = planSweep(definition, { where: file, identity: identityOf(claims), claimOf: (id) => chosen.find((claim) => claim.id === id)! });
  const { memory: asked, time, cellTime, attempts = 3 } = definition.budget ?? {};
  const memory = asked === undefined ? machineMemory() : bytesOf(asked, `${file}: budget.memory`);
  const survey = surveySweep(plan, { where: file, available: Math.max(0, memory - mainBytes - threadBytes) });
  return {
    definition, plan, survey, memory, attempts, ...(benchmark === undefined ? {} : { benchmark }), out: flags.out ?? join("report/sweep", basename(file).replace(/\.(ya?ml|json)$/, "")), ...(claims === undefined ? {} : { claims }),
    cellSeconds: cellTime === undefined ? Infinity : secondsOf(cellTime, `${file}: budget.cellTime`), seconds: time === undefined ? Infinity : secondsOf(time, `${file}: budget.time`),
  };
}

/** What the machine, or the container, has. */
export function machineMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Megabytes of JavaScript objects that each of so many threads may have. */
export const heapMegabytes = (memory: number, workers: number): number => Math.max(256, Math.min(4096, Math.floor(memory / workers / 1e6)));

/** As many as were asked for or there are cores, but no more than there are cells or than fit into memory. */
export function workersFor({ survey, memory }: PreparedSweep, asked: number | undefined, cells: number): { workers: number; fitting: number } {
  const fitting = Math.max(1, Math.floor((memory - mainBytes) / (threadBytes + survey.largest)));
  return { workers: Math.max(1, Math.min(asked ?? availableParallelism(), fitting, cells)), fitting };
}

function costOfSweep({ survey, benchmark }: PreparedSweep, workers: number): Cost {
  const speed = survey.operations < 5e9 || benchmark === undefined ? 3e9 : measuredRate(benchmark);
  return {
    runs: survey.cells, operations: survey.operations, workers, seconds: Math.max(survey.operations / workers, survey.longest) / speed,
    megabytes: Math.ceil((mainBytes + workers * (threadBytes + survey.largest)) / 1e7) * 10,
  };
}

/** "60 cells (1.2e+9 operations), about ..."; of a part in proportion. */
function costText({ plan }: PreparedSweep, cost: Cost, cells: number): string {
  const share = cells / plan.count;
  return costWords({ ...cost, operations: cost.operations * share, seconds: cost.seconds * share }).replace(/^\d+ runs?/, counted(cells, "cell"));
}

/** Returns the exit code: 1 when a cell failed or is missing at the end. */
export async function sweep(file: string, flags: SweepFlags): Promise<number> {
  const prepared = await prepareSweep(file, flags);
  selectBackend(flags.backend);
  if (flags.dryRun) return dryRun(file, prepared, flags);
  if (flags.engine === "bullmq") return (await import("./sweep-redis.ts")).runOverRedis(file, prepared, flags);
  const redisOnly = flags.detach ? "--detach" : flags.redis === undefined ? undefined : "--redis";
  if (redisOnly !== undefined) throw new ParameterError({ where: redisOnly, problem: "the local engine has no use for it.", expected: "--engine bullmq beside it.", mend: "add --engine bullmq, or leave it out." });
  if (flags.tasks !== undefined && flags.engine !== "slurm") throw new ParameterError({ where: "--tasks", problem: "only a Slurm array has tasks.", expected: "--engine slurm beside it.", mend: "add --engine slurm, or leave it out." });
  // the collector's script asks for the table alone, and so may a person
  if (flags.engine === "slurm" && !flags.collect && flags.part === undefined) return writeSlurm(file, prepared, flags);
  return runLocally(file, prepared, flags);
}

/** Cores of a Slurm task, and tasks, where nothing is said: most clusters take arrays of up to 1000. */
const [coresOfTask, mostTasks] = [2, 100];

/** Writes the two scripts for sbatch; the cluster does the rest. */
function writeSlurm(file: string, prepared: PreparedSweep, flags: SweepFlags): number {
  const { plan, survey, out, seconds: budget } = prepared;
  const tasks = Math.min(plan.count, flags.tasks ?? mostTasks);
  const cores = flags.workers ?? coresOfTask;
  claimFolder(out, manifestOf(prepared.definition, plan.identity, plan.count));
  const { seconds } = costOfSweep(prepared, tasks * cores);
  const scripts = slurmScripts({
    program: ["node", join(installation().root, "dist/cli/main.js")], file: resolve(file), out: resolve(out), tasks, cores, backend: flags.backend,
    memory: mainBytes + cores * (threadBytes + survey.largest) + slurmSpare,
    // twice the estimate and ten minutes to begin: the cluster's cores are not this machine's
    seconds: budget === Infinity ? 600 + 2 * seconds : budget + 600,
  });
  mkdirSync(join(out, slurmNames.logs), { recursive: true });
  const [parts, collect] = [join(out, slurmNames.parts), join(out, slurmNames.collect)];
  writeWhole(parts, scripts.parts);
  writeWhole(collect, scripts.collect);
  say(`${counted(plan.count, "cell")} in ${counted(tasks, "task")} of ${counted(cores, "core")}.`);
  process.stdout.write(`job=$(sbatch --parsable ${shellWord(parts)}) && sbatch --dependency=afterany:"$job" ${shellWord(collect)}\n`);
  return exitCode.ok;
}

/** Bytes that Node takes beside what is reckoned with. */
const slurmSpare = 400e6;

async function runLocally(file: string, prepared: PreparedSweep, flags: SweepFlags): Promise<number> {
  const { workers, fitting } = workersFor(prepared, flags.workers, prepared.plan.count);
  if (fitting < (flags.workers ?? Math.min(availableParallelism(), prepared.plan.count))) say(`${counted(workers, "worker")}: more do not fit into ${bytesText(prepared.memory)}, at ${bytesText(prepared.survey.largest)} for the largest cell.`);
  const name = flags.part === undefined ? undefined : partName(flags.part);
  const engine = localEngine({
    thread: installation().worker, workers, backend: flags.backend, ...(prepared.claims === undefined ? {} : { claims: prepared.claims }), ...(name === undefined ? {} : { name }),
    heapMegabytes: heapMegabytes(prepared.memory, workers),
  });
  return conduct(file, prepared, engine, { ...flags, workers });
}

/** Runs a sweep on an engine, from taking the folder to writing the table. */
export async function conduct(file: string, prepared: PreparedSweep, engine: Engine, flags: SweepFlags & { workers: number }): Promise<number> {
  const started = performance.now();
  const { plan, out } = prepared;
  // what a cell leaves behind is small and long in being collected: V8 lets a heap of 35 MB grow fourfold before it looks
  setFlagsFromString("--heap-growing-percent=40");
  claimFolder(out, manifestOf(prepared.definition, plan.identity, plan.count));
  const { part } = flags;
  const lock = takeLock(out, part === undefined ? ".lock" : `.lock-${partName(part)}`, say);
  try {
    const kept = readLedger(out, plan);
    sayKept(kept);
    const { ledger } = kept;
    if (ledger.done + ledger.failed > 0 && !flags.resume && !flags.collect && part === undefined) {
      throw new ParameterError({ where: `--out ${out}`, problem: `it holds ${counted(ledger.done, "finished cell")} of this sweep.`, expected: "a new folder, or --resume.", mend: "add --resume to compute what is missing or failed, or --collect to write the table from what there is." });
    }
    const chosen = part === undefined ? undefined : (index: number) => index % part.of === part.number;
    if (!flags.collect) await compute(file, prepared, engine, kept, flags, chosen);
    if (part !== undefined) return endOfPart(kept, plan, part, chosen!);
    const written = writeTables(out, () => rowsInOrder(out, ledger));
    writePage(file, prepared, kept, written, flags);
    return finish(file, prepared, kept, written, flags, (performance.now() - started) / 1000);
  } finally {
    lock.release();
  }
}

async function compute(file: string, prepared: PreparedSweep, engine: Engine, { ledger }: Kept, flags: SweepFlags & { workers: number }, chosen: ((index: number) => boolean) | undefined): Promise<void> {
  const { plan, out, attempts, cellSeconds, seconds } = prepared;
  const { part } = flags;
  const line = progressLine();
  const total = chosen === undefined ? plan.count : countOf(plan.count, chosen);
  let count = total - countOf(plan.count, (index) => (chosen?.(index) ?? true) && !ledger.isDone(index));
  if (count < total) say(count === 0 ? `${flags.engine === "local" ? costText(prepared, costOfSweep(prepared, flags.workers), total) : `${counted(total, "cell")} for workers in Redis`}.` : `${count} of ${counted(total, "cell")} are done already.`);
  const free = onInterrupt(() => {
    line.end();
    return `lemmagrad: interrupted; ${counted(ledger.done, "finished cell")} kept in ${out}. Go on with:\n  ${commandOf(file, flags)} --resume\n`;
  });
  const end = performance.now() + 1000 * seconds;
  const failures: CellRecord[] = [];
  // a record later the count is exact, so the first update says what was kept
  line.update(count, total, `${count} of ${counted(total, "cell")}`);
  try {
    await runSweep({
      out, plan, ledger, engine, attempts, cellSeconds, signal: new AbortController().signal, ...(chosen === undefined ? {} : { chosen }),
      mayBegin: () => performance.now() < end,
      ...(flags.engine !== "bullmq" ? { marks: part === undefined ? ".running" : `.running-${partName(part)}` } : {}),
      onSuspects: (indices) => say(`${counted(indices.length, "cell")} being computed when an earlier process ended (${indices.slice(0, 8).join(", ")}${indices.length > 8 ? ", ..." : ""}) will come last.`),
      onRecord(record) {
        line.update(++count, total, `${count} of ${counted(total, "cell")}${ledger.failed > 0 ? `, ${ledger.failed} failed` : ""}`);
        if (record.status === "failed" && failures.length < mostFailuresSaid) failures.push(record);
      },
    });
  } finally {
    line.end();
    free();
  }
  for (const { index, error } of failures) say(`cell ${index} (${cellWords(plan.cellAt(index).task)}) failed: ${error!.name}: ${error!.message}`);
}

const mostFailuresSaid = 5;

function countOf(cells: number, holds: (index: number) => boolean): number {
  let count = 0;
  for (let index = 0; index < cells; index++) if (holds(index)) count++;
  return count;
}

function sayKept({ damage, foreign }: Kept): void {
  for (const { file, lines, torn } of damage) say(`${file}: ${counted(lines, "record")} damaged${torn ? ", the last one torn off where a process was stopped" : ""}; what they said is computed again.`);
  if (foreign > 0) say(`${counted(foreign, "record")} of no cell of this sweep left alone.`);
}

function endOfPart({ ledger }: Kept, { count }: SweepPlan, { number, of }: Part, chosen: (index: number) => boolean): number {
  const own = countOf(count, chosen);
  const done = countOf(count, (index) => chosen(index) && ledger.isDone(index));
  say(`part ${number} of ${of}: ${done} of ${counted(own, "cell")} done${done < own ? "; the same command tries the others again" : ""}.`);
  return done === own ? exitCode.ok : exitCode.verdictDiffers;
}

function finish(file: string, { plan, out, seconds: budget }: PreparedSweep, { ledger }: Kept, { rows, columns }: WrittenTable, flags: SweepFlags & { workers: number }, seconds: number): number {
  const { done, failed, missing } = ledger;
  if (missing > 0) say(`${counted(missing, "cell")} of ${plan.count} missing${flags.collect || budget === Infinity ? "" : ": the budget of time is used up"}. Go on with:\n  ${commandOf(file, flags)} --resume`);
  if (failed > 0) say(`${counted(failed, "cell")} of ${plan.count} failed: the rows with status "failed" say why. --resume tries them again.`);
  const files = ["table.jsonl", "table.parquet", "table.csv"].map((name) => join(out, name));
  if (flags.json) process.stdout.write(jsonText({ version: plan.identity.version, out, cells: plan.count, done, failed, missing, rows, columns, files, seconds }));
  else process.stdout.write(`${counted(done, "cell")} done${failed > 0 ? `, ${failed} failed` : ""}${missing > 0 ? `, ${missing} missing` : ""}: ${counted(rows, "row")}, ${counted(columns.length, "column")}, in ${duration(seconds)}\ntable: ${files.join(", ")}\npage: ${join(out, "index.html")}\n`);
  return failed + missing === 0 ? exitCode.ok : exitCode.verdictDiffers;
}

/** index.html beside the table. */
function writePage(file: string, { plan, definition, out }: PreparedSweep, { ledger }: Kept, { rows, columns }: WrittenTable, flags: SweepFlags): void {
  const { figures, points, unlisted } = pictureOf(plan, definition, columns, rows, rowsInOrder(out, ledger), file);
  const swept = plan.axes.map(({ names, places }) => `${names.join(", ")} (${places.length}: ${few(places.map((place) => place.join(" / ")), 8)})`);
  writeWhole(join(out, "index.html"), sweepPage({
    title: definition.title ?? `Sweep ${basename(file)}`, version: plan.identity.version, figures, points, unlisted, files: Object.values(tableNames), rerun: commandOf(file, { ...flags, workers: undefined, backend: availableBackends[0] }),
    words: [`${plan.kind === "run" ? "Training runs" : plan.claims.join(", ")}: ${counted(plan.count, "cell")}, ${counted(plan.seeds.length, "seed")}.`, ...(swept.length === 0 ? [] : [`Swept: ${swept.join("; ")}.`]), ...(Object.keys(definition.set ?? {}).length === 0 ? [] : [`Set: ${Object.entries(definition.set!).map(([name, value]) => `${name} = ${value}`).join(", ")}.`])],
    cells: { all: plan.count, done: ledger.done, failed: ledger.failed, missing: ledger.missing },
  }));
}

/** The cells, time and memory of a sweep, and nothing run. */
function dryRun(file: string, prepared: PreparedSweep, flags: SweepFlags): number {
  const { plan, survey } = prepared;
  const { workers } = workersFor(prepared, flags.workers, plan.count);
  const cost = costOfSweep(prepared, workers);
  if (flags.json) {
    process.stdout.write(jsonText({ version: plan.identity.version, kind: plan.kind, cells: plan.count, axes: plan.axes.map(({ names, places }) => ({ names, values: places.length })), seeds: plan.seeds.length, ...cost, runs: undefined, largestCellBytes: survey.largest }));
    return exitCode.ok;
  }
  const axes = plan.axes.map(({ names, places }) => [names.join(", "), String(places.length), few(places.map((place) => place.join(" / ")), 8)]);
  const shown = Array.from({ length: Math.min(plan.count, mostCellsShown) }, (_, index) => {
    const { operations, bytes } = plan.costAt(index);
    return [String(index), cellWords(plan.cellAt(index).task), operations.toExponential(1), bytesText(bytes)];
  });
  process.stdout.write(`${file}: ${counted(plan.count, "cell")}${plan.claims.length > 0 ? ` of ${plan.claims.join(", ")}` : " of training"}, ${counted(plan.seeds.length, "seed")}

${axes.length === 0 ? "" : `${table(["axis", "values", ""], axes)}\n`}${table(["cell", "what", "operations", "arrays"], shown)}${plan.count > mostCellsShown ? `... and ${plan.count - mostCellsShown} more\n` : ""}
${costText(prepared, cost, plan.count)}; version ${plan.identity.version}
`);
  return exitCode.ok;
}

const mostCellsShown = 20;

const few = (words: readonly string[], most: number): string => (words.length <= most ? words.join(", ") : `${words.slice(0, most - 1).join(", ")}, ... ${words.at(-1)}`);

function say(words: string): void {
  process.stderr.write(`lemmagrad: ${words}\n`);
}

/** The command line that does the same again; how many threads and which backend is the workers' own affair where there are any. */
export function commandOf(file: string, { engine, redis, workers, backend, out, part }: SweepFlags, verb?: "collect"): string {
  const own = engine === "local"
    ? [...(workers === undefined ? [] : [`--workers ${workers}`]), ...(backend === availableBackends[0] ? [] : [`--backend ${backend}`])]
    : [...(verb === undefined ? [`--engine ${engine}`] : []), ...[redisAddress(redis).flag].filter((flag) => flag !== "")];
  return ["npx lemmagrad sweep", ...(verb === undefined ? [] : [verb]), shellWord(file), ...own, ...(out === undefined ? [] : [`--out ${shellWord(out)}`]), ...(part === undefined ? [] : [`--part ${part.number}/${part.of}`])].join(" ");
}

/** Prints the JSON Schema of sweep files. */
export function printSweepSchema(): number {
  process.stdout.write(sweepSchemaText());
  return exitCode.ok;
}

export interface MergeFlags {
  out: string;
  mixVersions?: boolean;
  json?: boolean;
}

/** `lemmagrad sweep merge`: several results folders as one table. */
export function merge(folders: readonly string[], { out, mixVersions = false, json }: MergeFlags): number {
  const { rows, columns, versions, shared, missing } = mergeTables({ folders, out, mixVersions });
  for (const { folder, cells } of missing) say(`${folder}: ${counted(cells, "cell")} of its sweep missing.`);
  if (shared > 0) say(`${counted(shared, "cell")} in more than one folder; each is in the table once.`);
  if (versions.length > 1) say(`rows of ${versions.length} versions: ${versions.join(", ")}. The column version tells them apart.`);
  const files = ["table.jsonl", "table.parquet", "table.csv"].map((name) => join(out, name));
  if (json) process.stdout.write(jsonText({ out, folders, versions, shared, missing, rows, columns, files }));
  else process.stdout.write(`${counted(rows, "row")}, ${counted(columns.length, "column")}, of ${counted(folders.length, "folder")}\ntable: ${files.join(", ")}\n`);
  return missing.length === 0 ? exitCode.ok : exitCode.verdictDiffers;
}
