import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmBytes } from "../../src/simd/binary.ts";

const pkg = fileURLToPath(new URL("../../pkg/", import.meta.url));

describe("the standalone package", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lemmagrad-simd-"));
    cpSync(pkg, join(folder, "node_modules/lemmagrad-simd"), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (script: string): string => {
    const file = join(folder, `script-${script.length}.mjs`);
    writeFileSync(file, script);
    return execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8" }).trim();
  };

  it("has the files of a wasm-pack web package, and its binary is the embedded one", () => {
    expect(readdirSync(pkg).sort()).toEqual([
      "LICENSE", "README.md", "lemmagrad_simd.d.ts", "lemmagrad_simd.js", "lemmagrad_simd_bg.wasm", "lemmagrad_simd_bg.wasm.d.ts", "package.json",
    ]);
    expect(new Uint8Array(readFileSync(join(pkg, "lemmagrad_simd_bg.wasm")))).toEqual(wasmBytes());
    expect(readFileSync(join(pkg, "lemmagrad_simd.js"), "utf8")).not.toMatch(/^import /m);
  });

  it("multiplies matrices alone, initialised from the file beside it", () => {
    expect(run(`
      import init, { matmulNN, scope, allocate, isScratch } from "lemmagrad-simd";
      await init();
      const out = new Float64Array(4);
      matmulNN(new Float64Array([1, 2, 3, 4]), new Float64Array([0, 1, 1, 0]), out, 2, 2, 2);
      console.log(...out, scope(() => isScratch(allocate("float32", 3))));
    `)).toBe("2 1 4 3 true");
  });

  it("initialises synchronously from bytes, and says what is missing before that", () => {
    expect(run(`
      import { readFileSync } from "node:fs";
      import { createRequire } from "node:module";
      import { initSync, exp } from "lemmagrad-simd";
      const out = new Float64Array(2);
      try { exp(out, out); } catch (error) { console.log(error.message); }
      const main = createRequire(import.meta.url).resolve("lemmagrad-simd");
      const raw = initSync({ module: readFileSync(main.replace("lemmagrad_simd.js", "lemmagrad_simd_bg.wasm")) });
      exp(new Float64Array([0, 1]), out);
      console.log(...out, typeof raw.expF64);
    `)).toBe("lemmagrad-simd: not initialised. Call `await init()` or `initSync({ module })` first.\n1 2.718281828459045 function");
  });
});
