/** The example project of docs/examples, run as its reader would: against the built package, in a folder of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { build, repository, temporaryFolder } from "../support/command-line.ts";

const example = join(repository, "docs/examples/property-tests-in-ci");

describe("the example project", () => {
  const project = temporaryFolder();
  const modules = join(project, "node_modules");
  const file = (path: string) => join(project, path);

  beforeAll(() => {
    build();
    cpSync(example, project, { recursive: true });
    const installed = join(modules, "lemmagrad");
    mkdirSync(installed, { recursive: true });
    for (const part of ["dist", "pkg", "package.json"]) cpSync(join(repository, part), join(installed, part), { recursive: true });
    const { dependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { dependencies: Record<string, string> };
    for (const name of [...Object.keys(dependencies), "vitest", "typescript"]) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(repository, "node_modules", name), join(modules, name));
    }
  });

  /** vitest's own exit code and everything it printed; as on a CI, and not as a child of this vitest. */
  const vitest = (...words: string[]): { code: number | null; output: string } => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST") && name !== "NODE_ENV" && name !== "FORCE_COLOR"));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(modules, "vitest/vitest.mjs"), "run", ...words], { cwd: project, encoding: "utf8", env: { ...env, CI: "true", NO_COLOR: "1" } });
    return { code: status, output: stdout + stderr };
  };
  /** What vitest says while one place of a file reads otherwise. */
  const withFault = (path: string, right: string, wrong: string, ...words: string[]) => {
    const text = readFileSync(file(path), "utf8");
    expect(text.split(right), `${path} has "${right}" once`).toHaveLength(2);
    writeFileSync(file(path), text.replace(right, wrong));
    try {
      return vitest(...words);
    } finally {
      writeFileSync(file(path), text);
    }
  };

  it("passes", () => {
    const { code, output } = vitest();
    expect(output).toMatch(/Tests {2}7 passed \(7\)/);
    expect(code).toBe(0);
  });

  it("finds both entry points outside vitest too, where expect is there to be extended", () => {
    writeFileSync(file("load.mjs"), 'import { arrays } from "lemmagrad/testing"; import { matchers } from "lemmagrad/testing/matchers"; console.log(typeof arrays, Object.keys(matchers).join(" "));');
    expect(execFileSync(process.execPath, [file("load.mjs")], { encoding: "utf8" })).toBe("function toBeCloseToArray toHaveGradientOf toHaveCorrectGradients toGrowLike toBeOrdered toExercise\n");
  });

  it("satisfies TypeScript, matchers included", () => {
    expect(execFileSync(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", project], { encoding: "utf8" })).toBe("");
    writeFileSync(file("test/wrong.ts"), 'import { expect } from "vitest";\nexpect([1]).toBeCloseToArray("one");\nexpect([1]).toBeCloseToArrays([1]);\n');
    const { stdout } = spawnSync(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", project], { encoding: "utf8" });
    expect(stdout.match(/wrong\.ts\(\d/g)).toEqual(["wrong.ts(2", "wrong.ts(3"]);
    rmSync(file("test/wrong.ts"));
  });

  it("fails with seed and path when the gradient is wrong, and fails again from them", () => {
    const fault = ["src/network.ts", "smoothedReluSlope(before, bend)", "smoothedRelu(before, bend)"] as const;
    const { code, output } = withFault(...fault, "test/network.test.ts");
    expect(code).toBe(1);
    expect(output).toMatch(/FAIL .*has the gradient that was written by hand/);
    expect(output).toMatch(/Counterexample: \[\{"weights":\{"hidden":array\(\[\[/);
    expect(output).toContain("expected the gradient to be that of f");
    // as fast-check prints it, with endOnFailure: without it the run from this path on may find a still smaller counterexample
    const [settings] = /\{ seed: -?\d+, path: "[\d:]+", endOnFailure: true \}/.exec(output)!;
    const replay = readFileSync(file("test/network.test.ts"), "utf8");
    writeFileSync(file("test/network.test.ts"), replay.replace("{ numRuns: 50 }", settings));
    const again = withFault(...fault, "test/network.test.ts");
    writeFileSync(file("test/network.test.ts"), replay);
    expect(again.code).toBe(1);
    expect(again.output).toContain("Property failed after 1 tests");
    expect(/Counterexample: .*/.exec(again.output)![0]).toBe(/Counterexample: .*/.exec(output)![0]);
  });

  it("fails when its arbitrary no longer reaches the bend", () => {
    const { code, output } = withFault("src/network.ts", "rho: 0.3", "rho: 1e-9", "test/network.test.ts");
    expect(code).toBe(1);
    expect(output).toMatch(/FAIL .*is tested on every piece of its activation/);
    expect(output).toContain("smoothedRelu: 0 < x < 1e-9 was reached by no sample");
    expect(output).toMatch(/Tests {2}1 failed \| 2 passed \(3\)/);
  });

  it("fails when a hypothesis is not needed, and when the claim's verdict changes", () => {
    const unneeded = withFault("test/curvature.test.ts", "clearance: Math.log(2)", "clearance: 0", "test/curvature.test.ts");
    expect(unneeded.code).toBe(1);
    expect(unneeded.output).toMatch(/expected not strong before weak, but all 1 pairs are in this order/);
    const changed = withFault("src/curvature.ts", "{ strong: 4, weak: 1, eta: 0.05 }", "{ strong: 1, weak: 1, eta: 0.05 }", "test/curvature.test.ts");
    expect(changed.code).toBe(1);
    expect(changed.output).toMatch(/FAIL .*the claim's verdict is the recorded one/);
  });
});
