/**
 * One build for everything, so that entry points, the command line, its worker threads and the claims share chunks: there
 * is one engine, one registry and one set of kernels in a process. Run it with `node .config/build.mjs`.
 */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = (path: string) => `${root}src/${path}`;

/** Entry points of the package, by the name of their file in dist/. */
const library: Record<string, string> = {
  "index": source("index.ts"),
  "explain": source("explain/index.ts"),
  "robust-features": source("theories/robust-features/index.ts"),
  "benign-overfitting": source("theories/benign-overfitting/index.ts"),
  "training": source("training/index.ts"),
  "images": source("images/index.ts"),
  "claims": source("claims/index.ts"),
  "testing": source("testing/index.ts"),
  "testing/matchers": source("testing/matchers/index.ts"),
};

/** Programs: no declarations. */
const programs: Record<string, string> = {
  "cli/main": source("cli/main.ts"),
  "cli/worker": source("cli/worker.ts"),
  "cli/module-hooks": source("cli/module-hooks.ts"),
};

/** What `#crew` is, by package.json: in Node threads, in a page their absence. */
const swapped: Record<string, string> = {
  "compile/crew": source("compile/crew.ts"),
  "compile/no-crew": source("compile/no-crew.ts"),
};

/** Every claim, under the path it has in the repository. */
const claims = Object.fromEntries(
  readdirSync(`${root}proofs-check`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => [`proofs-check/${path.replaceAll("\\", "/").slice(0, -".ts".length)}`, `${root}proofs-check/${path}`]),
);

/**
 * `ndarray` and what it imports, as part of the engine: for three CommonJS files Node starts a search of its own, which is a large part of their cost.
 * An array made by a user's own copy is as good, since arrays are known by what they have and not by their class.
 */
const bundled = ["ndarray", "iota-array", "is-buffer"];

/** What every program needs, in one file and without its documentation: with `ndarray` in it, 10 ms of some 65 from a cold start to a gradient. */
const engine = [...["errors", "kernels", "simd", "autodiff", "ndarray", "ops"].map((folder) => `/src/${folder}/`), ...bundled.map((name) => `/node_modules/${name}/`)];

/** `id` as Rolldown writes it. Ops on images are an entry of their own; declarations have chunks of their own. */
function inEngine(id: string): boolean {
  const path = id.replaceAll("\\", "/");
  return !path.endsWith(".d.ts") && !path.includes("/src/ops/images/") && engine.some((part) => path.includes(part));
}

export default defineConfig({
  cwd: root,
  entry: { ...library, ...programs, ...swapped, ...claims },
  format: "esm",
  platform: "node",
  target: "node20",
  tsconfig: `${root}tsconfig.json`,
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  dts: { entry: Object.values(library).filter((path) => existsSync(path)).map((path) => path.slice(root.length)) },
  // the claims name the package; here that means its source
  alias: {
    "lemmagrad/robust-features": source("theories/robust-features/index.ts"),
    "lemmagrad/benign-overfitting": source("theories/benign-overfitting/index.ts"),
    "lemmagrad/training": source("training/index.ts"),
    "lemmagrad/images": source("images/index.ts"),
    "lemmagrad/claims": source("claims/index.ts"),
    "lemmagrad": source("index.ts"),
  },
  deps: { alwaysBundle: bundled },
  outputOptions: {
    // declarations keep the documentation
    comments: { legal: true, annotation: true, jsdoc: false },
    codeSplitting: { groups: [{ name: "engine", test: inEngine }] },
  },
  plugins: [{
    name: "crew-by-condition",
    resolveId: (path: string, importer?: string) => (path === "./crew.ts" && importer?.startsWith(source("compile/")) ? { id: "#crew", external: true } : undefined),
  }],
  clean: false,
  report: false,
  logLevel: "error",
});
