/** Exit codes, errors as a reader meets them, and interruption. */
import { LemmagradError } from "../errors/index.ts";
import { redacted } from "../sweep/bullmq/redact.ts";
import type { Failure } from "./worker.ts";

export const exitCode = { ok: 0, verdictDiffers: 1, usage: 2, interrupted: 130 } as const;

/** One paragraph on standard error, with the stack under --debug, and never with the password of an address. */
export function printError(error: unknown, debug: boolean): void {
  process.stderr.write(`${redacted(errorText(error, debug))}\n`);
}

export function errorText(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `lemmagrad: ${String(error)}`;
  const known = error instanceof LemmagradError || (error instanceof WorkerError && error.known);
  if (debug && error.stack !== undefined) return error.cause instanceof Error ? `${error.stack}\n    because of ${error.cause.stack}` : error.stack;
  return known ? `${error.name}: ${error.message}` : `${error.name}: ${error.message}\n  This is a bug in lemmagrad, or in a claim: run again with --debug and report what it prints.`;
}

/**
 * Until the returned function is called, SIGINT and SIGTERM write `words()` and end the process with code 130. Worker
 * threads end with it; nothing that was finished is lost.
 */
export function onInterrupt(words: () => string): () => void {
  const stop = () => {
    process.stderr.write(words());
    process.exit(exitCode.interrupted);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return () => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  };
}

/** An error that a worker thread met, said in this thread. */
export class WorkerError extends Error {
  readonly known: boolean;
  constructor(where: string, failure: Failure) {
    super(`${failure.message}\n  Met in: ${where}.`);
    this.name = failure.name;
    this.known = failure.known;
    if (failure.stack !== undefined) this.stack = `${failure.stack}\n    in a worker thread: ${where}`;
  }
}
