/** The one-way dependencies of the source folders: reads every import and fails on any that the table does not allow. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../src/", import.meta.url));

const engine = ["errors", "ndarray", "kernels", "autodiff"];
const training = [...engine, "transformations", "ops", "random", "compile"];
const claims = ["statistics", "random", "errors"];
/** What each folder may import besides itself. A folder that is not here fails: give it a line. */
const table: Record<string, readonly string[] | "anything"> = {
  errors: [],
  simd: [], // and types from kernels/types.ts
  ndarray: ["errors"],
  random: ["errors", "kernels"],
  statistics: ["random", "kernels", "errors"],
  npz: ["errors", "ndarray"],
  kernels: ["ndarray", "errors", "simd"],
  autodiff: ["kernels", "ndarray", "errors"],
  transformations: engine,
  ops: engine,
  "check-grads": engine,
  compile: [...engine, "simd"],
  explain: [...engine, "transformations", "ops"],
  testing: [...engine, "transformations", "ops", "check-grads", "random", "statistics", "claims"],
  training,
  claims,
  report: ["claims", "errors"],
  images: ["training", ...training],
  falsify: ["claims", ...claims, "testing"],
  "theories/robust-features": ["training", ...training, "claims", ...claims],
  "theories/benign-overfitting": ["training", ...training, "claims", ...claims],
  cli: "anything",
  "index.ts": "anything",
};

/** Packages and globals that belong to one folder. */
const owners: Record<string, readonly string[]> = { ndarray: ["ndarray"], "ndarray-ops": ["kernels"], "fast-check": ["testing", "falsify"], vitest: ["testing"] };
/** compile runs the kernels in a memory of its own, which threads may share. */
const wasmFolders = ["kernels", "simd", "compile"];

interface Import { file: string; specifier: string; typeOnly: boolean }

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts")).map((file) => file.split(sep).join("/"));
const text = (file: string) => readFileSync(join(source, file), "utf8");

/** The code without comments; strings stay. */
function withoutComments(code: string): string {
  return code.replaceAll(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_all, literal: string | undefined) => literal ?? "");
}

function importsOf(file: string, code: string): Import[] {
  const found: Import[] = [];
  for (const match of withoutComments(code).matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^;"']*?\sfrom\s+)?["']([^"']+)["']/gm)) found.push({ file, specifier: match[2], typeOnly: match[1] !== undefined });
  for (const match of withoutComments(code).matchAll(/\bimport\(\s*["']([^"']+)["']/g)) found.push({ file, specifier: match[1], typeOnly: false });
  return found;
}

function folderOf(file: string): string {
  const parts = file.split("/");
  return parts[0] === "theories" ? parts.slice(0, 2).join("/") : parts[0];
}

function fault({ file, specifier, typeOnly }: Import): string | undefined {
  const from = folderOf(file);
  const allowed = table[from];
  if (allowed === undefined) return `${file}: the folder ${from} has no line in the table`;
  if (!specifier.startsWith(".")) {
    const owner = Object.entries(owners).find(([name]) => specifier === name || specifier.startsWith(`${name}/`))?.[1];
    return owner === undefined || owner.includes(from) ? undefined : `${file}: only ${owner.join(", ")} may import ${specifier}`;
  }
  const target = relative(source, resolve(source, dirname(file), specifier)).split(sep).join("/");
  const to = folderOf(target);
  if (to === from || allowed === "anything" || allowed.includes(to)) return undefined;
  if (from === "simd" && typeOnly && target === "kernels/types.ts") return undefined;
  return `${file}: ${from} may not import ${to} (${specifier})`;
}

describe("imports", () => {
  it("finds imports at all", () => {
    expect(files.length).toBeGreaterThan(80);
    expect(importsOf("ops/add.ts", text("ops/add.ts")).map(({ specifier }) => specifier)).toEqual(["../autodiff/index.ts", "./elementwise.ts"]);
  });
  it("follow the table", () => {
    expect(files.flatMap((file) => importsOf(file, text(file)).map(fault)).filter((found) => found !== undefined)).toEqual([]);
  });
  it("stay inside src, and name files", () => {
    for (const { file, specifier } of files.flatMap((name) => importsOf(name, text(name)))) {
      if (specifier.startsWith(".") && folderOf(file) !== "cli") expect(files, `${file}: ${specifier}`).toContain(relative(source, resolve(source, dirname(file), specifier)).split(sep).join("/"));
    }
  });
  it("leave WebAssembly to kernels and simd", () => {
    expect(files.filter((file) => !wasmFolders.includes(folderOf(file)) && /\bWebAssembly\b/.test(withoutComments(text(file)).replaceAll(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g, "")))).toEqual([]);
  });
  it.each([
    [`import { x } from "../ops/index.ts";`, "autodiff/a.ts"],
    [`import ndarray from "ndarray";`, "ops/a.ts"],
    [`import ops from "ndarray-ops";`, "ndarray/a.ts"],
    [`export * from "../../training/index.ts";`, "claims/deep/a.ts"],
    [`import {\n  a,\n  b,\n} from "../theories/robust-features/index.ts";`, "training/a.ts"],
    [`import type { X } from "../other/index.ts";`, "theories/robust-features/a.ts"],
    [`import { x } from "../kernels/types.ts";`, "simd/a.ts"],
    [`const y = await import("../cli/index.ts");`, "report/a.ts"],
    [`import "./b.ts";`, "unknown/a.ts"],
  ])("would notice %s in %s", (code, file) => {
    expect(importsOf(file, code).map(fault).filter((found) => found !== undefined)).toHaveLength(1);
  });
});
