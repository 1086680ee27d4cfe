/** What a page downloads: bundlers leave out what it does not import, and the threads that it cannot have. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as bundle } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";
import { build, repository, temporaryFolder } from "../support/command-line.ts";

describe("a page's bundle", () => {
  const folder = temporaryFolder();
  beforeAll(build);

  /** The one file that a browser gets for a program with these names imported from the package. */
  async function bundled(names: string, program: string, { platform = "browser", from = "dist/index.js" }: { platform?: "browser" | "node"; from?: string } = {}): Promise<string> {
    const input = join(folder, "page.mjs");
    writeFileSync(input, `import { ${names} } from ${JSON.stringify(join(repository, from))};\n${program}`);
    const { output } = await bundle({ input, platform, logLevel: "silent", write: false, output: { format: "esm" } });
    expect(output).toHaveLength(1);
    return output[0].code;
  }
  const runs = (code: string): string => {
    const file = join(folder, "bundle.mjs");
    writeFileSync(file, code);
    return execFileSync(process.execPath, [file], { encoding: "utf8" }).trim();
  };
  const gradients = "const f = (x) => sum(mul(exp(x), x)); console.log(elements(grad(f)(array([1, 2, 3]))).join());";

  it("leaves compile and checkGrads out when they are not imported, and computes the same without them", async () => {
    const names = "array, elements, exp, grad, mul, sum";
    const [plain, all] = [await bundled(names, gradients), await bundled(`${names}, compile, checkGrads`, `globalThis.kept = [compile, checkGrads];\n${gradients}`)];
    for (const words of ["memoryLimit", "central differences give"]) expect([plain, all].map((code) => code.includes(words))).toEqual([false, true]);
    expect(runs(plain)).toBe(runs(all));
    expect(runs(plain)).toBe(runs(await bundled(names, gradients, { platform: "node" })));
  });

  it.each(["dist/index.js", "src/index.ts"])("keeps every primitive of %s, also those that only a rule applies", async (from) => {
    const { allPrimitives } = await import("../../src/index.ts");
    expect(runs(await bundled("allPrimitives", "console.log(allPrimitives().map(({ name }) => name).sort().join());", { from }))).toBe(allPrimitives().map(({ name }) => name).sort().join());
  });

  it("has no code for threads, and runs what asks for several on one, with the same bits", async () => {
    const step = "const step = compile((x) => sum(mul(exp(x), x)), { threads: 2 }); console.log(step.plan(array([1, 2, 3])).plainBecause === '', item(step(array([0.1, 0.2, 0.3]))));";
    const names = "array, compile, exp, item, mul, sum";
    const [page, node] = [await bundled(names, step), await bundled(names, step, { platform: "node" })];
    expect([page, node].map((code) => code.includes("worker_threads"))).toEqual([false, true]);
    expect(runs(page)).toMatch(/^true /);
    expect(runs(page)).toBe(runs(node));
  });
});
