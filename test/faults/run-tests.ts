/**
 * Runs test files in a copy of the repository, by a vitest process of its own: it starts in about a second, which is less
 * than what keeping one alive would save, and nothing that a fault did to one run is left in the next.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export type Outcome =
  | { readonly verdict: "passed"; readonly tests: number }
  /** The first test that failed. */
  | { readonly verdict: "failed"; readonly file: string; readonly test: string }
  /** No test ran to its end: nothing has been judged. */
  | { readonly verdict: "broken"; readonly why: string };

interface Report {
  testResults: { name: string; message: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** A fault that makes a loop endless must not stop the others. */
const limitInSeconds = 150;
const running = new Set<ChildProcess>();

/** Ends every run that is under way. */
export function stopAll(): void {
  for (const child of running) stop(child);
}

/** Ends a run with its workers, one of which may be in an endless loop: each run has a process group of its own. */
function stop(child: ChildProcess): void {
  if (process.platform === "win32" || child.pid === undefined) {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has just ended by itself
  }
}

/** The environment without what a vitest around this one, or a run on a share of the samples, has put there. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|LEMMAGRAD_TEST_)/.test(name)));

export async function runTests(folder: string, files: readonly string[], options: { among?: string | undefined; bail?: boolean } = {}): Promise<Outcome> {
  const output = join(folder, ".report.json");
  rmSync(output, { force: true });
  const flags = ["run", "--config", ".config/vitest.config.ts", "--cache=false", "--reporter=json", `--outputFile=${output}`, ...(options.bail ? ["--bail=1"] : []), ...(options.among === undefined ? [] : ["-t", options.among])];
  const { said, late } = await finished(spawn(process.execPath, [join(folder, "node_modules/vitest/vitest.mjs"), ...flags, ...files], { cwd: folder, env: environment, detached: process.platform !== "win32", stdio: ["ignore", "pipe", "pipe"] }));
  if (late) return { verdict: "broken", why: `no end after ${limitInSeconds} s` };
  if (!existsSync(output)) return { verdict: "broken", why: said.trim().split("\n").slice(-3).join(" ") };
  return judged(folder, JSON.parse(readFileSync(output, "utf8")) as Report);
}

function judged(folder: string, { testResults }: Report): Outcome {
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.find(({ status }) => status === "failed");
    if (failed !== undefined) return { verdict: "failed", file: name.replaceAll("\\", "/").slice(folder.length + 1), test: failed.fullName };
  }
  // a file that could not be loaded has a message and no tests: such a "fault" would be noticed by anybody
  const unread = testResults.find(({ message, assertionResults }) => message !== "" && assertionResults.length === 0);
  if (unread !== undefined) return { verdict: "broken", why: unread.message.split("\n")[0] };
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === "passed").length;
  return tests === 0 ? { verdict: "broken", why: "no test has run" } : { verdict: "passed", tests };
}

function finished(child: ChildProcess): Promise<{ said: string; late: boolean }> {
  return new Promise((resolve) => {
    let said = "";
    let late = false;
    running.add(child);
    const timer = setTimeout(() => {
      late = true;
      stop(child);
    }, limitInSeconds * 1000);
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => { said = (said + String(chunk)).slice(-4000); });
    child.once("close", () => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ said, late });
    });
  });
}
