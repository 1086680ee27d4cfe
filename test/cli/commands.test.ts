import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { claimIndex } from "../../src/cli/claims-index.ts";
import { loadClaims } from "../../src/cli/load-claims.ts";
import { editDistance, nearest } from "../../src/cli/nearest.ts";
import { progressLine } from "../../src/cli/progress.ts";
import { duration, shellWord, shown, table } from "../../src/cli/table.ts";
import type { Prediction } from "../../src/cli/predict.ts";
import { build, lemmagrad, repository, testClaims } from "../support/command-line.ts";

beforeAll(build);

describe("the command line", () => {
  it.each(["verify", "falsify", "run", "predict", "claims"])("%s --help shows its flags and two examples", async (command) => {
    const { code, stdout, stderr } = await lemmagrad(command, "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.match(new RegExp(`^ {2}npx lemmagrad ${command}`, "gm"))).toHaveLength(2);
    expect(stdout).toContain("--json");
  });

  it("prints its version, and without a command its help with code 2", async () => {
    expect(await lemmagrad("--version")).toMatchObject({ code: 0, stdout: "0.1.0\n" });
    expect(await lemmagrad()).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Usage: lemmagrad") as string });
  });

  it("suggests the nearest command", async () => {
    expect(await lemmagrad("verfiy")).toMatchObject({ code: 2, stdout: "", stderr: "lemmagrad: unknown command 'verfiy'. Did you mean verify? See lemmagrad --help.\n" });
  });

  it("every flag in an example is one that its command has", async () => {
    for (const command of ["verify", "falsify", "run", "predict", "claims"]) {
      const { stdout } = await lemmagrad(command, "--help");
      const [flags, examples] = stdout.split("Examples:");
      const used = examples.match(/--[a-z-]+/g) ?? [];
      for (const flag of used) expect(flags).toMatch(new RegExp(`^ {2}(-., )?${flag}\\b`, "m"));
    }
  });
});

describe("claims", () => {
  it("lists every claim of a folder, helpers apart, with source and verdict", async () => {
    const { code, stdout } = await lemmagrad("claims", "--claims", testClaims);
    expect(code).toBe(0);
    expect([...stdout.matchAll(/^(\S+) {2}\[(.*)\]$/gm)].map(([, id, verdict]) => [id, verdict])).toEqual([
      ["t01-quick", "supported"], ["t02-wrongly-recorded", "contradicted"], ["t03-slow", "supported"], ["t04-trains", "inconclusive"], ["t05-sequential", "supported"],
    ]);
    expect(stdout).toContain("Source: made up for tests; none.");
  });

  it("--json prints one document with the package's own claims", async () => {
    const list = JSON.parse((await lemmagrad("claims", "--json")).stdout) as { id: string; statement: string; recorded: string; controls: string[] }[];
    expect(list.length).toBeGreaterThan(0);
    for (const { id, statement, controls } of list) {
      expect(id).toMatch(/^[pb]\d\d-/);
      expect(statement.length).toBeGreaterThan(10);
      expect(controls.length).toBeGreaterThan(0);
    }
  });

  it("refuses --write-index for claims that are not the repository's", async () => {
    expect(await lemmagrad("claims", "--claims", testClaims, "--write-index")).toMatchObject({ code: 2, stdout: "" });
  });

  it("the committed index is what the claims say now (npx lemmagrad claims --write-index)", async () => {
    expect(readFileSync(join(repository, "proofs-check/README.md"), "utf8")).toBe(claimIndex(await loadClaims()));
  });
});

describe("predict", () => {
  it("prints closed forms, hypotheses and reduced dynamics, and its JSON holds the same numbers as the library", async () => {
    const words = ["predict", "--set", "k=2", "--set", "m=3", "--set", "d=8", "--seed", "4", "--steps", "20"];
    const prediction = JSON.parse((await lemmagrad(...words, "--json")).stdout) as Prediction;
    expect(prediction.classes.map(({ class: i }) => i)).toEqual([0, 1]);
    expect(prediction.hypotheses.map(({ name }) => name)).toContain("no freeze");
    for (const one of prediction.classes) {
      // null stands for never
      const [robust, nonRobust] = [one.robustTime, one.nonRobustTime].map((time: number | null) => time ?? Infinity);
      expect(one.first).toBe(nonRobust === Infinity && robust === Infinity ? "neither" : nonRobust <= robust ? "nonRobust" : "robust");
    }
    expect(prediction.reduced.standard[0].V).toBeGreaterThan(prediction.classes[0].v0);
    const { stdout } = await lemmagrad(...words);
    expect(stdout).toMatch(/✓ {2}radius between amplitudes/);
    expect(stdout).toMatch(/Reduced dynamics, adversarial training, after 20 steps:/);
  });

  it("starts from the weights that a run of the same seed starts from", async () => {
    const flags = ["--set", "k=2", "--set", "m=3", "--set", "d=8", "--set", "P=20", "--set", "N=4", "--seed", "4", "--json"];
    const prediction = JSON.parse((await lemmagrad("predict", ...flags, "--steps", "1")).stdout) as Prediction;
    const run = JSON.parse((await lemmagrad("run", ...flags, "--steps", "1")).stdout) as { classes: { U0: number; V0: number }[] };
    expect(run.classes.map(({ U0, V0 }) => [U0, V0])).toEqual(prediction.classes.map(({ u0, v0 }) => [u0, v0]));
  });

  it("refuses what run refuses", async () => {
    expect(await lemmagrad("predict", "--set", "k=1")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("k = 1 is out of range") as string });
  });
});

describe("the pieces", () => {
  it("nearest counts swaps as one edit and refuses what is too far", () => {
    expect(editDistance("ab", "ba")).toBe(1);
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(nearest("aplha", ["alpha", "beta"])).toBe("alpha");
    expect(nearest("zzzzzz", ["alpha", "beta"])).toBeUndefined();
    expect(nearest("foo", ["cos", "log"])).toBeUndefined(); // two of three letters would have to change
  });

  it("progress prints a plain line every tenth, and rewrites one line on a terminal", () => {
    const draw = (isTTY: boolean) => {
      const written: string[] = [];
      let clock = 0;
      const line = progressLine({ stream: { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 } as never, now: () => clock, every: 0.1 });
      for (let i = 0; i <= 40; i++) {
        clock = i;
        line.update(i, 40, `${i} of 40`);
      }
      line.end();
      return written;
    };
    const plain = draw(false);
    expect(plain).toHaveLength(10);
    expect(plain[0]).toBe(" 10 %  4 of 40, 36 s left\n");
    const terminal = draw(true);
    expect(terminal.slice(0, -1).every((text) => text.startsWith("\r") && !text.includes("\n"))).toBe(true);
    expect(terminal.at(-1)).toBe("\n");
  });

  it("progress of a resumed run does not count what was kept as speed", () => {
    const written: string[] = [];
    let clock = 0;
    const line = progressLine({ stream: { isTTY: false, write: (text: string) => written.push(text) > 0 } as never, now: () => clock });
    line.update(50, 100, "kept");
    clock = 10;
    line.update(60, 100, "on");
    expect(written).toEqual([" 50 %  kept\n", " 60 %  on, 40 s left\n"]);
  });

  it("tables, numbers and shell words", () => {
    expect(table(["a", "long"], [["x", "1"], ["yy", "✓"]])).toBe("a   long\nx   1\nyy  ✓\n");
    expect([shown(Infinity), shown(NaN), shown(0.123456), shown(1e-9)]).toEqual(["never", "-", "0.1235", "1.00e-9"]);
    expect([duration(3.2), duration(190), duration(7500)]).toEqual(["4 s", "3 min 10 s", "2 h 5 min"]);
    expect(shellWord("it's here")).toBe(String.raw`'it'\''s here'`);
  });
});
