import { expect, it } from "vitest";
import { exportNames } from "../../bench/wasm-names.ts";
import { wasmBytes } from "../../src/simd/binary.ts";
import { compileSync, instantiate } from "../../src/simd/host.ts";

it("names every function that the engine exports, at the index that a stack trace gives it", () => {
  const bytes = wasmBytes();
  const names = exportNames(bytes);
  const exports = instantiate(compileSync(bytes));
  const functions = Object.entries(exports).filter(([, value]) => typeof value === "function");
  expect(new Set(names.values())).toEqual(new Set(functions.map(([name]) => name)));
  // a function of a module is called by its index when the binary keeps no names
  for (const [index, name] of names) expect((exports[name] as { name: string }).name).toBe(String(index));
});
