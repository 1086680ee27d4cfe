/** The list of planted faults is in order, and the command that plants them tells caught from survived. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, textOf } from "../support/documents.ts";
import { type Fault, kinds, placeOf, planted } from "./fault.ts";
import { faults } from "./list.ts";
import { page, tablePath } from "./table.ts";

describe("the list of planted faults", () => {
  it("has at least 45, under different names, and every kind", () => {
    expect(faults.length).toBeGreaterThanOrEqual(45);
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
    expect([...new Set(faults.map(({ kind }) => kind))].sort()).toEqual([...kinds].sort());
  });
  it.each(faults.map((fault) => [fault.name, fault] as const))("%s: stands in one place, changes it, and names tests that exist", (_name, fault) => {
    const content = readFileSync(join(root, fault.file), "utf8");
    expect(planted(fault, content)).not.toBe(content);
    expect(fault.caughtBy.length).toBeGreaterThan(0);
    for (const test of fault.caughtBy) expect(existsSync(join(root, test)), test).toBe(true);
  });
  it(`is what ${tablePath} shows (npm run test:faults -- --write-docs)`, () => {
    expect(textOf(tablePath)).toBe(page(faults));
  });
  it("says so when a fault's text is gone, or stands there twice", () => {
    const fault = { name: "made up", file: "a.ts", find: "x + y" };
    expect(placeOf(fault, "1; x + y")).toBe(3);
    expect(() => placeOf(fault, "y + x")).toThrow("made up: its text is no longer in a.ts.");
    expect(() => placeOf(fault, "x + y; x + y")).toThrow("made up: its text stands more than once in a.ts.");
  });
});

describe("npm run test:faults", () => {
  const runner = join(root, "test/faults/run.mjs");
  /** The command's temporary folder, which must be empty after each run. */
  let temporary: string;
  let environment: NodeJS.ProcessEnv;
  beforeAll(() => {
    temporary = mkdtempSync(join(realpathSync(tmpdir()), "lemmagrad-faults-test-"));
    environment = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  });
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  function run(...args: string[]): { code: number | null; lines: string[] } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [runner, ...args], { env: environment, encoding: "utf8" });
    expect(readdirSync(temporary)).toEqual([]);
    return { code: status, lines: `${stdout}${stderr}`.trimEnd().split("\n") };
  }
  function listed(own: readonly Fault[]): string {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), "lemmagrad-faults-list-"));
    const path = join(folder, "list.json");
    writeFileSync(path, JSON.stringify(own));
    return path;
  }

  it("reports a fault with the test that caught it, and ends with 0", () => {
    const { code, lines } = run("--only", "a vector read backwards is taken for contiguous");
    expect(lines).toEqual([
      expect.stringMatching(/^without any fault: \d+ tests in 1 files pass, [\d.]+ s$/),
      expect.stringMatching(/^caught {2}a vector read backwards is taken for contiguous \(negative strides only, src\/ndarray\/layout\.ts\): test\/ndarray\/layout\.test\.ts: .+, [\d.]+ s$/),
      expect.stringMatching(/^1 of 1 faults caught in [\d.]+ s$/),
    ]);
    expect(code).toBe(0);
  });

  it("reports what no test notices, what can no longer be planted and what breaks the file, and ends with 1", () => {
    const at = { file: "src/ndarray/layout.ts", kind: "off by one", caughtBy: ["test/ndarray/layout.test.ts"] } as const;
    const find = "/** A fresh contiguous copy on the JavaScript heap. */";
    const path = listed([
      { ...at, name: "a comment", find, replace: "/** A copy. */" },
      { ...at, name: "a text that is gone", find: "no such text", replace: "" },
      { ...at, name: "no TypeScript", find, replace: "const = ;" },
      { ...at, name: "no such test", find, replace: "", among: "no test is called this" },
    ]);
    const { code, lines } = run("--list", path);
    rmSync(join(path, ".."), { recursive: true });
    const about = (name: string) => lines.find((line) => line.includes(`  ${name} (`));
    expect(about("a comment")).toMatch(/^SURVIVED .*: \d+ tests pass, /);
    expect(about("a text that is gone")).toMatch(/^NOT JUDGED .*: a text that is gone: its text is no longer in src\/ndarray\/layout\.ts\., /);
    expect(about("no TypeScript")).toMatch(/^NOT JUDGED /);
    expect(about("no such test")).toMatch(/^NOT JUDGED .*: no test has run, /);
    expect(lines.at(-1)).toMatch(/^0 of 4 faults caught in [\d.]+ s; not caught: .*a comment/);
    expect(code).toBe(1);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const child = spawn(process.execPath, [runner, "--only", "a vector read backwards"], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => child.kill("SIGINT"));
    const code = await new Promise((resolve) => { child.once("close", resolve); });
    expect(code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("says how it is used, and what it does not find", () => {
    expect(run("--onyl", "tanh")).toEqual({ code: 2, lines: [expect.stringContaining("--onyl"), expect.stringMatching(/^usage: npm run test:faults/)] });
    expect(run("--only", "no such fault")).toEqual({ code: 2, lines: ['no fault has "no such fault" in its name, kind or file.'] });
  });
});
