/**
 * One contestant in a process of its own: reads requests from standard input, a line of JSON each, and answers on file
 * descriptor 3, so that nothing a library prints gets in between.
 *
 *   node worker.mjs MODULE FORM       MODULE exports load(task, data, form), see task.ts; "none" is an empty process
 */
import { readFileSync, writeSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { type ContestantModule, lengthsOf, type Ready, type Task, type TaskData } from "./task.ts";

type Request =
  | { op: "load"; task: Task; data: string }
  | { op: "run"; action: string; times: number }
  | { op: "results"; out: string }
  | { op: "memory" };

const [modulePath, form] = process.argv.slice(2);
let ready: Ready | undefined;

/** The arrays are views of the file's one buffer, so that reading it takes no more memory than the numbers do. */
function dataOf(task: Task, path: string): TaskData {
  const { buffer } = new Uint8Array(readFileSync(path).buffer);
  const [first, second, labels] = lengthsOf(task);
  const Floats = task.dtype === "float64" ? Float64Array : Float32Array;
  const bytes = Floats.BYTES_PER_ELEMENT;
  return {
    first: new Floats(buffer, 0, first),
    second: new Floats(buffer, first * bytes, second),
    labels: new Int32Array(buffer, (first + second) * bytes, labels),
  };
}

async function answer(request: Request): Promise<object> {
  if (request.op === "load") {
    const module = (await import(pathToFileURL(modulePath).href)) as ContestantModule;
    ready = await module.load(request.task, dataOf(request.task, request.data), form);
    return {};
  }
  if (request.op === "memory") return { kilobytes: Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) };
  if (ready === undefined) throw new Error("nothing is loaded");
  if (request.op === "run") {
    ready.restart();
    const action = ready.actions[request.action];
    const start = performance.now();
    let last = 0;
    for (let i = 0; i < request.times; i++) {
      const result = action();
      // no detour through the queue of microtasks for those who answer at once
      last = typeof result === "number" ? result : await result;
    }
    const milliseconds = performance.now() - start;
    if (!Number.isFinite(last)) throw new Error(`${request.action} ended with ${last}`);
    return { milliseconds };
  }
  const results = Object.entries(await ready.results());
  const all = new Float64Array(results.reduce((total, [, values]) => total + values.length, 0));
  let at = 0;
  for (const [, values] of results) {
    all.set(values, at);
    at += values.length;
  }
  writeFileSync(request.out, all);
  return { lengths: Object.fromEntries(results.map(([name, values]) => [name, values.length])) };
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply: object;
  try {
    reply = await answer(JSON.parse(line) as Request);
  } catch (error) {
    reply = { error: (error as Error).stack ?? String(error) };
  }
  writeSync(3, `${JSON.stringify(reply)}\n`);
}
process.exit(0);
