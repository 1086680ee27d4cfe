import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import type { PhaseResult } from "../../src/claims/index.ts";
import { build, lemmagrad, start, temporaryFolder } from "../support/command-line.ts";

beforeAll(build);
const folder = temporaryFolder();
const toys = fileURLToPath(new URL("phase-claims", import.meta.url));
const grid = ["--x", "x:0.1:0.9:9", "--y", "y:0.1:0.9:5"];
const words = (out: string, id: string, ...more: string[]) => ["phase", id, ...grid, "--claims", toys, "--out", join(folder, out), ...more];
const read = (out: string, id: string): PhaseResult => JSON.parse(readFileSync(join(folder, out, `${id}.x-by-y.json`), "utf8")) as PhaseResult;
const comparable = (out: string, id: string): unknown => {
  const { environment, ...rest } = read(out, id);
  expect(environment.seconds).toBeGreaterThanOrEqual(0);
  return rest;
};
const storedCells = (out: string): string[] => {
  const store = join(folder, out, ".runs");
  return existsSync(store) ? readdirSync(store, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".run")) : [];
};
const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 400) throw new Error("waited too long");
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
};

describe("phase", () => {
  it("says the cost first, ends with 0, and writes a page and data that follow the schema", async () => {
    const { code, stdout, stderr } = await lemmagrad(...words("right", "r01", "--seeds", "2"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^lemmagrad: r01-right, 9 x 5 cells, 2 seeds each: 90 runs \(.* operations\), about .* on \d+ workers?, up to \d+ MB of memory\.\n/) as string });
    // 25 of the 45 pairs have a sum of at most 1
    expect(stdout).toMatch(/inside the hypotheses +50 +0 +breaks: 0 to 7.112 %\n/);
    expect(stdout).toMatch(/outside +0 +40 +holds: 0 to 8.81 %\n/);
    expect(readdirSync(join(folder, "right")).sort()).toEqual(["phase.schema.json", "r01-right.x-by-y.html", "r01-right.x-by-y.json"]);
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(join(folder, "right/phase.schema.json"), "utf8")) as object);
    expect(validate(read("right", "r01-right")), JSON.stringify(validate.errors)).toBe(true);
    const page = readFileSync(join(folder, "right/r01-right.x-by-y.html"), "utf8");
    expect(page).toContain("25 of 45 cells: inside the hypotheses, holds");
    expect(page).not.toMatch(/<script|\bNaN\b|undefined/);
  });

  it("ends with 1 when the hypotheses promise too much", async () => {
    const { code, stdout, stderr } = await lemmagrad(...words("planted", "r02", "--seeds", "2"));
    expect(code).toBe(1);
    expect(stderr).toContain("inside its hypotheses r02-promises-too-much breaks in 32 of 82 trials: the hypotheses promise too much.");
    expect(stdout).toContain("16 inside the hypotheses, breaks");
  });

  it("gives the same data on one thread and on two", async () => {
    await lemmagrad(...words("one", "r01", "--workers", "1"));
    await lemmagrad(...words("two", "r01", "--workers", "2"));
    expect(comparable("two", "r01-right")).toEqual(comparable("one", "r01-right"));
  });

  it("--json prints the data and nothing else on standard output", async () => {
    const { code, stdout } = await lemmagrad(...words("json", "r01", "--json", "--seeds", "1", "--seed", "5", "--set", "shape=round"));
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(join(folder, "json/r01-right.x-by-y.json"), "utf8"));
    const result = JSON.parse(stdout) as PhaseResult;
    expect(result).toMatchObject({ seed: 5, seedsPerCell: 1, base: { x: 0.5, y: 0, shape: "round" } });
    expect(result.rerun).toBe(`npx lemmagrad phase r01-right --x x:0.1:0.9:9 --y y:0.1:0.9:5 --set shape=round --seeds 1 --seed 5 --claims ${toys}`);
  });

  it("goes on after kill -9, computes damaged cells again, and gives the data of an uninterrupted diagram", async () => {
    const line = words("killed", "r03", "--seeds", "1", "--workers", "1");
    const { child, ended } = start(line);
    await until(() => storedCells("killed").length >= 4);
    child.kill("SIGKILL");
    expect(await ended).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(existsSync(join(folder, "killed/r03-slow.x-by-y.json"))).toBe(false);
    const [damaged] = storedCells("killed");
    writeFileSync(join(folder, "killed/.runs", damaged), "nonsense");
    const resumed = await lemmagrad(...line, "--resume");
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining("is damaged; it is computed again") as string });
    expect(existsSync(join(folder, "killed/.runs"))).toBe(false);
    await lemmagrad(...words("whole", "r03", "--seeds", "1"));
    expect(comparable("killed", "r03-slow")).toEqual(comparable("whole", "r03-slow"));
  });

  it("SIGINT ends it with 130 and the line that goes on", async () => {
    const { child, ended } = start(words("stopped", "r03", "--seeds", "1", "--workers", "1"));
    await until(() => storedCells("stopped").length >= 2);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining(`npx lemmagrad phase r03-slow --x x:0.1:0.9:9 --y y:0.1:0.9:5 --seeds 1 --seed 1 --workers 1 --out ${join(folder, "stopped")} --claims ${toys} --resume`) as string });
  });

  it("says so when no point lies inside the hypotheses, and takes one cell", async () => {
    const one = await lemmagrad("phase", "r01", "--x", "x:0.9:0.9:1", "--y", "y:0.8:0.8:1", "--claims", toys, "--out", join(folder, "one-cell"));
    expect(one).toMatchObject({ code: 0, stderr: expect.stringContaining("no point lies inside the hypotheses") as string });
    expect(read("one-cell", "r01-right").cells).toHaveLength(1);
  });

  it("is shown in the report of verify when it lies beside it; one that is damaged or of another version is passed over, and said to be", async () => {
    const out = join(folder, "report");
    await lemmagrad(...words("report/phase", "r02", "--seeds", "1"));
    const whole = readFileSync(join(out, "phase/r02-promises-too-much.x-by-y.json"), "utf8");
    writeFileSync(join(out, "phase/damaged.json"), whole.slice(0, 1000));
    writeFileSync(join(out, "phase/empty.json"), whole.replace(/"cells": \[[^]*?\n  \],/, '"cells": [],'));
    writeFileSync(join(out, "phase/older.json"), whole.replace(/"version": "[^"]*"/, '"version": "0.0.1"'));
    const search = {
      schema: "lemmagrad search", version: (JSON.parse(whole) as PhaseResult).version, claim: { id: "r01-right", title: "Small sums stay small" }, seconds: 2, tried: 12,
      inside: { share: 0.5, low: 0.4, high: 0.6 }, decided: { n: 6, failures: 0, upper95: 0.39 }, parameters: [], rerun: "npx lemmagrad falsify r01-right",
    };
    mkdirSync(join(out, "falsify"));
    writeFileSync(join(out, "falsify/r01-right.json"), JSON.stringify(search));
    writeFileSync(join(out, "falsify/broken.json"), JSON.stringify({ ...search, parameters: 3 }));
    writeFileSync(join(out, "falsify/null.json"), "null");
    const { code, stderr } = await lemmagrad("verify", "--claims", toys, "--out", out);
    expect(code).toBe(0);
    expect(stderr).toContain("damaged.json is no phase diagram, or is damaged");
    expect(stderr).toContain("empty.json is no phase diagram, or is damaged");
    expect(stderr).toContain("older.json was made by lemmagrad 0.0.1");
    expect(stderr).toContain("broken.json is no search, or is damaged");
    expect(stderr).toContain("null.json is no search, or is damaged");
    const page = readFileSync(join(out, "index.html"), "utf8");
    expect(page).toContain("12 points in 2 s");
    expect(page).toContain("Where the claims hold");
    expect(page.match(/class="narrow stack confusion"/g)).toHaveLength(1);
  });

  it("takes the axes and the diagrams that the claim's region brings", async () => {
    const out = join(folder, "preset");
    expect(await lemmagrad("phase", "r01", "--preset", "sums", "--seeds", "1", "--claims", toys, "--out", out)).toMatchObject({ code: 0 });
    const { x, y, cells } = JSON.parse(readFileSync(join(out, "r01-right.x-by-x-y.json"), "utf8")) as PhaseResult;
    expect([x.name, y.name, y.label, cells.map(({ verdict }) => verdict)]).toEqual(["x", "x+y", "their sum", [...Array<string>(3).fill("inside holds"), ...Array<string>(3).fill("outside breaks")]]);
  });

  it.each([
    [["r04", ...grid], "claim r04-no-region has no region"],
    [["r04", ...grid], "Expected one of r01-right, r02-promises-too-much, r03-slow."],
    [["r01"], "no --x is given"],
    [["r01", "--x", "x:0:1:3"], "no --y is given"],
    [["r01", "--x", "z:0:1:3", "--y", "y:0:1:3"], 'the claim\'s region has no parameter "z"'],
    [["r01", "--x", "x:0:1:3", "--y", "x:0:1:3"], "both axes are x"],
    [["r01", "--x", "x:1:0:3", "--y", "y:0:1:3"], "1 to 0 is no range"],
    [["r01", "--x", "x:0:1:3:log", "--y", "y:0:1:3"], "a logarithmic axis cannot begin at 0"],
    [["r01", "--x", "x:0:1:0", "--y", "y:0:1:3"], "0 is no number of cells"],
    [["r01", "--x", "x-0-1-3", "--y", "y:0:1:3"], "Expected name:low:high:count"],
    [["r01", "--x", "x:a:1:3", "--y", "y:0:1:3"], "Expected name:low:high:count"],
    [["r01", "--x", "shape:0:1:3", "--y", "y:0:1:3"], "shape does not take numbers"],
    [["r01", "--preset", "sum"], "did you mean sums?"],
    [["r01", "--preset", "zzzzzzz"], "r01-right has no diagram of that name.\n  Expected one of sums, elsewhere."],
    [["r01", "--preset", "elsewhere"], 'no parameter "e"'],
    [["r01", ...grid, "--set", "z=1"], 'no parameter "z"'],
    [["r01", ...grid, "--set", "shape"], "it is not of the form name=value"],
    [["r01", ...grid, "--seeds", "0"], "Expected an integer >= 1"],
  ])("refuses %j in one paragraph and ends with 2", async (line, problem) => {
    const { code, stdout, stderr } = await lemmagrad("phase", ...line, "--claims", toys, "--out", join(folder, "refused"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(problem);
    expect(stderr).not.toMatch(/\n\n|\n +at /);
  });
});
