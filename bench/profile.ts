/**
 * Where the time of our step goes: shares of the samples of a profile, compiled and on the tape, float64.
 *
 *   node bench/run.mjs profile [--sizes S,M] [--seconds 4]
 */
import { Session, type Profiler } from "node:inspector/promises";
import { parseArgs } from "node:util";
import { wasmBytes } from "../src/simd/binary.ts";
import { ours, type SizeName, sizes, stepTask } from "./contestants.ts";
import { load } from "./contestants/lemmagrad.ts";
import { draw } from "./data.ts";
import { listed, wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { machineWords, replaceSection } from "./results.ts";
import { markdown } from "./table.ts";
import { exportNames } from "./wasm-names.ts";

const { values: asked } = parseArgs({ options: { sizes: { type: "string", default: "S,M" }, seconds: { type: "string", default: "4" } } });
const chosen = listed("sizes", asked.sizes, Object.keys(sizes)) as SizeName[];
const seconds = wholeNumber("seconds", asked.seconds);

const groups = {
  products: "matrix products",
  relu: "smoothed ReLU, summed, and its pull-back",
  kernels: "other kernels (rows, softmax, sums)",
  copies: "copies into and out of wasm memory",
  script: "JavaScript: recording, views, checks",
  garbage: "garbage collection",
} as const;

const names = exportNames(wasmBytes());

/** The group of a sample, by the outermost function of the binary on its stack, or by the script's function. */
function groupOf(stack: readonly Profiler.ProfileNode[]): keyof typeof groups | undefined {
  const leaf = stack[0].callFrame.functionName;
  if (leaf === "(garbage collector)") return "garbage";
  if (leaf === "(idle)" || leaf === "(program)" || leaf === "(root)") return undefined;
  const inside = stack.map(({ callFrame }) => /^wasm-function\[(\d+)\]$/.exec(callFrame.functionName)?.[1]).filter((index) => index !== undefined);
  if (inside.length === 0) return ["copyIn", "copyOut", "copyElements", "set"].includes(leaf) ? "copies" : "script";
  const name = names.get(Number(inside[inside.length - 1])) ?? "";
  if (/matmul|pack|panel/i.test(name)) return "products";
  return /smoothedRelu|maskedSlopes/.test(name) ? "relu" : "kernels";
}

async function sharesOf(size: SizeName, form: string): Promise<Map<keyof typeof groups, number>> {
  const task = stepTask(sizes[size], "float64");
  const ready = load(task, draw(task), form);
  const runFor = (milliseconds: number) => {
    for (const until = performance.now() + milliseconds; performance.now() < until;) {
      ready.restart();
      for (let i = 0; i < 10; i++) void ready.actions.adversarial();
    }
  };
  runFor(1000);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  runFor(1000 * seconds);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  const times = new Map<keyof typeof groups, number>();
  let total = 0;
  for (const [at, id] of (profile.samples ?? []).entries()) {
    const stack: Profiler.ProfileNode[] = [];
    for (let node = byId.get(id); node !== undefined; node = parents.get(node.id)) stack.push(node);
    const group = groupOf(stack);
    if (group === undefined) continue;
    const time = profile.timeDeltas![at];
    times.set(group, (times.get(group) ?? 0) + time);
    total += time;
  }
  return new Map([...times].map(([group, time]) => [group, time / total]));
}

const columns: [string, Map<keyof typeof groups, number>][] = [];
for (const size of chosen) {
  for (const { id } of ours.filter((one) => one.id !== "reference")) {
    console.error(`${size}, ${id}: ${seconds + 1} s`);
    columns.push([`${size}, ${id}`, await sharesOf(size, id)]);
  }
}
const table = markdown(["share of samples", ...columns.map(([title]) => title)], (Object.keys(groups) as (keyof typeof groups)[]).map((group) => [
  groups[group], ...columns.map(([, shares]) => `${(100 * (shares.get(group) ?? 0)).toFixed(0)} %`),
]));
const heading = `An adversarial step in float64; ${machineWords()}, ${new Date().toISOString().slice(0, 10)}.`;
if (asked.sizes === "S,M") replaceSection(`${root}bench/README.md`, "profile", `${heading}\n\n${table}`);
console.log(`${heading}\n\n${table}`);
