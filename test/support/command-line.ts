/** Spawns the built command line, as a user would call it. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const repository = fileURLToPath(new URL("../../", import.meta.url));
const main = join(repository, "dist/cli/main.js");
/** The claims of test/cli/claims. */
export const testClaims = join(repository, "test/cli/claims");

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Builds dist/ unless it is current. */
export function build(): void {
  execFileSync(process.execPath, [join(repository, ".config/build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
}

export function start(words: readonly string[], cwd = repository, env: NodeJS.ProcessEnv = process.env): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<Ended>((resolve, reject) => {
    let [stdout, stderr] = ["", ""];
    child.stdout!.setEncoding("utf8").on("data", (text: string) => { stdout += text; });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => { stderr += text; });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

export function lemmagrad(...words: string[]): Promise<Ended> {
  return start(words).ended;
}

/** A folder of its own for the tests of a file, removed after them. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lemmagrad-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
