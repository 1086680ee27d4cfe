/**
 * Worker threads that run groups of a plan together with the thread that calls, on one shared memory.
 *
 * The caller waits inside Atomics.wait, so this works where that is allowed: in Node, and in a browser's own workers. Workers
 * sleep between groups, and do not keep a process alive.
 */
import { ResourceError } from "../errors/index.ts";
import type { SimdExports } from "../simd/exports.ts";
import { wasmBytes } from "../simd/binary.ts";
import { control, type GroupTask, type Member, memberOf } from "./member.ts";
import { withSharedMemory } from "./shared-binary.ts";
import { bytesText, mostBytes, page } from "./workspace.ts";

interface Thread { postMessage(message: unknown): void; unref(): void; terminate(): unknown }
interface Threading {
  readonly Worker: new (source: string, options: object) => Thread;
  readonly isMainThread: boolean;
}
interface Wasm {
  Memory: new (limits: object) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
}

/** Node's threads, without an import that a browser's bundle would stumble over. */
function threading(): Threading | undefined {
  const host = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return host?.getBuiltinModule?.("node:worker_threads") as Threading | undefined;
}

export function threadsSupported(): boolean {
  return threading() !== undefined && typeof SharedArrayBuffer === "function";
}

/** The text of a worker, a script or a module as the process's options have it: it waits for a command, and runs its share of the group that is asked for, round by round. */
function workerText(): string {
  return `"use strict";
const { parentPort, workerData, receiveMessageOnPort } = process.getBuiltinModule("node:worker_threads");
const memberOf = ${memberOf.toString()};
const { module, memory, words, threads, me, edge } = workerData;
const raw = new WebAssembly.Instance(module, { host: { memory } }).exports;
raw.moveEdge(edge);
const member = memberOf(raw, words, threads, me);
const plans = new Map();
let seen = 0;
Atomics.add(words, ${control.ready}, 1);
Atomics.notify(words, ${control.ready});
for (;;) {
  while (Atomics.load(words, ${control.command}) === seen) Atomics.wait(words, ${control.command}, seen);
  seen = Atomics.load(words, ${control.command});
  for (let message = receiveMessageOnPort(parentPort); message !== undefined; message = receiveMessageOnPort(parentPort)) {
    if (message.message.drop) plans.delete(message.message.plan); else plans.set(message.message.plan, message.message.tasks);
  }
  const task = plans.get(Atomics.load(words, ${control.plan}))[Atomics.load(words, ${control.group})];
  member.round(task, Atomics.load(words, ${control.start}));
  member.arrive();
}`;
}

/** The shared memory, the kernels on it, and the threads: a workspace as Workspace is one. */
export class Crew {
  readonly exports: SimdExports;
  readonly base: number;
  generation = 0;
  busy = false;
  readonly threads: number;
  private readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  private readonly words = new Int32Array(new SharedArrayBuffer(4 * control.words));
  private readonly workers: Thread[];
  private readonly member: Member;
  private plans = 0;

  /** Errors: ResourceError where the engine has no threads that may wait. */
  constructor(threads: number) {
    const node = threading();
    const wasm = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;
    if (node === undefined) throw new ResourceError({ where: "compile", problem: "this engine has no threads that may wait for each other.", expected: "Node.", mend: "leave threads out: the results are the same." });
    this.threads = threads;
    const { bytes, pages } = withSharedMemory(wasmBytes(), mostBytes / page);
    this.memory = new wasm.Memory({ initial: pages, maximum: mostBytes / page, shared: true });
    const module = new wasm.Module(bytes);
    const { exports } = new wasm.Instance(module, { host: { memory: this.memory } });
    this.exports = exports as SimdExports;
    // every instance has a tile of its own for partial panels: they lie before the plans' memory
    const edges = Math.ceil(this.exports.heapBase() / 64) * 64;
    const edgeBytes = Math.ceil(this.exports.edgeBytes() / 64) * 64;
    this.base = edges + threads * edgeBytes;
    if (this.base > this.memory.buffer.byteLength) this.memory.grow(1);
    this.exports.moveEdge(edges);
    this.workers = Array.from({ length: threads - 1 }, (_, at) => {
      const worker = new node.Worker(workerText(), { eval: true, execArgv: [], workerData: { module, memory: this.memory, words: this.words, threads, me: at + 1, edge: edges + (at + 1) * edgeBytes } });
      worker.unref();
      return worker;
    });
    this.awaitWorkers();
    this.member = memberOf(exports as Record<string, (...args: number[]) => void>, this.words, threads, 0);
  }

  /** Errors: ResourceError when a worker does not start: to wait for it in a round would be to wait for ever. */
  private awaitWorkers(): void {
    for (let ready = 0; ready < this.workers.length; ready = Atomics.load(this.words, control.ready)) {
      if (Atomics.wait(this.words, control.ready, ready, 30_000) !== "timed-out") continue;
      for (const worker of this.workers) void worker.terminate();
      throw new ResourceError({ where: "compile", problem: `of ${this.workers.length} threads ${ready} have started within 30 s.`, expected: "all of them.", mend: "ask for fewer threads: the results are the same." });
    }
  }

  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  /** Makes room for a plan. Errors: ResourceError when the engine does not give it. */
  reserve(bytes: number): void {
    const missing = this.base + bytes - this.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.memory.grow(Math.ceil(missing / page));
    } catch {
      throw new ResourceError({ where: "compile", problem: `the engine does not give ${bytesText(bytes)} of shared WebAssembly memory.`, mend: "take fewer samples at a time, or free memory elsewhere." });
    }
    this.generation++;
  }

  /** Makes a plan's groups known to all threads; returns its number. */
  learn(tasks: readonly (GroupTask | undefined)[]): number {
    const plan = this.plans++;
    for (const worker of this.workers) worker.postMessage({ plan, tasks });
    return plan;
  }

  forget(plan: number): void {
    for (const worker of this.workers) worker.postMessage({ plan, drop: true });
  }

  /** Runs one round of a group on all threads; returns when all have finished. */
  round(plan: number, group: number, task: GroupTask, start: number): void {
    Atomics.store(this.words, control.plan, plan);
    Atomics.store(this.words, control.group, group);
    Atomics.store(this.words, control.start, start);
    Atomics.add(this.words, control.command, 1);
    Atomics.notify(this.words, control.command);
    this.member.round(task, start);
    this.member.arrive();
  }
}

const crews = new Map<number, Crew>();

/** The one crew of so many threads, made when first asked for. */
export function crewOf(threads: number): Crew {
  let crew = crews.get(threads);
  if (crew === undefined) crews.set(threads, (crew = new Crew(threads)));
  return crew;
}
