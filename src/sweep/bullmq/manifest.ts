/** What Redis keeps of a sweep besides its cells: lemmagrad:sweeps lists the ids in order of submission, lemmagrad:sweep:ID says what each is. */
import type { Connection } from "./connection.ts";
import type { EngineOptions } from "../engine.ts";
import type { Identity } from "../cell.ts";

/** First part of every key; also BullMQ's prefix. */
export const prefix = "lemmagrad";
const listKey = `${prefix}:sweeps`;
export const manifestKey = (id: string): string => `${prefix}:sweep:${id}`;
/** BullMQ's queue of a sweep. */
export const queueName = (id: string): string => `cells-${id}`;

/** `cancelled`: takes no cells until it is submitted again. */
export type SweepState = "open" | "cancelled";

export interface Manifest extends Pick<EngineOptions, "identity" | "attempts" | "cellSeconds"> {
  id: string;
  /** The sweep file's name, for people. */
  name: string;
  state: SweepState;
  /** How many cells there are; 0 until all are submitted once. */
  cells: number;
  submittedAt: string;
}

/** Lists the sweep, and opens it if it was cancelled; what it knows already is kept. */
export async function writeManifest({ redis }: Connection, { id, name, identity, attempts, cellSeconds, submittedAt }: Manifest): Promise<void> {
  // in this order, so that what is cut short is a sweep without a version: none
  await redis.zadd(listKey, "NX", String(Date.parse(submittedAt)), id);
  await redis.hsetnx(manifestKey(id), "submittedAt", submittedAt);
  await redis.hset(manifestKey(id), { version: identity.version, claims: identity.claims, attempts: String(attempts), cellSeconds: String(cellSeconds), name, state: "open" satisfies SweepState });
}

export async function readManifest({ redis }: Connection, id: string): Promise<Manifest | undefined> {
  const { version, claims = "", attempts, cellSeconds, name = "", state = "open", cells = "0", submittedAt = "" } = await redis.hgetall(manifestKey(id));
  if (version === undefined) return undefined;
  const identity: Identity = { version, claims };
  return { id, name, identity, attempts: Number(attempts), cellSeconds: Number(cellSeconds), state: state as SweepState, cells: Number(cells), submittedAt };
}

export const setCells = ({ redis }: Connection, id: string, cells: number): Promise<number> => redis.hset(manifestKey(id), "cells", String(cells));
export const setState = ({ redis }: Connection, id: string, state: SweepState): Promise<number> => redis.hset(manifestKey(id), "state", state);
export const stateOf = async ({ redis }: Connection, id: string): Promise<SweepState | null> => (await redis.hget(manifestKey(id), "state")) as SweepState | null;

/** Ids, oldest first. */
export const listSweeps = ({ redis }: Connection): Promise<string[]> => redis.zrange(listKey, "0", "-1");

export async function removeManifest({ redis }: Connection, id: string): Promise<void> {
  await redis.del(manifestKey(id));
  await redis.zrem(listKey, id);
}
