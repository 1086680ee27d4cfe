/** The command: a clean run, then every fault in turn, two at a time, each in a copy of its own. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Fault } from "./fault.ts";
import { faults as allFaults } from "./list.ts";
import { type Outcome, runTests, stopAll } from "./run-tests.ts";
import { page, tablePath } from "./table.ts";
import { copyRepository, type Workspace } from "./workspace.ts";

const copies = 2;
const usage = "usage: npm run test:faults [-- [--only TEXT] [--keep] [--list FILE.json] | --write-docs]";

/** Runs the command in `scratch`, a folder of its own that is gone afterwards; returns the exit code. */
export async function main(root: string, scratch: string, args: readonly string[]): Promise<number> {
  const options = parsed(args);
  const tidy = () => {
    stopAll();
    if (options?.keep) console.log(`kept: ${scratch}`);
    else rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      tidy();
      process.exit(signal === "SIGINT" ? 130 : 143);
    });
  }
  try {
    if (options === undefined) {
      console.error(usage);
      return 2;
    }
    if (options["write-docs"]) {
      writeFileSync(join(root, tablePath), page(allFaults));
      console.log(`${tablePath}: ${allFaults.length} faults`);
      return 0;
    }
    const list = options.list === undefined ? allFaults : JSON.parse(readFileSync(options.list, "utf8")) as Fault[];
    const text = options.only ?? "";
    const chosen = list.filter(({ name, kind, file }) => [name, kind, file].some((own) => own.includes(text)));
    if (chosen.length === 0) {
      console.error(`no fault has "${text}" in its name, kind or file.`);
      return 2;
    }
    return await run(root, scratch, chosen);
  } finally {
    tidy();
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { only: { type: "string" }, keep: { type: "boolean" }, list: { type: "string" }, "write-docs": { type: "boolean" } } }).values;
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}

async function run(root: string, scratch: string, faults: readonly Fault[]): Promise<number> {
  const start = Date.now();
  const first = copyRepository(root, join(scratch, "copy-1"));
  const files = [...new Set(faults.flatMap(({ caughtBy }) => caughtBy))];
  const clean = await runTests(first.folder, files, { bail: true });
  if (clean.verdict !== "passed") {
    console.error(`a test fails without any fault: ${words(clean)}`);
    return 1;
  }
  console.log(`without any fault: ${clean.tests} tests in ${files.length} files pass, ${seconds(start)} s`);
  // built by now, so that the other copies need no build
  const workspaces = [first, ...Array.from({ length: Math.min(copies, faults.length) - 1 }, (_, at) => copyRepository(first.folder, join(scratch, `copy-${at + 2}`)))];
  const queue = [...faults];
  const survived: string[] = [];
  await Promise.all(workspaces.map(async (workspace) => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const began = Date.now();
      const outcome = await tried(workspace, fault);
      const caught = outcome.verdict === "failed";
      if (!caught) survived.push(fault.name);
      console.log(`${caught ? "caught" : outcome.verdict === "passed" ? "SURVIVED" : "NOT JUDGED"}  ${fault.name} (${fault.kind}, ${fault.file}): ${words(outcome)}, ${seconds(began)} s`);
    }
  }));
  console.log(`${faults.length - survived.length} of ${faults.length} faults caught in ${seconds(start)} s${survived.length === 0 ? "" : `; not caught: ${survived.join("; ")}`}`);
  return survived.length === 0 ? 0 : 1;
}

async function tried(workspace: Workspace, fault: Fault): Promise<Outcome> {
  let restore: () => void;
  try {
    restore = workspace.plant(fault);
  } catch (error) {
    return { verdict: "broken", why: (error as Error).message };
  }
  try {
    return await runTests(workspace.folder, fault.caughtBy, { bail: true, among: fault.among });
  } finally {
    restore();
  }
}

function words(outcome: Outcome): string {
  if (outcome.verdict === "passed") return `${outcome.tests} tests pass`;
  return outcome.verdict === "failed" ? `${outcome.file}: ${outcome.test}` : outcome.why;
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
