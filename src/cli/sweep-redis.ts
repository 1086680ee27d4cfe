/** `lemmagrad sweep --engine bullmq`, and its status, collection and cancellation: the coordinator's side of a sweep in Redis. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { canonical } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import {
  bullmqEngine, cancelSweep, collectSweep, type Connection, connect, type RedisAddress, redisAddress, submitSweep, type SweepAddress, type SweepStatus, sweepStatus,
} from "../sweep/bullmq/index.ts";
import { type Engine, manifestOf } from "../sweep/index.ts";
import { exitCode } from "./exit.ts";
import { commandOf, conduct, type PreparedSweep, prepareSweep, type SweepFlags } from "./sweep.ts";
import { counted, jsonText, table } from "./table.ts";

export interface RedisFlags {
  redis?: string;
  json?: boolean;
}

const say = (words: string): void => void process.stderr.write(`lemmagrad: ${words}\n`);

/** Submits the cells; with `detach` that is all, otherwise waits for what workers make of them and writes the table. */
export async function runOverRedis(file: string, prepared: PreparedSweep, flags: SweepFlags): Promise<number> {
  const { plan, attempts, cellSeconds } = prepared;
  for (const [flag, given] of [["--workers", flags.workers], ["--part", flags.part]] as const) {
    if (given !== undefined) throw new ParameterError({ where: flag, problem: "with --engine bullmq, workers take the cells as they come.", expected: `no ${flag}.`, mend: "start as many `lemmagrad worker --concurrency N` as you like, on any machine." });
  }
  return withRedis(flags.redis, async (connection) => {
    const sweep = { ...addressOf(connection, file, prepared), notice: say };
    if (!flags.detach) {
      say(`${workersLine(connection.address, prepared)}\nlemmagrad: it may be interrupted: the cells stay in Redis, and workers go on.`);
      return conduct(file, prepared, within(prepared.seconds, bullmqEngine(sweep), sweep), { ...flags, workers: 1 });
    }
    const { waiting, active, finished } = await submitSweep(sweep, cellsOf(prepared), { identity: plan.identity, attempts, cellSeconds, signal: new AbortController().signal });
    const counts = { id: sweep.id, cells: plan.count, waiting, active, finished };
    if (flags.json) process.stdout.write(jsonText(counts));
    else process.stdout.write(`sweep ${sweep.id.slice(0, 12)}: ${counted(plan.count, "cell")} in ${connection.address.shown}; ${waiting} waiting, ${active} being computed, ${finished} finished\n${workersLine(connection.address, prepared)}\ncollect with:\n  ${commandOf(file, { ...flags, detach: undefined }, "collect")}\n`);
    return exitCode.ok;
  });
}

/** The engine with a budget of seconds on the clock: then no further cell is begun, and what is missing is for a later --resume. */
function within(seconds: number, engine: Engine, sweep: SweepAddress): Engine {
  if (!Number.isFinite(seconds)) return engine;
  return {
    async run(cells, options) {
      const time = AbortSignal.timeout(Math.min(1000 * seconds, 2 ** 31 - 1));
      await engine.run(cells, { ...options, signal: AbortSignal.any([options.signal, time]) });
      if (time.aborted) await cancelSweep(sweep);
    },
  };
}

/** Fetches the records that are there and writes the table from them. */
export function collectOverRedis(file: string, flags: SweepFlags): Promise<number> {
  return withRedis(flags.redis, async (connection) => {
    const prepared = await prepareSweep(file, flags);
    const sweep = addressOf(connection, file, prepared);
    const engine: Engine = { run: async (cells, options) => void (await collectSweep(sweep, cells, options)) };
    return conduct(file, prepared, engine, { ...flags, engine: "bullmq", workers: 1, resume: true });
  });
}

/** How far sweeps are: the one of a file or an id, or all. */
export function statusOverRedis(which: string | undefined, { redis, json }: RedisFlags): Promise<number> {
  return withRedis(redis, async (connection) => {
    const found = await sweepStatus(connection, which === undefined ? undefined : await idOf(connection, which));
    if (json) process.stdout.write(jsonText(found.map(plain)));
    else process.stdout.write(found.length === 0 ? `no sweeps in ${connection.address.shown}\n` : statusTable(found));
    return exitCode.ok;
  });
}

/** Takes back what waits; with `forget`, removes all of it from Redis. */
export function cancelOverRedis(which: string, { redis, json, forget = false }: RedisFlags & { forget?: boolean }): Promise<number> {
  return withRedis(redis, async (connection) => {
    const id = await idOf(connection, which);
    const before = await cancelSweep({ connection, id }, { forget });
    if (json) process.stdout.write(jsonText({ ...plain(before), forgotten: forget }));
    else if (forget) process.stdout.write(`sweep ${id.slice(0, 12)} is forgotten: ${counted(before.finished, "result")} and ${counted(before.waiting + before.active, "open cell")} removed\n`);
    else process.stdout.write(`sweep ${id.slice(0, 12)} is cancelled: ${counted(before.waiting, "cell")} taken back, ${before.active} still being computed, ${counted(before.finished, "result")} kept; submit it again to go on, or --forget to remove it\n`);
    return exitCode.ok;
  });
}

async function withRedis(flag: string | undefined, body: (connection: Connection) => Promise<number>): Promise<number> {
  const connection = await connect(redisAddress(flag), { notice: say });
  try {
    return await body(connection);
  } finally {
    await connection.close();
  }
}

/** The same for the same definition, version and claims, wherever its file lies. */
function addressOf(connection: Connection, file: string, { definition, plan }: PreparedSweep): SweepAddress & { name: string } {
  return { connection, id: createHash("sha256").update(canonical(manifestOf(definition, plan.identity, plan.count))).digest("hex"), name: basename(file) };
}

function cellsOf({ plan }: PreparedSweep): Iterable<ReturnType<PreparedSweep["plan"]["cellAt"]>> {
  return { *[Symbol.iterator]() { for (let index = 0; index < plan.count; index += 1) yield plan.cellAt(index); } };
}

/** The sweep of a file, or the one whose id begins so. Errors: ParameterError when there is none, or more than one. */
async function idOf(connection: Connection, which: string): Promise<string> {
  if (existsSync(which)) return addressOf(connection, which, await prepareSweep(which, {})).id;
  const all = /^[0-9a-f]{4,64}$/.test(which) ? (await sweepStatus(connection)).filter(({ id }) => id.startsWith(which)) : [];
  if (all.length === 1) return all[0].id;
  throw new ParameterError({
    where: `sweep ${which}`, problem: all.length === 0 ? `there is no such file, and no sweep in ${connection.address.shown} whose id begins so.` : `${all.length} sweeps in ${connection.address.shown} begin so.`,
    expected: "a sweep file, or the beginning of the id of one sweep.", mend: "`lemmagrad sweep status` lists the sweeps of a Redis.",
  });
}

function workersLine({ shown }: RedisAddress, { claims }: PreparedSweep): string {
  return `workers, on any machine that reaches it:\n  npx lemmagrad worker --redis ${shown}${claims === undefined ? "" : " --claims FOLDER"}    # with a password: LEMMAGRAD_REDIS=... instead of --redis`;
}

const plain = ({ id, name, state, cells, waiting, active, finished, missing, submittedAt, identity }: SweepStatus): Record<string, unknown> => ({ id, name, state, cells, waiting, active, finished, missing, submittedAt, ...identity });

function statusTable(found: readonly SweepStatus[]): string {
  return table(["sweep", "name", "state", "cells", "waiting", "computing", "finished", "missing"], found.map(({ id, name, state, cells, waiting, active, finished, missing }) => [
    id.slice(0, 12), name, state === "cancelled" ? "cancelled" : cells > 0 && finished === cells ? "finished" : "open", ...[cells, waiting, active, finished, missing].map(String),
  ]), 3);
}
