import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { build, repository, temporaryFolder } from "../support/command-line.ts";

/** The package as npm would send it, unpacked into a project of its own beside its declared dependencies and no others. */
describe("the packed package", () => {
  const project = temporaryFolder();
  const modules = join(project, "node_modules");
  const installed = join(modules, "lemmagrad");
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { dependencies: Record<string, string>; peerDependencies: Record<string, string>; exports: Record<string, unknown> };

  beforeAll(() => {
    build();
    // scripts off: the build has just run, and packing must not start it again
    const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], { cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })) as { filename: string }[];
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["xzf", join(project, filename), "-C", installed, "--strip-components=1"]);
    for (const name of Object.keys(manifest.dependencies)) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(repository, "node_modules", name), join(modules, name));
    }
    mkdirSync(join(modules, ".bin"));
    symlinkSync("../lemmagrad/dist/cli/main.js", join(modules, ".bin/lemmagrad"));
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "elsewhere", type: "module", private: true }));
  });

  const runs = (script: string): string => {
    const file = join(project, "script.mjs");
    writeFileSync(file, script);
    return execFileSync(process.execPath, [file], { cwd: project, encoding: "utf8" }).trim();
  };

  it("holds what it needs and nothing of the workshop", () => {
    expect(readdirSync(installed).filter((name) => !["README.md", "LICENSE"].includes(name)).sort()).toEqual(["dist", "package.json", "pkg"]);
    expect(readFileSync(join(installed, "package.json"), "utf8")).not.toContain("file:");
  });

  const names = Object.keys(manifest.exports).filter((name) => name !== "./package.json").map((name) => name.replace(".", "lemmagrad"));
  /** Imports entry points one after the other. */
  const loads = (chosen: readonly string[]) => runs(`const names = ${JSON.stringify(chosen)}; for (const name of names) { const module = await import(name); if (Object.keys(module).length === 0) throw new Error(name); } console.log("all", names.length);`);

  it("every entry point loads by its name, beside the package's own dependencies alone; the matchers need their optional peer", () => {
    const matchers = "lemmagrad/testing/matchers";
    const others = names.filter((name) => name !== matchers);
    expect(others).toContain("lemmagrad/testing");
    expect(loads(others)).toBe(`all ${others.length}`);
    expect(Object.keys(manifest.peerDependencies)).toEqual(["vitest"]);
    expect(() => loads([matchers])).toThrow("Cannot find package 'vitest'");
    // beside it: test/testing/example-project.test.ts
  });

  it("differentiates, with the wasm backend", () => {
    expect(runs('import { array, grad, mul, sum, toNested, selectBackend } from "lemmagrad"; selectBackend("wasm"); console.log(JSON.stringify(toNested(grad((x) => sum(mul(x, x)))(array([1, 2, 3])))));')).toBe("[2,4,6]");
  });

  it("the SIMD helper initialises from the file beside it", () => {
    expect(runs('import init, { matmulNN } from "lemmagrad/simd"; await init(); const out = new Float64Array(4); matmulNN(new Float64Array([1, 2, 3, 4]), new Float64Array([0, 1, 1, 0]), out, 2, 2, 2); console.log(...out);')).toBe("2 1 4 3");
  });

  it("its entry points share one copy of the engine", () => {
    expect(runs('import { ParameterError } from "lemmagrad"; import { makeSetting } from "lemmagrad/robust-features"; try { makeSetting({ k: 1 }); } catch (error) { console.log(error instanceof ParameterError); }')).toBe("true");
  });

  it("npx lemmagrad lists, verifies and searches claims there", () => {
    const npx = (...words: string[]) => execFileSync("npx", ["--no-install", "lemmagrad", ...words], { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    expect(npx("claims")).toMatch(/^p\d\d-[^]*^b\d\d-/m);
    mkdirSync(join(project, "mine"));
    writeFileSync(join(project, "mine/m01-own.mjs"), `import { bounds, defineClaim } from "lemmagrad/claims";
import { trainingRun } from "lemmagrad/robust-features";
const setting = { k: 2, m: 2, P: 6, d: 5, N: 4 };
export default defineClaim({
  id: "m01-own", title: "t", source: { words: "w", formula: "f" }, statement: "s", maths: "x",
  experiments: { run: trainingRun({ mode: "standard", steps: 2, setting }) }, hypotheses: () => [{ name: "n", maths: "", holds: true, margin: 1, detail: "" }],
  observable: ({ run }) => ({ k: run.spec.setting.k }), prediction: bounds({ k: { atMost: 2 } }, "k is 2"),
  controls: [{ change: "k = 3", experiments: { run: trainingRun({ mode: "standard", steps: 2, setting: { ...setting, k: 3, d: 6 } }) } }],
  recorded: "supported", plan: { quick: { seeds: 2, controlSeeds: 2 }, full: { seeds: 2, controlSeeds: 2 } },
});`);
    expect(npx("verify", "--claims", "mine")).toMatch(/m01-own +✓ supported +same +2\/2/);
    writeFileSync(join(project, "mine/m02-region.mjs"), `import { bounds, defineClaim } from "lemmagrad/claims";
const at = (x) => ({ run: { kind: "own", spec: { x }, operations: 1, run: () => ({ x }) } });
export default defineClaim({
  id: "m02-region", title: "t", source: { words: "w", formula: "f" }, statement: "s", maths: "x", experiments: at(0), hypotheses: () => [],
  observable: ({ run }) => run, prediction: bounds({ x: { atMost: 1 } }, "at most 1"), controls: [{ change: "x = 2", experiments: at(2) }],
  recorded: "supported", plan: { quick: { seeds: 1, controlSeeds: 1 }, full: { seeds: 1, controlSeeds: 1 } },
  region: { box: { x: { low: 0, high: 1 } }, hypotheses: () => [], experiments: ({ x }) => at(x) },
});`);
    expect(npx("falsify", "m02", "--claims", "mine", "--points", "9")).toMatch(/^m02-region: nothing found/);
  });

  it("its declarations satisfy a strict TypeScript project", () => {
    writeFileSync(join(project, "use.ts"), `import { array, grad, sum, type NdArray } from "lemmagrad";
import { makeSetting, type Setting } from "lemmagrad/robust-features";
import { defineClaim, type Claim } from "lemmagrad/claims";
import { gradientAscent, type ThreatModel } from "lemmagrad/training";
import { type DatasetSplit, imagePixels, loadDataset } from "lemmagrad/images";
import init, { matmulNN } from "lemmagrad/simd";
export const pixels = (split: DatasetSplit): NdArray => imagePixels(split, [0]);
export const load = () => loadDataset("mnist", "data").train;
export const x: NdArray = array([1, 2]);
export const setting: Setting = makeSetting({ k: 3 });
export const threat: ThreatModel = gradientAscent({ loss: "margin", e: 1 });
export type Own = Claim;
export const uses = [grad, sum, defineClaim, init, matmulNN];
// @ts-expect-error a setting has no such parameter
export const wrong = setting.nothing;
`);
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: { module: "nodenext", moduleResolution: "nodenext", target: "es2022", strict: true, noEmit: true, skipLibCheck: false, types: [] }, files: ["use.ts"] }));
    let output = "";
    try {
      execFileSync(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", project], { encoding: "utf8" });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    expect(output).toBe("");
  });
});
