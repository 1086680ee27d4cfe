/**
 * What stands in for crew.ts in a page. A browser has no threads that may wait for each other where pages run, so asking for
 * several runs one, with the same bits; the threads' code need not be downloaded: package.json says so under "browser".
 */
import { InternalError } from "../errors/index.ts";
import type { Workspace } from "./workspace.ts";

export function threadsSupported(): boolean {
  return false;
}

/** Never made: a workspace of one thread does all the work. It extends nothing, for this file is run before the engine, which imports it. */
export abstract class Crew implements Workspace {
  abstract readonly exports: Workspace["exports"];
  abstract readonly base: number;
  abstract generation: number;
  abstract busy: boolean;
  abstract readonly buffer: ArrayBuffer;
  abstract readonly threads: number;
  abstract reserve(bytes: number): void;
  abstract learn(tasks: readonly unknown[]): number;
  abstract forget(plan: number): void;
  abstract round(plan: number, group: number, task: unknown, start: number): void;
}

/** Errors: InternalError always: nobody may ask where threads are not supported. */
export function crewOf(threads: number): Crew {
  throw new InternalError({ where: "compile", problem: `${threads} threads were asked for in a page, which has one.` });
}
