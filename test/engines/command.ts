/** The command: finds engines, gives all of them the same workload, and says whether the bits agree. */
import { join } from "node:path";
import { bundleWorkload } from "./bundle.ts";
import { findEngines } from "./engines.ts";
import { judge } from "./judge.ts";

/** Runs the workload everywhere, with files in `scratch`; returns the exit code. */
export async function main(root: string, scratch: string): Promise<number> {
  const start = Date.now();
  const { engines, leftOut } = findEngines(root);
  const workload = join(scratch, "workload.mjs");
  await bundleWorkload(root, workload);
  const { failures, summary } = await judge(engines, workload, console.log);
  for (const { name, why, missing } of leftOut) {
    console.log(`left out: ${name}: ${why}`);
    if (missing && process.env.CI !== undefined) failures.push(`${name}: ${why}; under CI it is required`);
  }
  for (const failure of failures) console.error(failure);
  console.log(`${summary}, ${((Date.now() - start) / 1000).toFixed(0)} s: ${failures.length === 0 ? "the same bits everywhere" : "FAILED"}`);
  return failures.length === 0 ? 0 : 1;
}
