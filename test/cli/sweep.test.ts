/** `lemmagrad sweep` as a user calls it: whole sweeps, stopped sweeps, cells that end their threads, and folders that are somebody else's. */
import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, cpSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { build, lemmagrad, repository, start, temporaryFolder } from "../support/command-line.ts";

/** Each of these starts many processes; on a quiet machine one takes half a second. */
vi.setConfig({ testTimeout: 240_000 });

const folder = temporaryFolder();
const claims = join(repository, "test/cli/sweep-claims");
let files = 0;

beforeAll(build);

/** Writes a sweep file and returns its path and a folder for its results. */
function sweepFile(text: string): { file: string; out: string } {
  const name = `sweep-${files++}`;
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text.replaceAll("CLAIMS", claims));
  return { file, out: join(folder, name) };
}

const tables = ["table.jsonl", "table.parquet", "table.csv"] as const;
const bytesOf = (out: string): Buffer[] => tables.map((name) => readFileSync(join(out, name)));
type TableRow = Record<string, unknown>;
const rowsOf = (out: string): TableRow[] => readFileSync(join(out, "table.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line) as TableRow);
const recordLines = (out: string): number => !existsSync(join(out, "records")) ? 0 : readdirSync(join(out, "records")).reduce((sum, name) => sum + readFileSync(join(out, "records", name), "utf8").split("\n").filter((line) => line !== "").length, 0);

/** Whether that process has the folder's lock. */
function holds(out: string, pid: number | undefined): boolean {
  try {
    return (JSON.parse(readFileSync(join(out, ".lock"), "utf8")) as { pid: number }).pid === pid;
  } catch {
    return false;
  }
}

const short = `
claim: s01
claims: CLAIMS
set: { ms: 0 }
grid:
  x: { from: 0, step: 0.125, count: 5 }
  y: [0.25, 0.5, 1]
seeds: 2
`;

describe("a whole sweep", () => {
  it("gives a row a seed, in the order of the cells, whatever the number of workers", async () => {
    const { file, out } = sweepFile(short);
    const one = await lemmagrad("sweep", file, "--out", out, "--workers", "1");
    expect(one.stderr).toContain("15 cells");
    expect(one.code).toBe(0);
    const rows = rowsOf(out);
    expect(rows).toHaveLength(30);
    expect(rows.map(({ cell }) => cell)).toEqual(Array.from({ length: 30 }, (_, i) => Math.floor(i / 2)));
    expect(rows.map(({ x, y }) => [x, y])).toEqual([0, 0.125, 0.25, 0.375, 0.5].flatMap((x) => [0.25, 0.5, 1].flatMap((y) => [[x, y], [x, y]])));
    for (const row of rows) {
      const sum = (row.x as number) + (row.y as number);
      expect(row).toMatchObject({ status: "done", error: null, claim: "s01-short", ms: 0, fate: "well", inside: sum <= 1, holds: sum <= 1, verdict: sum <= 1 ? "inside holds" : "outside breaks", pointMargin: 1 - sum === 0 ? 1e-12 : 1 - sum });
      expect(row).toMatchObject({ "obs.sum": sum, "obs.parts.n": 3, "obs.parts.max": Math.max(row.x as number, row.y as number, row.seed as number), "obs.never": null, seedMargin: sum });
    }
    const other = join(folder, "two-workers");
    expect((await lemmagrad("sweep", file, "--out", other, "--workers", "2")).code).toBe(0);
    expect(bytesOf(other)).toEqual(bytesOf(out));
    expect(readdirSync(join(other, "records"))).toEqual(["local-1.jsonl", "local-2.jsonl"]);
  });

  it("runs a claim without a region at its own setting, and says inside and outside seed by seed", async () => {
    const { file, out } = sweepFile("claim: s02-own-setting\nclaims: CLAIMS\nseeds: [3, 4, 9]");
    expect((await lemmagrad("sweep", file, "--out", out)).code).toBe(0);
    expect(rowsOf(out).map(({ seed, inside, holds, pointMargin }) => [seed, inside, holds, pointMargin])).toEqual([[3, false, true, null], [4, true, true, null], [9, true, true, null]]);
  });

  it("trains networks: the same numbers as `lemmagrad run`, at its end or at every logged step", async () => {
    const setting = { N: 4, P: 20, d: 12, k: 2 };
    const { file, out } = sweepFile(`run: { mode: adversarial, threat: pgd, attackSteps: 3, steps: 12, logEvery: 5, rows: steps, evaluate: [{ threat: fgm, radii: [0, 0.5] }] }\nset: ${JSON.stringify(setting)}\ngrid: { sigma0: [0.01, 0.03] }\nseeds: { first: 5, count: 2 }`);
    expect((await lemmagrad("sweep", file, "--out", out)).code).toBe(0);
    const rows = rowsOf(out);
    expect(rows.map(({ cell, seed, step }) => [cell, seed, step])).toEqual([[0, 5], [1, 6], [2, 5], [3, 6]].flatMap(([cell, seed]) => [0, 5, 10, 12].map((step) => [cell, seed, step])));
    const jsonl = join(folder, "run.jsonl");
    const sets = Object.entries({ ...setting, sigma0: 0.03 }).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    await lemmagrad("run", "--mode", "adversarial", "--threat", "pgd", "--attack-steps", "3", "--steps", "12", "--log-every", "5", "--seed", "6", ...sets, "--out", jsonl);
    const [, ...steps] = readFileSync(jsonl, "utf8").trim().split("\n").map((line) => JSON.parse(line) as { step: number; loss: number; U: number[][]; trueProbability: number[] });
    for (const [i, { step, loss, U, trueProbability }] of steps.entries()) {
      const largest = U.map((neurons) => Math.max(...neurons));
      expect(rows[12 + i]).toMatchObject({
        step, trainLoss: loss, "U.min": Math.min(...largest), "U.max": Math.max(...largest), "trueProbability.min": Math.min(...trueProbability), "trueProbability.n": 2,
        mode: "adversarial", threat: "pgd", loss: "margin", attackSteps: 3, sigma0: 0.03, N: 4,
      });
      const measured = rows[12 + i]["robustAccuracy fgm(margin) 0"];
      expect(measured).toBe(i === 3 ? rows[12 + i].cleanAccuracy : null);
    }
  });

  it("says before it starts what it will do, and starts nothing", async () => {
    const { file, out } = sweepFile(short);
    const ended = await lemmagrad("sweep", file, "--out", out, "--dry-run", "--workers", "2");
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("15 cells of s01-short, 2 seeds");
    expect(ended.stdout).toMatch(/x +5 +0, 0\.125, 0\.25, 0\.375, 0\.5/);
    expect(ended.stdout).toMatch(/14 +s01-short, x = 0\.5, y = 1, 2 seeds/);
    expect(ended.stdout).toMatch(/15 cells \(3\.0e\+7 operations\), about 1 s on 2 workers, up to \d+ MB of memory; version 0\.\d+\.\d+\+[0-9a-f]{12}/);
    expect(existsSync(out)).toBe(false);
    const json = JSON.parse((await lemmagrad("sweep", file, "--dry-run", "--json")).stdout) as Record<string, unknown>;
    expect(json).toMatchObject({ kind: "claim", cells: 15, seeds: 2, operations: 3e7 });
  });
});

describe("a sweep that is stopped", () => {
  const slow = `
claim: s01
claims: CLAIMS
set: { ms: 12 }
grid:
  x: { from: 0, step: 0.001, count: 60 }
  y: { from: 0, step: 0.1, count: 15 }
seeds: 1
`;

  it("has after 20 kills at random moments, and --resume, the table of the one that was never stopped", async () => {
    const { file, out } = sweepFile(slow);
    const whole = join(folder, "never-stopped");
    const undisturbed = lemmagrad("sweep", file, "--out", whole, "--workers", "4");
    const kept: number[] = [];
    for (let kill = 0; kill < 20; kill++) {
      const { child, ended } = start(["sweep", file, "--out", out, "--workers", "2", ...(kill > 0 ? ["--resume"] : [])]);
      // some kills come while it still begins, some once it has the folder, most when it computes
      const before = kept.at(-1) ?? 0;
      if (kill % 5 === 1) while (!holds(out, child.pid)) await sleep(5);
      if (kill % 5 > 1) while (recordLines(out) === before) await sleep(5);
      await sleep(250 * Math.random());
      child.kill("SIGKILL");
      await ended;
      kept.push(recordLines(out));
    }
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    // it was not done before the last kill: a test of less otherwise
    expect(kept.at(-1)).toBeLessThan(900);
    const last = await lemmagrad("sweep", file, "--out", out, "--workers", "4", "--resume");
    expect(last.code).toBe(0);
    expect((await undisturbed).code).toBe(0);
    expect(bytesOf(out)).toEqual(bytesOf(whole));
    // what was kept was not computed again: each kill lost at most the cells of its two workers
    expect(recordLines(out)).toBeLessThanOrEqual(900 + 20);
  });

  it("ends with 130 on Ctrl-C, keeps what is done, and says how to go on", async () => {
    const { file, out } = sweepFile(slow);
    const { child, ended } = start(["sweep", file, "--out", out, "--workers", "2"]);
    while (recordLines(out) < 10) await sleep(20);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted; \d+ finished cells kept in/);
    expect(stderr).toContain(`npx lemmagrad sweep ${file} --workers 2 --out ${out} --resume`);
    expect(existsSync(join(out, ".lock"))).toBe(false);
    expect(existsSync(join(out, "table.jsonl"))).toBe(false);
    const before = recordLines(out);
    const again = await lemmagrad("sweep", file, "--out", out, "--collect");
    expect(again.code).toBe(1);
    expect(again.stderr).toContain(`${900 - before} cells of 900 missing`);
    expect(rowsOf(out)).toHaveLength(before);
  });

  it("computes again what a torn or damaged line said, and says so", async () => {
    const { file, out } = sweepFile(short);
    await lemmagrad("sweep", file, "--out", out, "--workers", "1");
    const [good, path] = [bytesOf(out), join(out, "records/local-1.jsonl")];
    const text = readFileSync(path, "utf8");
    const lines = text.split("\n");
    // a digit of the fourth record changes, the last line loses its end
    lines[3] = lines[3].replace("\"obs.sum\":0.", "\"obs.sum\":7.");
    writeFileSync(path, lines.join("\n"));
    truncateSync(path, text.length - 30);
    const { code, stderr } = await lemmagrad("sweep", file, "--out", out, "--resume");
    expect(stderr).toContain("local-1.jsonl: 2 records damaged, the last one torn off where a process was stopped; what they said is computed again.");
    expect(stderr).toContain("13 of 15 cells are done already");
    expect(code).toBe(0);
    expect(bytesOf(out)).toEqual(good);
  });

  it("stops with a clear word when the disk is full, and goes on when it is not", async () => {
    const { file, out } = sweepFile(short);
    // no file may grow beyond 4 kB: the kernel then writes a piece of a line, and says why no more
    const { status, stderr } = spawnSync("bash", ["-c", "ulimit -f 4; exec \"$@\"", "bash", process.execPath, join(repository, "dist/cli/main.js"), "sweep", file, "--out", out, "--workers", "1"], { encoding: "utf8" });
    expect(stderr).toMatch(/FileError: .*local-1\.jsonl: it cannot be written: the file would be larger than is allowed\.[^]*Mend: cells that are done stay: free some space and go on with --resume\./);
    expect(status).toBe(2);
    expect(stderr).not.toContain("    at ");
    expect(recordLines(out)).toBeGreaterThan(0);
    // the piece of a line is gone again
    expect(readFileSync(join(out, "records/local-1.jsonl"), "utf8").endsWith("}\n")).toBe(true);
    expect((await lemmagrad("sweep", file, "--out", out, "--resume")).code).toBe(0);
    expect(rowsOf(out)).toHaveLength(30);
  });

  it("stops beginning cells when its time is spent", async () => {
    const { file, out } = sweepFile(`${slow}budget: { time: 1s }`);
    const { code, stderr } = await lemmagrad("sweep", file, "--out", out, "--workers", "2");
    expect(code).toBe(1);
    expect(stderr).toMatch(/\d+ cells of 900 missing: the budget of time is used up/);
    expect(rowsOf(out).length).toBeGreaterThan(0);
  });
});

describe("cells that end badly", () => {
  it("are tried again, reported, and stop no other cell; --resume tries them once more", async () => {
    const { file, out } = sweepFile("claim: s01\nclaims: CLAIMS\ngrid: { fate: [well, exit, throw], x: [0, 1] }\nseeds: 1\nbudget: { attempts: 2 }");
    const { code, stderr } = await lemmagrad("sweep", file, "--out", out, "--workers", "2");
    expect(code).toBe(1);
    expect(stderr).toContain("cell 2 (s01-short, fate = exit, x = 0, seed 1) failed: ThreadEnded: the thread that computed it ended 2 times without an answer: worker exited with code: 7.");
    expect(stderr).toContain("4 cells of 6 failed");
    const rows = rowsOf(out);
    expect(rows.map(({ status }) => status)).toEqual(["done", "done", "failed", "failed", "failed", "failed"]);
    expect(rows[4]).toMatchObject({ fate: "throw", x: 0, seed: 1, holds: null, error: "TypeError: nothing to add" });
    const again = await lemmagrad("sweep", file, "--out", out, "--resume");
    expect(again.stderr).toContain("2 of 6 cells are done already");
    expect(recordLines(out)).toBe(10);
  });

  it("come last when they took the whole process along, and stop no other one", async () => {
    const { file, out } = sweepFile("claim: s01\nclaims: CLAIMS\ngrid: { fate: [die, well], x: [0, 0.5, 1] }\nseeds: 1");
    const dead = await lemmagrad("sweep", file, "--out", out, "--workers", "1");
    expect(dead.signal).toBe("SIGKILL");
    expect(recordLines(out)).toBe(0);
    const again = await lemmagrad("sweep", file, "--out", out, "--workers", "1", "--resume");
    expect(again.stderr).toContain("1 cell being computed when an earlier process ended (0) will come last");
    const third = await lemmagrad("sweep", file, "--out", out, "--workers", "1", "--resume");
    expect(third.stderr).toContain("2 cells being computed when an earlier process ended (0, 1) will come last");
    await lemmagrad("sweep", file, "--out", out, "--workers", "1", "--resume");
    const collected = await lemmagrad("sweep", file, "--out", out, "--collect");
    expect(collected.stderr).toContain("3 cells of 6 missing");
    expect(rowsOf(out).map(({ cell, status }) => [cell, status])).toEqual([[3, "done"], [4, "done"], [5, "done"]]);
  });

  it("do not fill the machine's memory, nor hang for ever", async () => {
    const full = sweepFile("claim: s01\nclaims: CLAIMS\ngrid: { fate: [memory, well] }\nseeds: 1\nbudget: { attempts: 1, memory: 300 MB }");
    const { code, stderr } = await lemmagrad("sweep", full.file, "--out", full.out);
    expect(stderr).toContain("ended once without an answer: out of memory.");
    expect(code).toBe(1);
    expect(rowsOf(full.out).map(({ status }) => status)).toEqual(["failed", "done"]);
    const hanging = sweepFile("claim: s01\nclaims: CLAIMS\ngrid: { fate: [hang, well] }\nseeds: 1\nbudget: { cellTime: 10s }");
    expect((await lemmagrad("sweep", hanging.file, "--out", hanging.out, "--workers", "1")).stderr).toContain("TimeLimit: it was given up after 10 s.");
    expect(rowsOf(hanging.out).map(({ status }) => status)).toEqual(["failed", "done"]);
  });
});

describe("on Slurm", () => {
  it("scripts are sound shell, and their bodies give the local engine's table, also of a part that was stopped and submitted again", async () => {
    const { file, out: local } = sweepFile(short);
    expect((await lemmagrad("sweep", file, "--out", local)).code).toBe(0);
    const out = join(folder, "it's slurm");
    const written = await lemmagrad("sweep", file, "--engine", "slurm", "--out", out, "--tasks", "3", "--workers", "2");
    expect(written.code).toBe(0);
    const scripts = ["sweep.sbatch", "collect.sbatch"].map((name) => join(out, name));
    const quoted = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`;
    expect(written.stdout).toBe(`job=$(sbatch --parsable ${quoted(scripts[0])}) && sbatch --dependency=afterany:"$job" ${quoted(scripts[1])}\n`);
    const text = readFileSync(scripts[0], "utf8");
    expect(text).toMatch(/^#!\/usr\/bin\/env bash\n#SBATCH --job-name=sweep-\d+\n#SBATCH --array=0-2\n#SBATCH --cpus-per-task=2\n#SBATCH --mem=\d+M\n#SBATCH --time=0-00:11:00\n/);
    checkShell(scripts);
    const bash = (script: string, environment: Record<string, string>) => spawnSync("bash", [script], { encoding: "utf8", env: { ...process.env, ...environment } });
    expect(bash(scripts[0], {}).status).not.toBe(0);
    const task = (i: number) => bash(scripts[0], { SLURM_ARRAY_TASK_ID: String(i), SLURM_CPUS_PER_TASK: "1" });
    expect(task(0).status).toBe(0);
    expect(task(2).status).toBe(0);
    expect(bash(scripts[1], {}).status).toBe(1);
    expect(rowsOf(out)).toHaveLength(20);
    // part 0 loses its last line, and is submitted again with part 1
    const records = join(out, "records/part-0-of-3-1.jsonl");
    truncateSync(records, readFileSync(records).length - 40);
    expect(task(0).stderr).toContain("4 of 5 cells are done already");
    expect(task(1).status).toBe(0);
    expect(bash(scripts[1], {}).status).toBe(0);
    expect(bytesOf(out)).toEqual(bytesOf(local));
    expect(readdirSync(join(out, "records"))).toEqual(["part-0-of-3-1.jsonl", "part-1-of-3-1.jsonl", "part-2-of-3-1.jsonl"]);
  });
});

/** ShellCheck, where there is one; CI has it. */
function checkShell(scripts: readonly string[]): void {
  const { error, status, stdout } = spawnSync("shellcheck", ["--severity=style", ...scripts], { encoding: "utf8" });
  if (error !== undefined && process.env.CI === undefined) return;
  expect(stdout).toBe("");
  expect(status).toBe(0);
}

describe("results folders", () => {
  it("are joined into one table, with every cell once, and versions never mixed without a word", async () => {
    const [first, second] = [sweepFile(short), sweepFile(short.replace("count: 5", "count: 7").replace("set: { ms: 0 }", "set: { ms: 0, fate: well }"))];
    for (const { file, out } of [first, second]) expect((await lemmagrad("sweep", file, "--out", out)).code).toBe(0);
    const joined = join(folder, "joined");
    const { code, stderr, stdout } = await lemmagrad("sweep", "merge", first.out, second.out, "--out", joined);
    expect(code).toBe(0);
    expect(stderr).toContain("15 cells in more than one folder; each is in the table once");
    expect(stdout).toContain("42 rows");
    const rows = rowsOf(joined);
    expect(rows.map(({ x, y, seed }) => [x, y, seed])).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75].flatMap((x) => [0.25, 0.5, 1].flatMap((y) => [1, 2].map((seed) => [x, y, seed]))));
    expect(Object.keys(rows[0])[0]).toBe("sweep");
    expect(new Set(rows.map(({ sweep }) => sweep)).size).toBe(2);
    // a folder of an older version
    const old = join(folder, "old-version");
    cpSync(first.out, old, { recursive: true });
    const table = join(old, "table.jsonl");
    writeFileSync(table, readFileSync(table, "utf8").replaceAll(/"version":"[^"]+","key":"./g, "\"version\":\"0.0.9+abc\",\"key\":\"z"));
    const refused = await lemmagrad("sweep", "merge", old, second.out, "--out", join(folder, "mixed"));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/results of 2 versions: .*old-version of 0\.0\.9\+abc/);
    expect(existsSync(join(folder, "mixed"))).toBe(false);
    const mixed = await lemmagrad("sweep", "merge", old, second.out, "--out", join(folder, "mixed"), "--mix-versions");
    expect(mixed.code).toBe(0);
    expect(mixed.stderr).toContain("rows of 2 versions: 0.0.9+abc, ");
    expect(rowsOf(join(folder, "mixed"))).toHaveLength(72);
    // into one of them, from one without a table, from a torn one
    expect((await lemmagrad("sweep", "merge", first.out, second.out, "--out", first.out)).stderr).toContain("it holds the results of a sweep");
    expect((await lemmagrad("sweep", "merge", folder, "--out", joined)).stderr).toContain("there is no table");
    truncateSync(table, readFileSync(table).length - 30);
    const torn = await lemmagrad("sweep", "merge", old, "--out", join(folder, "torn"));
    expect(torn.stderr).toMatch(/table\.jsonl, line 30: it is damaged/);
    expect(torn.code).toBe(2);
  });

  it("have a page that shows what the table says", async () => {
    const { file, out } = sweepFile(`title: "Sums <small>"\n${short}`);
    await lemmagrad("sweep", file, "--out", out);
    const page = readFileSync(join(out, "index.html"), "utf8");
    expect(page).toContain("<h1>Sums &lt;small&gt;</h1>");
    expect(page).toContain("All 15 cells done.");
    expect(page).toContain("Where s01-short holds");
    expect(page).toContain("13 of 15 points: inside the hypotheses, holds; 2 of 15 points: outside, breaks".replace("13", "11").replace("2 of", "4 of"));
    expect(page).toContain("predictionMargin against x");
    expect(page).toMatch(/npx lemmagrad sweep .*sweep-\d+\.yaml --out/);
    const wrong = sweepFile(`${short}figure: { y: obs.summ }`);
    const { code, stderr } = await lemmagrad("sweep", wrong.file, "--out", wrong.out);
    expect(stderr).toMatch(/the table has no column "obs\.summ"[^]*did you mean obs\.sum\?/);
    expect(code).toBe(2);
    expect(rowsOf(wrong.out)).toHaveLength(30);
  });
});

describe("a folder that is not free", () => {
  it("is refused while another process works in it, and taken over when that has ended", async () => {
    const { file, out } = sweepFile("claim: s01\nclaims: CLAIMS\nset: { ms: 600 }\ngrid: { x: [0, 0.1, 0.2, 0.3, 0.4, 0.5] }\nseeds: 1");
    const { child, ended } = start(["sweep", file, "--out", out, "--workers", "1"]);
    while (recordLines(out) < 1) await sleep(20);
    child.kill("SIGSTOP"); // so that it cannot end before the second has looked, however slow the machine is
    const second = await lemmagrad("sweep", file, "--out", out, "--resume");
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`process ${child.pid} on`);
    child.kill("SIGKILL");
    await ended;
    const third = await lemmagrad("sweep", file, "--out", out, "--resume", "--workers", "6");
    expect(third.stderr).toContain(`the lock of a process that has ended (${child.pid} on`);
    expect(third.code).toBe(0);
  });

  it("is refused without --resume, with another sweep, with other claims, and by another version", async () => {
    const own = join(folder, "own-claims");
    cpSync(claims, own, { recursive: true });
    const { file, out } = sweepFile(short.replace("CLAIMS", own));
    expect((await lemmagrad("sweep", file, "--out", out)).code).toBe(0);
    const good = bytesOf(out);
    const refused = async (words: string, ...flags: string[]) => {
      const { code, stderr } = await lemmagrad("sweep", file, "--out", out, ...flags);
      expect(stderr).toContain(words);
      expect(code).toBe(2);
      expect(bytesOf(out)).toEqual(good);
    };
    await refused("it holds 15 finished cells of this sweep");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("seeds: 2", "seeds: 3"));
    await refused("it holds the results of another sweep, with other seeds", "--resume");
    writeFileSync(file, text);
    appendFileSync(join(own, "s02-own-setting.mjs"), "\n");
    await refused("the claims have changed", "--resume");
    copyFileSync(join(claims, "s02-own-setting.mjs"), join(own, "s02-own-setting.mjs"));
    const manifest = join(out, "sweep.json");
    const said = readFileSync(manifest, "utf8");
    writeFileSync(manifest, said.replace(/"version": "[^"]+"/, "\"version\": \"0.0.9+abc\""));
    await refused("its results were made by lemmagrad 0.0.9+abc", "--resume");
    writeFileSync(manifest, said.slice(0, 40));
    await refused("it is damaged, or describes no sweep", "--resume");
    writeFileSync(manifest, said);
    expect((await lemmagrad("sweep", file, "--out", out, "--resume")).code).toBe(0);
    expect(bytesOf(out)).toEqual(good);
  });
});

describe("bad input", () => {
  it.each([
    ["claim: s01\nclaims: CLAIMS\ngird: { x: [1] }", /line 3: there is no key "gird"[^]*did you mean grid\?/],
    ["run: { stepz: 3 }", /line 1: there is no key "stepz" in run[^]*did you mean steps\?/],
    ["run: {}\ngrid: { sigma_0: [1] }", /there is no parameter "sigma_0"[^]*did you mean sigma0\?/],
    ["run: {}\ngrid: { alpha: [] }", /line 2: grid\.alpha is not what it should be/],
    ["run: {}\ngrid: { alpha: [1, 2, 1] }", /grid\.alpha: 1 stands there twice/],
    ["run: {}\ngrid: { mode: [standard, adversarial], threat: [pgd, fgm] }", /cells 0 \(mode = standard, threat = pgd, seed 1\) and 3 \(mode = standard, threat = fgm, seed 1\) compute the same/],
    ["run: {}\ngrid: { k: [5, 30] }", /at k = 30: d = 20 cannot hold 2 k = 60/],
    ["run: {}\nset: { N: 1000000, P: 100000 }", /ResourceError[^]*cell 0 \(seed 1\) needs about 184 TB for its arrays/],
    ["run: {}\nclaim: p04", /it says both claim and run/],
    ["title: nothing", /it says neither claim nor run/],
    ["claim: p01-growht-law", /there is no claim "p01-growht-law"[^]*did you mean p01-growth-law\?/],
    ["claim: s02-own-setting\nclaims: CLAIMS\ngrid: { x: [1] }", /claim s02-own-setting has no region/],
    ["claim: p04\nset: { alpha: 1 }\ngrid: { A/B: [1] }", /A\/B changes alpha, which is given too/],
    ["run: {}\nset: { k: 5 }\ngrid: { k: [5] }", /k stands in set and in grid/],
    ["run: {}\nladder: { k: [2, 4], d: [8] }", /k has 2 rungs, d has 1/],
    ["run: {}\nbudget: { memory: lots }", /budget\.memory: "lots" is no such amount/],
    ["run: [", /FileError[^]*this is no YAML/],
  ])("%j", async (text, words) => {
    const { file, out } = sweepFile(text);
    const { code, stdout, stderr } = await lemmagrad("sweep", file, "--out", out);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(existsSync(out)).toBe(false);
  });
});
