/**
 * What it costs to begin: from a cold process to the first gradient, and the sizes of what is downloaded. Limits that are
 * broken end the program with 1.
 *
 *   node bench/run.mjs startup [--rounds 20]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "rolldown";
import { sizes } from "./contestants.ts";
import { wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { machine, machineWords, replaceSection, shortJson, writeWhole } from "./results.ts";
import { spreadOf } from "./statistics.ts";
import { digits, markdown } from "./table.ts";

/** Times bare Node, since how fast a process starts depends on the machine as a whole: 120 ms where bare Node takes 79. */
const startLimit = 120 / 79;
/** Kilobytes (1000 bytes), minified and compressed. */
const coreLimit = 60;
const simdLimit = 40;

const { values: asked } = parseArgs({ options: { rounds: { type: "string", default: "20" } } });
const rounds = wholeNumber("rounds", asked.rounds);
const folder = mkdtempSync(join(tmpdir(), "lemmagrad-bench-"));

/** The whole of a user's first program: the package, data of size S (whole numbers, which make no garbage of their own), one gradient of the loss in W. */
const { k, m, P, d, N } = sizes.S;
const first = `import { crossEntropy, fromBuffer, grad, matmul, mean, reshape, smoothedReluSum, transpose } from ${JSON.stringify(pathToFileURL(join(root, "dist/index.js")).href)};
const numbers = (n) => {
  const list = new Float64Array(n);
  for (let i = 0; i < n; i++) list[i] = ((i * 7919) % 101) - 50;
  return list;
};
const X = fromBuffer(numbers(${N * P * d}), [${N}, ${P}, ${d}]);
const W = fromBuffer(numbers(${k * m * d}), [${k}, ${m}, ${d}]);
const labels = Int32Array.from({ length: ${N} }, (_, n) => n % ${k});
const loss = (w) => {
  const z = matmul(reshape(X, [${N * P}, ${d}]), transpose(reshape(w, [${k * m}, ${d}])));
  return mean(crossEntropy(smoothedReluSum(reshape(z, [${N}, ${P}, ${k}, ${m}]), { q: 3, rho: 0.1 }), labels));
};
if (!grad(loss)(W).data.some((entry) => entry !== 0)) process.exit(1);
`;
const programs: Record<string, string> = {
  "bare Node": "",
  "importing the package": `import ${JSON.stringify(pathToFileURL(join(root, "dist/index.js")).href)};\n`,
  "first gradient at S": first,
};

function spawned(file: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [file], { env: { ...process.env, NODE_OPTIONS: "" }, encoding: "utf8" });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`);
  return milliseconds;
}

interface Size {
  minified: number;
  compressed: number;
  /** Of the compressed: the SIMD binary, which entries with kernels carry as text. */
  binary: number;
}

/** The binary's text: by far the longest of all string literals. */
const embeddedBinary = /(["'`])(?:(?!\1)[^]){20000,}?\1/;

/** An entry point as a page would load it: bundled for the browser, minified. */
async function bundled(input: string): Promise<Size> {
  const { output } = await build({ input, platform: "browser", logLevel: "silent", write: false, output: { format: "esm", minify: true } });
  const code = output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  const compressed = (text: string) => gzipSync(text, { level: 9 }).length / 1000;
  return { minified: code.length / 1000, compressed: compressed(code), binary: compressed(code) - compressed(code.replace(embeddedBinary, '""')) };
}

const times: Record<string, number[]> = {};
try {
  for (const [name, program] of Object.entries(programs)) writeFileSync(join(folder, `${name}.mjs`), program);
  console.error(`${rounds} rounds of ${Object.keys(programs).length} cold processes: about ${Math.ceil(0.4 * rounds)} s, on ${machineWords()}`);
  for (const name of Object.keys(programs)) {
    spawned(join(folder, `${name}.mjs`)); // from disk to the file cache
    times[name] = [];
  }
  for (let round = 0; round < rounds; round++) for (const name of Object.keys(programs)) times[name].push(spawned(join(folder, `${name}.mjs`)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const bare = spreadOf(times["bare Node"]).median;
const sameRound = (of: (gradient: number, empty: number) => number) => spreadOf(times["first gradient at S"].map((time, round) => of(time, times["bare Node"][round]))).median;
const over = sameRound((gradient, empty) => gradient - empty);
const ratio = sameRound((gradient, empty) => gradient / empty);

const core = await bundled(join(root, "dist/index.js"));
/** Programs that use all of what they import: training by the tape, and compiled. */
async function page(names: string): Promise<Size> {
  const file = join(root, `node_modules/.cache/bench/page-${process.pid}.mjs`);
  writeWhole(file, `import { ${names} } from ${JSON.stringify(join(root, "dist/index.js"))};\nglobalThis.used = [${names}];\n`);
  try {
    return await bundled(file);
  } finally {
    rmSync(file);
  }
}
const training = "add, crossEntropy, fromBuffer, grad, matmul, mean, mul, normalize, reshape, smoothedReluSum, sub, transpose, valueAndGrad";
const tapePage = await page(training);
const compiledPage = await page(`${training}, compile`);
const helper = await bundled(join(root, "pkg/lemmagrad_simd.js"));
const wasm = readFileSync(join(root, "pkg/lemmagrad_simd_bg.wasm"));
const wasmCompressed = gzipSync(wasm, { level: 9 }).length / 1000;
const [packed] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })) as { size: number; unpackedSize: number; entryCount: number }[];

/** The helper has a limit, and a package, of its own. */
const coreAlone = core.compressed - core.binary - helper.compressed;
const verdicts = [
  ["cold process to the first gradient, times bare Node", ratio.toFixed(3), startLimit.toFixed(3), ratio <= startLimit],
  ["core entry for the browser without the SIMD helper inside it, minified and compressed", `${digits(coreAlone)} kB`, `${coreLimit} kB`, coreAlone <= coreLimit],
  ["SIMD helper, script and binary compressed", `${digits(helper.compressed + wasmCompressed)} kB`, `${simdLimit} kB`, helper.compressed + wasmCompressed <= simdLimit],
] as const;
const table = [
  markdown(["cold process, ms", "median", "quartiles"], Object.entries(times).map(([name, list]) => {
    const { low, median, high } = spreadOf(list);
    return [name, digits(median), `${digits(low)}–${digits(high)}`];
  })),
  markdown(["", "measured", "limit", ""], verdicts.map(([name, measured, limit, holds]) => [name, measured, limit, holds ? "kept" : "**broken**"])),
  markdown(["size", "kB"], [
    ["the npm package, packed", digits(packed.size / 1000)], ["the npm package, unpacked", digits(packed.unpackedSize / 1000)],
    ["core entry, minified", digits(core.minified)], ["core entry with the SIMD helper inside it, minified and compressed", digits(core.compressed)],
    ["page that trains with the tape, minified and compressed", digits(tapePage.compressed)], ["page that trains with compile, minified and compressed", digits(compiledPage.compressed)], ["SIMD helper's script, minified", digits(helper.minified)],
    ["SIMD binary", digits(wasm.length / 1000)], ["SIMD binary, compressed", digits(wasmCompressed)],
  ]),
].join("\n\n");
const date = new Date().toISOString().slice(0, 10);
const heading = `${machineWords()}, ${rounds} interleaved rounds, ${date}. The first gradient comes ${digits(over)} ms after bare Node would have ended (${digits(bare)} ms); the limit is that of 120 ms where bare Node takes 79, as a ratio. Compressed is gzip, level 9; kB are 1000 bytes.`;
const complete = rounds >= 20;
writeWhole(`${complete ? `${root}bench/results/` : `${root}node_modules/.cache/bench/results/`}startup.json`,
  shortJson({ machine: machine(), date, times, core, tapePage, compiledPage, helper, wasm: { plain: wasm.length / 1000, compressed: wasmCompressed }, packed: { size: packed.size, unpackedSize: packed.unpackedSize, files: packed.entryCount } }));
if (complete) replaceSection(`${root}bench/README.md`, "startup", `${heading}\n\n${table}`);
console.log(`${heading}\n\n${table}`);
process.exitCode = verdicts.every(([, , , holds]) => holds) ? 0 : 1;
