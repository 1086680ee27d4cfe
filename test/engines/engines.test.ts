/** Tests of the comparison of engines: its fingerprints, what it runs, and that it sees what differs. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allPrimitives } from "../../src/index.ts";
import { fromBuffer, type NdArray, view } from "../../src/ndarray/index.ts";
import { bundleWorkload } from "./bundle.ts";
import { describeDifference, differing } from "./compare.ts";
import type { Engine } from "./engines.ts";
import { type Answer, nodeHost } from "./hosts.ts";
import { judge } from "./judge.ts";
import { bitsOf, fingerprint, fingerprintOfText } from "./workload/fnv.ts";
import type { BackendRun } from "./workload/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("fingerprints", () => {
  it("are FNV-1a with 64 bits", () => {
    // published test vectors, isthe.com/chongo/src/fnv/test_fnv.c
    expect(["", "a", "foobar"].map(fingerprintOfText)).toEqual(["cbf29ce484222325", "af63dc4c8601ec8c", "85944171f73967e8"]);
  });
  it("are of the little-endian bytes of the elements, after what the array is", () => {
    const bytes = String.fromCodePoint(0, 0, 0, 0, 0, 0, 0xf8, 0xbf, 0, 0, 0, 0x40);
    expect(fingerprint([view(Float64Array.of(-1.5), [1]), view(Float32Array.of(2), [])])).toBe(fingerprintOfText(`float64 [1]; float32 []${bytes}`));
  });
  it("tell last bits, signs of zeros, order, shape and dtype apart, and no NaN from another", () => {
    const one = (...values: number[]): NdArray[] => [view(Float64Array.from(values), [values.length])];
    const all = [one(1, 2), one(1 + 2 ** -52, 2), one(2, 1), one(0, 0), one(-0, 0), one(5e-324, 0), [view(Float64Array.of(1, 2), [2, 1])], [view(Float32Array.of(1, 2), [2])]];
    expect(new Set(all.map(fingerprint)).size).toBe(all.length);
    for (const [ArrayOf, Words, patterns] of [[Float64Array, BigUint64Array, [0x7ff8000000000000n, 0xfff8000000000001n, 0x7ff0000000000001n]], [Float32Array, Uint32Array, [0x7fc00000, 0xffc00001, 0x7f800001]]] as const) {
      const nans = patterns.map((pattern) => fromBuffer(new ArrayOf((Words as typeof Uint32Array).from([pattern as number]).buffer), [1]));
      expect(new Set(nans.map((nan) => fingerprint([nan]))).size).toBe(1);
    }
    expect(bitsOf([view(Float64Array.of(NaN, -0), [2]), view(Float32Array.of(NaN, 1), [2])])).toEqual(["7ff8000000000000", "8000000000000000", "7fc00000", "3f800000"]);
  });
});

function made(backend: string, results: [string, string][], kept: BackendRun["kept"] = {}): BackendRun {
  return { backend, milliseconds: 1, elements: 2, results, kept };
}

/** An engine that answers as told, whatever it is asked. */
function acted(name: string, runs: BackendRun[], options: Partial<Answer> & { withoutSimd?: boolean } = {}): Engine {
  const { withoutSimd = false, ...answer } = options;
  return { name, withoutSimd, host: () => Promise.resolve({ version: "1", defaultBackend: runs[0].backend, said: [], runs, ...answer }) };
}

describe("the comparison", () => {
  const kept = (bits: string[]) => ({ form: "float64 [2]", bits });
  const usual = () => [made("wasm", [["a", "1"], ["b", "2"]]), made("reference", [["a", "1"], ["b", "2"]], { b: kept(["3ff0000000000000", "4000000000000000"]) })];
  const judged = (...engines: Engine[]) => judge(engines, "", () => undefined);

  it("finds nothing where all agree", async () => {
    const { failures, summary } = await judged(acted("one", usual()), acted("two", usual()), acted("three", [usual()[1]], { withoutSimd: true, said: ["slower"] }));
    expect(failures).toEqual([]);
    expect(summary).toMatch(/^3 engines, 5 runs of 2 results, fingerprint of all [0-9a-f]{16}$/);
  });
  it("names engine, backend, result and the first element that differs, with its bits", async () => {
    const wrong = [usual()[0], made("reference", [["a", "1"], ["b", "3"]], { b: kept(["3ff0000000000000", "4000000000000001"]) })];
    expect((await judged(acted("one", usual()), acted("two", wrong), acted("three", wrong), acted("four", usual()))).failures).toEqual([
      "1 of 2 results differ from one (1), reference, on two (1), reference, and alike on three (1), reference",
      "  b: 1 of 2 elements differ, the first is element 1: 4000000000000001 (2.0000000000000004) on two (1), reference, 4000000000000000 (2) on one (1), reference",
    ]);
  });
  it("misses no result that is not there, or should not be", () => {
    const base = made("reference", [["a", "1"], ["b", "2"]]);
    const other = made("wasm", [["a", "1"], ["c", "2"]], { c: kept([]) });
    expect(differing(other, base)).toEqual(["b", "c"]);
    expect(describeDifference("c", { label: "here", run: other }, { label: "there", run: base })).toBe("c: only here has it");
  });
  it("says when a difference is one of shapes, or gone the second time", () => {
    const described = (one: BackendRun["kept"], base: BackendRun["kept"]) => describeDifference("b", { label: "here", run: made("wasm", [], one) }, { label: "there", run: made("reference", [], base) });
    expect(described({ b: kept(["1"]) }, { b: { form: "float32 [1]", bits: ["1"] } })).toBe("b: float64 [2] instead of float32 [1]");
    expect(described({ b: kept(["1"]) }, { b: kept(["1"]) })).toBe("b: the same when asked a second time, so it depends on what ran before");
  });
  it("an engine that does not finish is a failure, and so is nothing to compare with", async () => {
    const broken: Engine = { name: "broken", withoutSimd: false, host: () => Promise.reject(new Error("no memory")) };
    const { failures, summary } = await judged(broken, acted("two", usual()), acted("three", usual()));
    expect(failures).toEqual(["broken did not finish: no memory"]);
    expect(summary).toMatch(/^2 engines, 4 runs/);
    expect((await judged(broken)).failures).toEqual(["broken did not finish: no memory", "there is no run on the reference backend to compare with"]);
  });
  it("asks that each engine computes on the backend it should, without a word", async () => {
    const slow = [usual()[1]];
    expect((await judged(acted("one", usual(), { said: ["oh"] }), acted("two", slow), acted("three", usual(), { withoutSimd: true, said: ["slower"] }), acted("four", slow, { withoutSimd: true, said: ["x", "x"] }))).failures).toEqual([
      'one: said "oh"',
      "two: the default backend is reference instead of wasm",
      "two: ran on reference instead of wasm and reference",
      "three: the default backend is wasm instead of reference",
      "three: ran on wasm and reference instead of reference",
      'four: said "x", "x"',
    ]);
  });
});

describe("the workload", () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "lemmagrad-engines-")); });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Faults of the reference backend alone: the wasm backend of the same engine must disagree. */
  const faults: Record<string, { find: string; replace: string; seen: string[]; unseen: RegExp }> = {
    "src/kernels/reference/exp-log.ts": {
      find: "out[i] = expF64(x[i])", replace: "out[i] = Math.exp(x[i])",
      seen: ["exp over the whole line, float64: value", "exp over the whole line, float64: vjp"], unseen: /^(log|sqrt|tanh|pow 3) over|^stream/,
    },
    "src/kernels/reference/gemm.ts": {
      find: "for (let p = 0; p < k; p++) ", replace: "for (let p = k - 1; p >= 0; p--) ",
      seen: ["matmul NN of m, n, k = 2, 3, 5, float64: value", "matmul TN of m, n, k = 33, 31, 29, float32: value", "standard training, size S, float64: weights after step 1", "training against fgm, an awkward size, float32: weights after step 3"],
      unseen: /^matmul NT of m, n, k = 3, 5, 1, .*value|^sum /,
    },
  };

  it("covers every case of every primitive in both dtypes, and sees faults planted in one backend", async () => {
    const workload = join(folder, "workload.mjs");
    await bundleWorkload(root, workload, [{
      name: "plant",
      transform(code, id) {
        const fault = Object.entries(faults).find(([file]) => id.endsWith(file))?.[1];
        if (fault === undefined) return undefined;
        expect(code).toContain(fault.find);
        return code.replaceAll(fault.find, fault.replace);
      },
    }]);
    const { defaultBackend, runs, said } = await nodeHost(root, process.execPath)(workload, { keep: ["data of size S"] });
    expect([defaultBackend, ...runs.map(({ backend }) => backend), ...said]).toEqual(["wasm", "wasm", "reference"]);
    const names = new Set(runs[0].results.map(([name]) => name));
    for (const { name, cases } of allPrimitives()) {
      for (const [at, { shapes }] of cases.entries()) {
        for (const dtype of ["float64", "float32"]) for (const what of ["value", "vjp", "jvp"]) expect(names).toContain(`${name}, case ${at} of shapes ${JSON.stringify(shapes)}, ${dtype}: ${what}`);
      }
    }
    const [wasm, reference] = runs;
    expect(wasm.kept["data of size S"]).toEqual(reference.kept["data of size S"]);
    expect(wasm.kept["data of size S"].form).toBe("float64 [64, 8, 32]; float64 [4, 32]; float64 [4, 32]");
    const found = differing(wasm, reference);
    for (const { seen, unseen } of Object.values(faults)) {
      expect(found).toEqual(expect.arrayContaining(seen));
      expect(found.filter((name) => unseen.test(name))).toEqual([]);
    }
  });

  it("is one file that imports nothing, or is not made", async () => {
    await bundleWorkload(root, join(folder, "clean.mjs"));
    expect(readFileSync(join(folder, "clean.mjs"), "utf8")).not.toMatch(/^\s*import[ {"]/m);
    const outside = { name: "outside", resolveId: (id: string) => (id.startsWith("pure-rand/generator") ? { id, external: true } : undefined) };
    await expect(bundleWorkload(root, join(folder, "importing.mjs"), [outside])).rejects.toThrow("the workload is not one file without imports: pure-rand/generator/xoroshiro128plus");
  });
});
