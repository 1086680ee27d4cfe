import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { coreClock, timeFrom } from "../../src/cli/core-time.ts";
import type { SearchFile } from "../../src/cli/search-result.ts";
import type { KeptExample } from "../../src/falsify/index.ts";
import { build, lemmagrad, start, temporaryFolder } from "../support/command-line.ts";

beforeAll(build);
const folder = temporaryFolder();
const toys = fileURLToPath(new URL("falsify-claims", import.meta.url));
const words = (out: string, id: string, ...more: string[]) => ["falsify", id, "--claims", toys, "--out", join(folder, out), ...more];
const read = (out: string, id: string): SearchFile => JSON.parse(readFileSync(join(folder, out, `${id}.json`), "utf8")) as SearchFile;
const comparable = (out: string, id: string): unknown => {
  const { environment: _environment, seconds, ...rest } = read(out, id);
  expect(seconds).toBeGreaterThan(0);
  return rest;
};
const storedPoints = (out: string): number => {
  const store = join(folder, out, ".runs");
  return existsSync(store) ? readdirSync(store, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".run")).length : 0;
};
const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 1200) throw new Error("waited too long");
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
};
/** What a shell would make of a replay or rerun line, without npx lemmagrad. */
const wordsOf = (line: string): string[] => line.split(" ").slice(2);

describe("falsify", () => {
  it("says the cost first, ends with 0 when it finds nothing, and says how much was covered", async () => {
    const { code, stdout, stderr } = await lemmagrad(...words("right", "f01", "--points", "80", "--workers", "1"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^lemmagrad: f01-right, 80 points, 1 seed a point, about \d+ ms of core time each: about \d+ s on 1 worker, up to \d+ MB of memory; shrinking .*\n( *\d+ % {2}\d+ points? tried.*\n)+lemmagrad: done in \d+ s\.\n$/) as string });
    expect(stdout).toMatch(/^f01-right: nothing found in [\d.]+ s of core time, [\d.]+ s on the clock\.\n {2}tried: 80 points inside the hypotheses of the point \(44 drawn evenly, \d+ at the edge, \d+ near failing\)\n/);
    expect(stdout).toMatch(/so: it fails in at most 6.582 % of the region \(95 %, exact; 0 of 44 even points failed\)\n/);
    expect(stdout).toMatch(/^x +\d+ of 10 /m);
    const result = read("right", "f01-right");
    expect(result).toMatchObject({ schema: "lemmagrad search", claim: { id: "f01-right", title: "Small sums stay small" }, tried: 80, seed: 1, seedsPerPoint: 1, decided: { n: 44, failures: 0 }, rerun: `npx lemmagrad falsify f01-right --points 80 --seed 1 --claims ${toys}` });
    expect(result.found).toBeUndefined();
    expect(Math.abs(result.inside.share - 0.5)).toBeLessThan(0.25);
    expect(readdirSync(join(folder, "right"))).toEqual(["f01-right.json"]);
  });

  it("ends with 1 at a counterexample, shrunk, with a line that replays it", async () => {
    const { code, stdout, stderr } = await lemmagrad(...words("planted", "f02", "--points", "200"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/found a point where it fails after \d+ points?; shrinking it/);
    // said at once, before any shrinking: nothing is lost if that is stopped
    const firstLine = /it fails at .*; see it with\n {2}(npx .*)\n/.exec(stderr)![1];
    expect(await lemmagrad(...wordsOf(firstLine))).toMatchObject({ code: 1, stderr: "", stdout: expect.stringContaining("So: the claim FAILS here") as string });
    const { found, rerun, tried } = read("planted", "f02-promises-too-much");
    // x stays at its reference value, so y must be more than 1/2, and one digit is enough
    expect(found).toMatchObject({ point: "y=0.6", values: { x: 0.5, y: 0.6, shape: "square" }, notSimplest: ["y"], shrinking: { finished: true } });
    expect(stdout).toContain(`f02-promises-too-much fails inside its hypotheses, at\n  y=0.6\n  seed ${found!.seeds[0]}: sum 1.1 (outside)\n  not at its simplest value: y\n`);
    expect(stdout).toContain(`replay: ${found!.replay}\n`);
    const replayed = await lemmagrad(...wordsOf(found!.replay));
    expect(replayed).toMatchObject({ code: 1, stderr: "", stdout: expect.stringContaining("So: the claim FAILS here, inside its hypotheses (sum 1.1 (outside))") as string });
    expect(rerun).toContain(`--points ${tried} `);
    await lemmagrad(...wordsOf(rerun), "--out", join(folder, "again"));
    expect(comparable("again", "f02-promises-too-much")).toEqual(comparable("planted", "f02-promises-too-much"));
  });

  it("gives the same result on one thread and on three", async () => {
    for (const id of ["f01", "f02"]) {
      await lemmagrad(...words("one", id, "--points", "50", "--seed", "9", "--workers", "1"));
      await lemmagrad(...words("three", id, "--points", "50", "--seed", "9", "--workers", "3"));
    }
    expect(comparable("three", "f01-right")).toEqual(comparable("one", "f01-right"));
    expect(comparable("three", "f02-promises-too-much")).toEqual(comparable("one", "f02-promises-too-much"));
  });

  it("searches for a budget of core time, half as long on two workers", async () => {
    const { code, stderr } = await lemmagrad(...words("budget", "f03", "--budget", "2s", "--workers", "2", "--json"));
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/^lemmagrad: f03-slow, 2 s of core time, that is 1 s on 2 workers: about \d+ points?, /) as string });
    const { tried, rerun, environment: { coreSeconds } } = read("budget", "f03-slow");
    expect(tried).toBeGreaterThan(0);
    // at most a round of 8 points of 60 ms was begun when the budget was spent, and the threads were ended
    expect(coreSeconds).toBeGreaterThanOrEqual(2);
    expect(coreSeconds).toBeLessThan(2 + 8 * 0.06 + 0.5);
    expect(rerun).toContain(`--points ${tried} `);
  });

  it("--json prints the file and nothing else on standard output", async () => {
    const { code, stdout } = await lemmagrad(...words("json", "f01", "--points", "9", "--seeds", "3", "--json"));
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(join(folder, "json/f01-right.json"), "utf8"));
    expect(JSON.parse(stdout)).toMatchObject({ tried: 9, seedsPerPoint: 3, rerun: expect.stringContaining("--points 9 --seed 1 --seeds 3 ") as string });
  });

  it("leaves another search alone that writes to the same folder", async () => {
    const { ended } = start(words("shared", "f03", "--points", "60", "--workers", "1"));
    await until(() => storedPoints("shared") >= 8);
    const other = await lemmagrad(...words("shared", "f01", "--points", "8", "--workers", "1"));
    expect({ code: other.code, discarded: other.stderr.includes("discarded") }).toEqual({ code: 0, discarded: false });
    expect((await ended).code).toBe(0);
    expect(existsSync(join(folder, "shared/.runs"))).toBe(false);
  });

  it("SIGINT ends it with 130, what was covered, and a line that goes on with what was tried", async () => {
    const line = words("stopped", "f03", "--points", "60", "--workers", "1");
    const { child, ended } = start(line);
    await until(() => storedPoints("stopped") >= 18);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/ {2}tried: (16|24) points inside the hypotheses/);
    const next = /Go on with:\n {2}(.*)\n/.exec(stderr)![1];
    expect(next).toBe(`npx lemmagrad falsify f03-slow --points 60 --seed 1 --workers 1 --out ${join(folder, "stopped")} --claims ${toys} --resume`);
    const kept = storedPoints("stopped");
    expect((await lemmagrad(...wordsOf(next))).code).toBe(0);
    expect(existsSync(join(folder, "stopped/.runs"))).toBe(false);
    await lemmagrad(...words("whole", "f03", "--points", "60", "--workers", "1"));
    expect(comparable("stopped", "f03-slow")).toEqual(comparable("whole", "f03-slow"));
    // nothing that was kept ran again: 60 ms each
    expect(read("stopped", "f03-slow").seconds).toBeLessThan(read("whole", "f03-slow").seconds - 0.03 * kept);
  });

  it("--keep writes the shrunk point beside the claim, once, and --replay --keep writes down what it is now", async () => {
    const own = join(folder, "own/claims");
    mkdirSync(dirname(own), { recursive: true });
    cpSync(toys, own, { recursive: true });
    cpSync(join(dirname(toys), "phase-claims"), join(folder, "own/phase-claims"), { recursive: true });
    const keeping = async (...more: string[]) => lemmagrad("falsify", "f02", "--claims", own, "--out", join(folder, "kept"), "--keep", ...more);
    const path = join(own, "examples/f02-promises-too-much.1.json");
    expect(await keeping("--points", "100")).toMatchObject({ code: 1, stderr: expect.stringContaining(`kept as ${path}`) as string });
    const example = JSON.parse(readFileSync(path, "utf8")) as KeptExample;
    expect(example).toMatchObject({ kind: "lemmagrad counterexample", claim: "f02-promises-too-much", point: { x: 0.5, y: 0.6, shape: "square" }, outcome: "fails", observed: "sum 1.1 (outside)" });
    expect(example.note).toMatch(/^found by: npx lemmagrad falsify f02-promises-too-much --points \d+ --seed 1 --claims /);
    await keeping("--points", "100");
    await keeping("--replay", "x=0.25,y=0.25");
    expect(readdirSync(join(own, "examples"))).toEqual(["f02-promises-too-much.1.json", "f02-promises-too-much.2.json"]);
    expect(JSON.parse(readFileSync(join(own, "examples/f02-promises-too-much.2.json"), "utf8"))).toMatchObject({ outcome: "holds", note: "replayed by hand" });
    writeFileSync(path, "{}");
    expect(await keeping("--points", "100")).toMatchObject({ code: 2, stderr: expect.stringContaining("it is no kept example") as string });
  });

  it("--replay prints every hypothesis with its margin, and judges: holds and outside end with 0", async () => {
    const holds = await lemmagrad(...words("replay", "f01", "--replay", "x=0.25,y=0.5", "--seeds", "2", "--seed", "5"));
    expect(holds).toMatchObject({ code: 0, stderr: "" });
    expect(holds.stdout).toMatch(/^f01-right at x=0.25 y=0.5 shape=square\n/);
    expect(holds.stdout).toMatch(/^✓ {2}point +sum small +0.25 +0.25 \+ 0.5$/m);
    expect(holds.stdout).toMatch(/^5 +inside +holds +0.2877 +sum 0.75\n6 +inside /m);
    expect(holds.stdout).toContain("So: the claim holds here (sum 0.75).");
    const outside = await lemmagrad(...words("replay", "f01", "--replay", "x=0.75,y=0.75", "--json"));
    expect(outside.code).toBe(0);
    expect(JSON.parse(outside.stdout)).toMatchObject({ outcome: "outside", point: { x: 0.75, y: 0.75, shape: "square" }, seeds: [1], hypotheses: [{ name: "sum small", holds: false, margin: -0.5 }], trials: [{ seed: 1, inside: false, holds: false }] });
    const drawn = await lemmagrad(...words("replay", "f06", "--replay", "x=0"));
    expect(drawn.stdout).toMatch(/^✗ {2}seed 1 +lottery won +-1 +never$/m);
    expect(drawn.stdout).toContain("So: outside the hypotheses");
    expect(existsSync(join(folder, "replay"))).toBe(false);
  });

  it.each([
    [["f04"], "claim f04-no-region has no region"],
    [["f04"], "Expected one of f01-right, f02-promises-too-much, f03-slow, f05-empty, f06-never-drawn, f07-throws."],
    [["f99"], 'there is no claim "f99"'],
    [["f05", "--points", "5"], "RegimeError: falsify f05-empty: none of 20000 draws in a row was inside the hypotheses.\n    sum small: failed in 100 %"],
    [["f06", "--points", "16"], "RegimeError: falsify f06-never-drawn: none of 16 points was decided: 16 of 16 drawn evenly lie outside the claim's own hypotheses by their draws.\n    lottery won: failed at 16 of 16"],
    [["f03", "--budget", "0.01s"], "ParameterError: --budget 0.01s: it does not pay for one point: a run of f03-slow (1 seed a point) takes about 1 s."],
    [["f07", "--points", "40"], "a bug in the claim"],
    [["f01", "--budget", "10"], "Expected a time such as 90s, 10m or 1.5h"],
    [["f01", "--budget", "0s"], "Expected a time such as 90s, 10m or 1.5h"],
    [["f01", "--budget", "5s", "--points", "3"], "cannot be used with option '--budget <time>'"],
    [["f01", "--points", "0"], "Expected an integer >= 1"],
    [["f01", "--seeds", "0"], "Expected an integer >= 1"],
    [["f01", "--replay", "x"], '"x" is not of the form name=value'],
    [["f01", "--replay", "z=3"], 'no parameter "z"'],
    [["f01", "--replay", "shape=round"], "shape = round cannot be"],
    [["f01", "--points", "3", "--out", join(toys, "f01-right.mjs")], "nothing can be written there"],
  ])("refuses %j and ends with 2", async (line, problem) => {
    const { code, stdout, stderr } = await lemmagrad("falsify", "--claims", toys, "--out", join(folder, "refused"), ...line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(problem);
    expect(stderr).not.toMatch(/\n +at /);
  });

  it("is shown in the report of verify when it lies beside it", async () => {
    await lemmagrad(...words("report/falsify", "f01", "--points", "16"));
    await lemmagrad(...words("report/falsify", "f02", "--points", "100"));
    const { stderr } = await lemmagrad("verify", "f01", "--claims", toys, "--out", join(folder, "report"));
    expect(stderr).not.toContain("is no search");
    const page = readFileSync(join(folder, "report/index.html"), "utf8");
    expect(page).toContain("The search for counterexamples");
    expect(page).toContain("16 points in ");
    expect(page).toContain("y=0.6");
    expect(page).not.toMatch(/\bNaN\b|undefined/);
  });
});

describe("core time", () => {
  it("reads seconds, minutes and hours", () => {
    expect(["90s", "10m", "1.5h", "2 min"].map(timeFrom)).toEqual([90, 600, 5400, 120]);
    for (const text of ["", "10", "s", "-1s", "0m", "1d", "1e3s"]) expect(() => timeFrom(text), text).toThrow("Expected a time");
  });
  it("counts what was worked, and takes credit for what was paid before", () => {
    let worked = 10;
    const clock = coreClock(() => worked);
    worked = 12;
    clock.credit(5);
    expect(clock.spent()).toBe(2 + 5);
  });
  it("goes on while this process works, not while it waits", async () => {
    const clock = coreClock();
    await new Promise((done) => setTimeout(done, 300));
    const waited = clock.spent();
    expect(waited).toBeLessThan(0.2);
    for (let x = 0; clock.spent() < waited + 0.1; x++) Math.sqrt(x);
    expect(clock.spent()).toBeGreaterThanOrEqual(waited + 0.1);
  });
});
