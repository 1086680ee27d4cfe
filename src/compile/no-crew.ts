/**
 * What stands in for crew.ts in a page. A browser has no threads that may wait for each other where pages run, so asking for
 * several runs one, with the same bits; the threads' code need not be downloaded: package.json says what #crew is where.
 */
import { InternalError } from "../errors/index.ts";
import { Workspace } from "./workspace.ts";

export function threadsSupported(): boolean {
  return false;
}

/** Never made: a workspace of one thread does all the work. */
export abstract class Crew extends Workspace {
  abstract readonly threads: number;
  abstract learn(tasks: readonly unknown[]): number;
  abstract forget(plan: number): void;
  abstract round(plan: number, group: number, task: unknown, start: number): void;
}

/** Errors: InternalError always: nobody may ask where threads are not supported. */
export function crewOf(threads: number): Crew {
  throw new InternalError({ where: "compile", problem: `${threads} threads were asked for in a page, which has one.` });
}
