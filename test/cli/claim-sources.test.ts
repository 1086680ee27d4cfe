/** What claims outside the package are made of, and how their modules are found and read; without starting the command line. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { checkSources, contentHash, sourcesOf } from "../../src/cli/claim-sources.ts";
import { asWritten, initialize, load, resolve } from "../../src/cli/module-hooks.ts";
import { checkSyntax, isTypeScript, javascriptOf } from "../../src/cli/typescript.ts";
import { temporaryFolder } from "../support/command-line.ts";
import { messageOf } from "../support/message-of.ts";

const folder = temporaryFolder();
const put = (path: string, text: string) => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
  return join(folder, path);
};
const claim = put("a.ts", 'import { b } from "./lib/b.js";\nexport * from \'./c\';\nconst late = await import("./lib/late.mjs");\nimport "lemmagrad";\nexport default [b, late];\n');
put("lib/b.ts", 'import type { T } from "../c.ts";\nimport "./b.ts";\nexport const b: T = 1;\n');
put("c.ts", "export type T = number;\n");
put("lib/late.mjs", "export const late = 1;\n");
put("lib/other.ts", "export const other = 1;\n");
const parent = pathToFileURL(claim).href;

describe("the sources of a claim", () => {
  it("are its module and all that it reaches by relative imports, each once", () => {
    expect(sourcesOf(claim).map(({ path }) => path.slice(folder.length + 1)).toSorted()).toEqual(["a.ts", "c.ts", "lib/b.ts", "lib/late.mjs"]);
  });
  it("have a hash that any of them changes, and nothing else", () => {
    const before = contentHash(claim);
    put("lib/other.ts", "export const other = 2;\n");
    expect(contentHash(claim)).toBe(before);
    put("lib/late.mjs", "export const late = 2;\n");
    const after = contentHash(claim);
    expect(after).not.toBe(before);
    put("lib/late.mjs", "export const late = 1;\n");
    expect(contentHash(claim)).toBe(before);
  });
  it("are checked deep down; JavaScript where that is asked", () => {
    const bad = put("bad/a.ts", 'import "./deep/b.ts";\nimport "./c.mjs";\n');
    put("bad/deep/b.ts", "export const x = 1;\n  export const y = ;\n");
    put("bad/c.mjs", "const = 1;\n");
    expect(messageOf(() => checkSources(bad))).toMatch(/^FileError: .*b\.ts:2:20: it does not parse: Expression expected\.\n/);
    put("bad/deep/b.ts", "export const x = 1;\n");
    expect(() => checkSources(bad)).not.toThrow();
    expect(messageOf(() => checkSources(bad, { all: true }))).toMatch(/c\.mjs:1:7: it does not parse/);
  });
});

describe("relative imports", () => {
  it.each([
    ["./lib/b.js", "./lib/b.ts"], ["./lib/b", "./lib/b.ts"], ["./lib/b.ts", "./lib/b.ts"], ["./lib/late.mjs", "./lib/late.mjs"], ["./lib/late", "./lib/late.mjs"], ["./gone.js", "./gone.js"], ["lemmagrad", "lemmagrad"], ["lib/b", "lib/b"],
  ])("%s is %s", (specifier, written) => {
    expect(asWritten(specifier, parent)).toBe(written);
  });
  it("prefer the file that is really named so, and a file to a folder of that name", () => {
    put("both.js", "");
    put("both.ts", "");
    put("dir/index.ts", "");
    expect(asWritten("./both.js", parent)).toBe("./both.js");
    expect(asWritten("./dir", parent)).toBe("./dir/index.ts");
    expect(asWritten("./lib/b.js", undefined)).toBe("./lib/b.js");
  });
});

describe("the hooks", () => {
  it("give our own names to this installation, and leave others alone", () => {
    initialize({ installation: "file:///here/package.json" });
    const next = (specifier: string, context: object) => ({ specifier, ...context });
    for (const name of ["lemmagrad", "lemmagrad/claims"]) expect(resolve(name, { parentURL: parent }, next)).toEqual({ specifier: name, parentURL: "file:///here/package.json" });
    expect(resolve("lemmagradient", { parentURL: parent }, next)).toEqual({ specifier: "lemmagradient", parentURL: parent });
    expect(resolve("./lib/b.js", { parentURL: parent }, next)).toEqual({ specifier: "./lib/b.ts", parentURL: parent });
  });
  it("transform TypeScript outside node_modules, and nothing else", () => {
    const next = (url: string) => ({ url });
    expect(load(`${pathToFileURL(join(folder, "lib/b.ts")).href}?again`, {}, next)).toMatchObject({ format: "module", shortCircuit: true, source: expect.stringMatching(/^import ".\/b\.ts";\nexport const b = 1;\n\n?\/\/# sourceMappingURL=data:/) as string });
    const installed = pathToFileURL(put("node_modules/x/y.ts", "export {};")).href;
    for (const url of [installed, pathToFileURL(join(folder, "lib/late.mjs")).href, "node:fs", "data:text/javascript,1"]) expect(load(url, {}, next)).toEqual({ url });
  });
});

describe("TypeScript", () => {
  it("loses its types, and imports that only name types; enums and parameter properties are written out", () => {
    const code = javascriptOf('import { T, v } from "./x.ts";\nimport { U } from "./u.ts";\nenum E { a = 3 }\nexport class C { constructor(readonly p: T) {} }\nexport const x: U = v satisfies U, e = E.a;\n', "x.ts");
    expect(code).not.toMatch(/u\.ts"|: T|satisfies/);
    expect(code).toMatch(/import \{ v \} from "\.\/x\.ts";/);
    const exported = code.replaceAll(/^import.*$/gm, "const v = 1;").replaceAll(/^export /gm, "");
    // eslint-disable-next-line no-new-func
    expect(new Function(`${exported}\nreturn [new C(5).p, x, e];`)()).toEqual([5, 1, 3]);
  });
  it("is .ts and .mts, not declarations", () => {
    expect(["a.ts", "a.mts", "a.d.ts", "a.d.mts", "a.js", "a.tsx", "a.cts"].map(isTypeScript)).toEqual([true, true, false, false, false, false, false]);
  });
  it("has syntax errors with line and column from 1, the line quoted", () => {
    expect(messageOf(() => checkSyntax("const a = 1;\nlet é = { b: };\n", "f.ts"))).toMatch(/^FileError: f\.ts:2:14: it does not parse: Expression expected\.\n.*\n? {4}let é = \{ b: \};\n/m);
  });
});
