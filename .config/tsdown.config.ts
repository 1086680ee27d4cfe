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

/** Threads, in a file of their own: package.json's "browser" puts their absence in its place. */
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

/** A CommonJS file of `bundled` as a module: they only require each other and assign module.exports, which needs no runtime. */
function asModule(code: string): string {
  const imports: string[] = [];
  const body = code.replaceAll(/require\("([^"]+)"\)/g, (_call, name: string) => {
    const local = `required${imports.length}`;
    imports.push(`import ${local} from "${name}";`);
    return local;
  });
  return [...imports, "const module = { exports: undefined };", body, "export default module.exports;", ""].join("\n");
}

/**
 * What every program needs, in one file and without its documentation: a file costs a cold start 2 to 3 ms. Ops on images are an entry of their own, and crews
 * a file that pages do without.
 */
const engineFolders = ["errors", "kernels", "simd", "autodiff", "ndarray", "ops", "transformations", "check-grads", "compile"].map((folder) => `/src/${folder}/`);
const engine = [...engineFolders, ...bundled.map((name) => `/node_modules/${name}/`)];
const apart = /\/src\/(ops\/images\/|compile\/(no-)?crew\.ts)|\.d\.ts$/;

/** `id` as Rolldown writes it. */
function inEngine(id: string): boolean {
  const path = id.replaceAll("\\", "/");
  return !apart.test(path) && engine.some((part) => path.includes(part));
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
    name: "crew-in-a-file-of-its-own",
    resolveId: (path: string, importer?: string) => (path === "./crew.ts" && importer?.startsWith(source("compile/")) ? { id: "./compile/crew.js", external: true } : undefined),
  }, {
    name: "bundled-as-modules",
    transform: { filter: { id: new RegExp(`[\\\\/]node_modules[\\\\/](${bundled.join("|")})[\\\\/]`) }, handler: (code: string) => ({ code: asModule(code), moduleType: "js" }) },
  }],
  clean: false,
  report: false,
  logLevel: "error",
});
