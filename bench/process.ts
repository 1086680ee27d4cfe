/** A contestant's process: one request at a time, each with a time limit. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";
import type { Contestant } from "./contestants.ts";
import { readResults, type Results } from "./data.ts";
import { bundles, peers } from "./places.ts";
import type { Task } from "./task.ts";

const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
export const python = "/usr/bin/python3";

export class TooSlow extends Error {}

/** What a table says of a contestant that ended with an error. */
export function failureOf(error: unknown): string {
  return `${error instanceof TooSlow ? "too slow" : "fails"}: ${error instanceof Error ? error.message : String(error)}`;
}

export class ContestantProcess {
  readonly #child: ChildProcess;
  readonly #replies: AsyncIterator<string>;
  readonly #lines: Interface;
  #stderr = "";

  /** `form` "none" of module "none" is an empty process of the runtime. */
  constructor({ runtime, module, form, own }: Pick<Contestant, "runtime" | "module" | "form" | "own">) {
    const [command, args] = runtime === "node"
      ? [process.execPath, [`${bundles}worker.mjs`, own ? `${bundles}${module}.mjs` : peers + module, form]]
      : [python, [`${peers}worker.py`, module, form]];
    this.#child = spawn(command, args, { stdio: ["pipe", "ignore", "pipe", "pipe"], env: { ...process.env, ...oneThread, NODE_OPTIONS: "" } });
    this.#child.stderr!.on("data", (chunk: Buffer) => { this.#stderr = (this.#stderr + chunk.toString()).slice(-2000); });
    this.#child.stdin!.on("error", () => undefined);
    this.#lines = createInterface({ input: this.#child.stdio[3] as Readable });
    this.#replies = this.#lines[Symbol.asyncIterator]();
  }

  async #ask<T>(request: object, seconds: number): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => { timer = setTimeout(() => resolve("late"), seconds * 1000); });
    const reply = await Promise.race([this.#replies.next(), late]);
    clearTimeout(timer);
    if (reply === "late") {
      this.end();
      throw new TooSlow(`no answer within ${seconds} s`);
    }
    if (reply.done) throw new Error(`the process ended: ${this.#stderr.trim().split("\n").slice(-3).join(" ")}`);
    const answer = JSON.parse(reply.value) as T & { error?: string };
    if (answer.error !== undefined) throw new Error(firstLineOf(answer.error));
    return answer;
  }

  async load(task: Task, data: string, seconds: number): Promise<void> {
    await this.#ask({ op: "load", task, data }, seconds);
  }

  /** Milliseconds a step, of `times` in a row from the first weights. */
  async run(action: string, times: number, seconds: number): Promise<number> {
    const { milliseconds } = await this.#ask<{ milliseconds: number }>({ op: "run", action, times }, seconds);
    return milliseconds / times;
  }

  async results(out: string, seconds: number): Promise<Results> {
    const { lengths } = await this.#ask<{ lengths: Record<string, number> }>({ op: "results", out }, seconds);
    return readResults(out, lengths);
  }

  /** The most memory that the process ever held, in MB of 2^20 bytes. */
  async peakMemory(): Promise<number> {
    return (await this.#ask<{ kilobytes: number }>({ op: "memory" }, 10)).kilobytes / 1024;
  }

  end(): void {
    this.#lines.close();
    this.#child.kill("SIGKILL");
  }
}

/** Of a stack trace the message: its first line, or in Python's the last. */
function firstLineOf(trace: string): string {
  const lines = trace.trim().split("\n");
  return (trace.startsWith("Traceback") ? lines[lines.length - 1] : lines[0]).slice(0, 300);
}
