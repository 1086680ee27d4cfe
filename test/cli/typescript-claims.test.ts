/** Claims of a researcher's own in TypeScript, in a folder outside the package with modules of their own beside them. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Results } from "../../src/claims/index.ts";
import { build, lemmagrad, start, temporaryFolder } from "../support/command-line.ts";

beforeAll(build);
const project = temporaryFolder();
const mine = join(project, "my-claims");
const run = (...words: string[]) => start(words, project).ended;
const read = <Kind>(path: string): Kind => JSON.parse(readFileSync(join(project, path), "utf8")) as Kind;

const helper = `import type { Experiment } from "lemmagrad/claims";
import { array, grad, item, mul, sum, type NdArray } from "lemmagrad";
/* what needs more than taking types away: an enum, a parameter property */
export enum Size { small = 1, large = 2 }
export interface Run { slope: number }
class Parabola { constructor(private readonly scale: number) {} slopeAt(x: number): number { const f = (v: NdArray) => mul(sum(mul(v, v)), this.scale / 2); return item(grad(f as never)(array([x]))) ; } }
export const parabola = (scale: number, milliseconds = 0): Experiment<Run> => ({
  kind: "own/parabola", spec: { scale, milliseconds }, operations: 1,
  run(seed: number): Run { const end = performance.now() + milliseconds; while (performance.now() < end); return { slope: new Parabola(scale).slopeAt(1 + seed / 1e6) }; },
});
`;
const claimText = (id: string, milliseconds = 0) => `import { bounds, Claim, defineClaim } from "lemmagrad/claims";
import { makeSetting } from "lemmagrad/robust-features";
import { parabola, Size, type Run } from "./lib/parabola.js";

const at = (x: number) => ({ run: parabola(x, ${milliseconds}) });
const claim: Claim = defineClaim<{ run: Run }, { slope: number }>({
  id: ${JSON.stringify(id)}, title: "Slopes are small", source: { words: "ours", formula: "ours" }, statement: "s", maths: "x",
  experiments: at(Size.small), hypotheses: () => [{ name: "k", maths: "k", holds: makeSetting().k > 1, margin: 1, detail: "" }],
  observable: ({ run }) => ({ slope: run.slope }), prediction: bounds({ slope: { atMost: 1.5 } }, "at most 1.5"),
  controls: [{ change: "twice as steep", experiments: at(Size.large) }],
  recorded: "supported", plan: { quick: { seeds: 4, controlSeeds: 2 }, full: { seeds: 5, controlSeeds: 2 } },
  region: { box: { x: { low: 0, high: 2 }, z: { low: 1, high: 3, integer: true } }, hypotheses: () => [], experiments: ({ x }) => at(x as number) },
});
export default claim;
`;

beforeAll(() => {
  mkdirSync(join(mine, "lib"), { recursive: true });
  writeFileSync(join(mine, "lib/parabola.ts"), helper);
  writeFileSync(join(mine, "lib/types.d.ts"), "export declare const nothing: number;\n");
  writeFileSync(join(mine, "lib/parabola.test.ts"), "throw new Error('a test is no claim');\n");
  writeFileSync(join(mine, "m01-typed.ts"), claimText("m01-typed"));
});

describe("TypeScript claims outside the package", () => {
  it("are verified in worker threads, with a page, controls, and the line that reruns them", async () => {
    const { code, stdout, stderr } = await run("verify", "--claims", "my-claims", "--workers", "2");
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("1 claim, quick plan: 6 runs") as string });
    expect(stdout).toMatch(/m01-typed +✓ supported +same +4\/4 +fails, as it must/);
    const { claims: [claim] } = read<Results>("report/results.json");
    expect(claim).toMatchObject({ rerun: "npx lemmagrad verify m01-typed --plan quick --seeds 4 --seed 1 --claims my-claims", controls: [{ fails: true, seeds: 2 }] });
    expect(claim.perSeed[0].observed).toBe("slope 1");
    expect(readFileSync(join(project, "report/index.html"), "utf8")).toContain("Slopes are small");
  });

  it("are searched and scanned, their examples kept beside them with the line that replays them", async () => {
    const search = await run("falsify", "m01", "--claims", "my-claims", "--points", "40", "--keep");
    expect(search).toMatchObject({ code: 1, stdout: expect.stringMatching(/^m01-typed fails inside its hypotheses/) as string });
    expect(readdirSync(join(mine, "examples"))).toEqual(["m01-typed.1.json"]);
    const line = /\n {2}npx lemmagrad (falsify m01-typed --replay .*)\n/.exec(search.stderr)![1];
    expect(await run(...line.split(" "))).toMatchObject({ code: 1, stdout: expect.stringContaining("the claim FAILS here") as string });
    const diagram = await run("phase", "m01", "--x", "x:0:2:3", "--y", "z:1:3:2", "--seeds", "1", "--claims", "my-claims");
    expect(diagram).toMatchObject({ code: 1, stdout: expect.stringContaining("cells: 4 inside the hypotheses, holds; 2 inside the hypotheses, breaks") as string });
  });

  it("--resume takes finished runs, and none that another version of a module beside the claim computed", async () => {
    const slow = join(project, "slow");
    cpSync(join(mine, "lib"), join(slow, "lib"), { recursive: true });
    writeFileSync(join(slow, "m02-slow.ts"), claimText("m02-slow", 150));
    const words = ["verify", "--claims", "slow", "--out", "slow-report", "--seeds", "6", "--workers", "1"];
    const stored = () => (existsSync(join(project, "slow-report/.runs")) ? readdirSync(join(project, "slow-report/.runs")).filter((name) => name.endsWith(".run")).length : 0);
    const interrupted = async () => {
      const { child, ended } = start(words, project);
      while (stored() < 2 && child.exitCode === null) await new Promise((resolve) => { setTimeout(resolve, 20); });
      child.kill("SIGKILL");
      await ended;
    };
    await interrupted();
    const path = join(slow, "lib/parabola.ts");
    writeFileSync(path, readFileSync(path, "utf8").replace("slopeAt(1 +", "slopeAt(1.25 +"));
    expect(await run(...words, "--resume")).toMatchObject({ code: 0 });
    // every seed sees the new module, also those whose runs were kept
    expect(new Set(read<Results>("slow-report/results.json").claims[0].perSeed.map(({ observed }) => observed))).toEqual(new Set(["slope 1.25"]));
  });

  const broken = (name: string, files: Record<string, string>) => {
    const folder = join(project, name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return lemmagrad("claims", "--claims", folder);
  };
  it.each([
    ["a claim", { "m03-bad.ts": "import { bounds } from \"lemmagrad/claims\";\n// ü ∑\nexport default bounds({ é: { atMost: } }, \"\");\n" }, /^FileError: .*m03-bad\.ts:3:38: it does not parse: Expression expected\.\n/],
    ["a module beside it", { "m04-good.ts": 'import { x } from "./deep/down";\nexport default x;\n', "deep/down.ts": "export const x: number = 1;\n\nexport const y = (a: number: number) => a;\n" }, /^FileError: .*deep\/down\.ts:3:\d+: it does not parse: /],
    ["plain JavaScript", { "m05-plain.mjs": "export const x = 1;\nexport default { ;\n" }, /^FileError: .*m05-plain\.mjs:2:18: it does not parse: /],
  ])("a syntax error in %s is said with file, line and column, and no stack", async (name, files, message) => {
    const { code, stdout, stderr } = await broken(`broken-${name.replaceAll(" ", "-")}`, files as Record<string, string>);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n +at |node:internal/);
  });

  it("a name that a module does not export, and a module that is missing, are said with the file", async () => {
    expect(await broken("no-export", { "m06-name.ts": 'import { defineClam } from "lemmagrad/claims";\nexport default defineClam;\n' })).toMatchObject({ code: 2, stderr: expect.stringMatching(/m06-name\.ts: the module does not load: .*defineClam/) as string });
    expect(await broken("no-module", { "m07-gone.ts": 'import { x } from "./gone.js";\nexport default x;\n' })).toMatchObject({ code: 2, stderr: expect.stringMatching(/m07-gone\.ts: the module does not load: .*gone\.js/) as string });
    expect(await broken("other-name", { "m08-one.ts": claimText("m09-other").replace("./lib/", "../my-claims/lib/") })).toMatchObject({ code: 2, stderr: expect.stringContaining("the claim's id is m09-other, its file is named m08-one") as string });
  });

  it("an error while running is said with its line in the TypeScript, under --debug", async () => {
    const folder = join(project, "throws");
    cpSync(join(mine, "lib"), join(folder, "lib"), { recursive: true });
    const path = join(folder, "lib/parabola.ts");
    writeFileSync(path, readFileSync(path, "utf8").replace("return { slope:", "throw new RangeError(`seed ${seed}`); return { slope:"));
    writeFileSync(join(folder, "m10-throws.ts"), claimText("m10-throws"));
    const { code, stderr } = await run("verify", "--claims", "throws", "--out", "threw", "--debug");
    expect(code).toBe(2);
    expect(stderr).toMatch(/RangeError: seed \d\n[^]*lib\/parabola\.ts:9:/);
  });
});
