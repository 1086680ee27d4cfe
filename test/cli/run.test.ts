import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { formatNpz, readNpz, writeNpz } from "../../src/npz/index.ts";
import { elements } from "../../src/ndarray/index.ts";
import { makeSetting, sampleState, simulate, type Setting } from "../../src/theories/robust-features/index.ts";
import { build, lemmagrad, repository, start, temporaryFolder } from "../support/command-line.ts";
import { describeWithNumpy, runNumpy } from "../support/numpy.ts";

beforeAll(build);
const folder = temporaryFolder();
const overrides = { k: 2, m: 3, P: 8, d: 6, N: 6 };
const small = Object.entries(overrides).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
const setting: Setting = makeSetting(overrides);

interface StateArrays {
  [name: string]: { shape: number[]; data: Float64Array | Int32Array; dtype?: string };
}
function stateArrays(): StateArrays {
  const { X, y, W, robust, nonRobust, isRobust } = sampleState(setting, 3);
  const array = ({ shape }: { shape: number[] }, data: Float64Array) => ({ shape: [...shape], data });
  return {
    X: array(X, elements(X) as Float64Array), y: { shape: [6], data: y, dtype: "<i8" }, W: array(W, elements(W) as Float64Array),
    robust: array(robust, elements(robust) as Float64Array), nonRobust: array(nonRobust, elements(nonRobust) as Float64Array),
    isRobust: { shape: [6, 8], data: Float64Array.from(isRobust) },
  };
}

describe("run", () => {
  it("writes a header with every parameter and a record a logged step, equal to the simulation's", async () => {
    const out = join(folder, "run.jsonl");
    const { code, stdout } = await lemmagrad("run", "--mode", "adversarial", "--threat", "pgd", "--attack-steps", "2", "--loss", "crossEntropy", ...small, "--steps", "7", "--seed", "9", "--log-every", "3", "--out", out);
    expect(code).toBe(0);
    expect(stdout).toMatch(/class +U\(0\) +U\(T\).*learned first\n0 /);
    const [header, ...steps] = readFileSync(out, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(header).toMatchObject({ record: "header", version: "0.1.0", backend: "wasm", seed: 9, mode: "adversarial", steps: 7, logEvery: 3, parameters: setting, threat: { name: "pgd", loss: "crossEntropy", steps: 2 } });
    expect(steps.map(({ step }) => step)).toEqual([0, 3, 6, 7]);
    const { record } = simulate({ setting, mode: "adversarial", threat: { name: "pgd", loss: "crossEntropy", steps: 2 }, steps: 7, logEvery: 3, evaluate: [] }, 9);
    expect(steps.map(({ loss }) => loss)).toEqual([...record.loss]);
    expect(steps.flatMap(({ U }) => (U as number[][]).flat())).toEqual([...record.U]);
    expect(Object.keys(steps[0]).sort()).toEqual(["U", "V", "cleanAccuracy", "cosine", "loss", "nonRobustPart", "nu", "offDiagonalNonRobust", "offDiagonalRobust", "record", "robustPart", "step", "trueProbability"]);
    const again = join(folder, "again.jsonl");
    const replay = String(header.replay).replace("npx lemmagrad ", "").replace(out, again).split(" ");
    expect((await lemmagrad(...replay)).code).toBe(0);
    expect(readFileSync(again, "utf8").split("\n").slice(1)).toEqual(readFileSync(out, "utf8").split("\n").slice(1));
  });

  it("trains on exactly the arrays of --from, with flags for the robust patches or without", async () => {
    const state = join(folder, "state.npz");
    writeNpz(state, stateArrays());
    const { isRobust: _left, ...without } = stateArrays();
    writeNpz(join(folder, "inferred.npz"), without);
    const out = join(folder, "from.npz");
    const { code, stderr } = await lemmagrad("run", "--mode", "adversarial", "--from", state, "--steps", "5", "--out", out, "--json");
    expect({ code, stderr: stderr.includes("not used") }).toEqual({ code: 0, stderr: false });
    expect((await lemmagrad("run", "--mode", "adversarial", "--from", join(folder, "inferred.npz"), "--steps", "5", "--out", join(folder, "from2.npz"))).code).toBe(0);
    const arrays = readNpz(out);
    expect(readNpz(join(folder, "from2.npz"))).toEqual(arrays);
    const { record, finalWeights } = simulate({ setting, mode: "adversarial", threat: { name: "gradientAscent", loss: "margin" }, steps: 5, logEvery: 1, evaluate: [] }, 1, { state: sampleState(setting, 3) });
    expect([...arrays.W.data]).toEqual([...elements(finalWeights)]);
    expect([...arrays.V.data]).toEqual([...record.V]);
    expect(Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape]))).toMatchObject({
      steps: [6], U: [6, 2, 3], V: [6, 2, 3], loss: [6], trueProbability: [6, 2], W: [2, 3, 6], W0: [2, 3, 6], robustTime: [2], initialResidualGram: [2, 3, 3], eta: [],
    });
  });

  it("gives the same file with either backend", async () => {
    const files = ["wasm", "reference"].map((backend) => join(folder, `${backend}.npz`));
    await lemmagrad("run", ...small, "--steps", "9", "--out", files[0], "--backend", "wasm");
    await lemmagrad("run", ...small, "--steps", "9", "--out", files[1], "--backend", "reference");
    expect(readFileSync(files[1]).equals(readFileSync(files[0]))).toBe(true);
  });

  it("names each violated hypothesis with its margin, and goes on", async () => {
    const { code, stderr } = await lemmagrad("run", ...small, "--set", "eps=0.1", "--steps", "1");
    expect(code).toBe(0);
    expect(stderr).toContain('outside the hypothesis "radius between amplitudes": beta = 0.4000, eps = 0.1000, alpha = 2; margin -1.386. The run goes on.');
  });

  it("--json prints one document and nothing else", async () => {
    const { stdout } = await lemmagrad("run", ...small, "--steps", "2", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ seed: 1, spec: { steps: 2, setting }, classes: [{ class: 0 }, { class: 1 }] });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("%s ends it with 130 and leaves nothing behind", async (signal) => {
    const out = join(folder, `interrupted-${signal}.npz`);
    const { child, ended } = start(["run", "--steps", "100000", "--out", out]);
    await new Promise<void>((resolve) => { child.stderr!.on("data", (text: string) => { if (/\d+ %/.test(text)) resolve(); }); setTimeout(resolve, 1500); });
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 130, stdout: "", stderr: expect.stringContaining("interrupted; nothing was written") as string });
    expect(readdirSync(folder).filter((name) => name.includes(`interrupted-${signal}`) || name.endsWith(".tmp"))).toEqual([]);
  });

  const refusals: [string, string[], ...string[]][] = [
    ["an unknown parameter", ["--set", "aplha=2"], 'there is no parameter "aplha"', "did you mean alpha?"],
    ["a name of Object.prototype", ["--set", "toString=1"], 'there is no parameter "toString"'],
    ["k < 2", ["--set", "k=1"], "k = 1 is out of range", "an integer >= 2"],
    ["q < 2", ["--set", "q=1"], "q = 1 is out of range"],
    ["d < 2k", ["--set", "d=5"], "d = 5 cannot hold 2 k = 10"],
    ["eps < 0", ["--set", "eps=-0.5"], "eps = -0.5 is out of range"],
    ["sR > P", ["--set", "sR=401"], "sR = 401 robust patches do not fit into P = 400"],
    ["no number", ["--set", "alpha=two"], '"two" is no number'],
    ["no equals sign", ["--set", "alpha"], "not of the form name=value"],
    ["a parameter twice", ["--set", "k=3", "--set", "k=4"], "k is set twice"],
    ["an unknown threat", ["--threat", "gradientascend"], "Did you mean gradientAscent?"],
    ["an unknown mode", ["--mode", "adverserial"], "Did you mean adversarial?"],
    ["an unknown backend", ["--backend", "cuda"], "Expected one of wasm, reference"],
    ["an unknown flag", ["--stepz", "3"], "Did you mean --steps?"],
    ["a stray argument", ["extra"], "too many arguments"],
    ["a loss that nothing climbs", ["--mode", "adversarial", "--threat", "suppress", "--loss", "margin"], "climbs no loss"],
    ["attack steps of a one-step attack", ["--attack-steps", "3"], "gradientAscent takes one step"],
    ["a format that is not known", ["--out", "run.csv"], "ends in .jsonl or .npz"],
    ["a missing file", ["--from", "/nowhere/state.npz"], "there is no such file"],
    ["more numbers than memory holds", ["--set", "N=4000000", "--set", "P=4000"], "do not fit into memory"],
  ];
  it.each(refusals)("refuses %s", async (_what, words, ...expected) => {
    const { code, stdout, stderr } = await lemmagrad("run", "--steps", "1", ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    for (const text of expected) expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/\n\n|\n +at /);
  });

  const damages: [string, (arrays: StateArrays) => StateArrays, string[], string][] = [
    ["a missing array", ({ W: _, ...rest }) => rest, [], "the array W is missing; the file holds X, y, robust, nonRobust, isRobust"],
    ["too few axes", (a) => ({ ...a, X: { ...a.X, shape: [48, 6] } }), [], 'array "X": its shape is [48, 6]'],
    ["shapes that disagree", (a) => ({ ...a, W: { ...a.W, shape: [3, 2, 6] } }), [], '"W" says k = 3, "robust" of shape [2, 6] says k = 2'],
    ["NaN in the data", (a) => ({ ...a, X: { ...a.X, data: a.X.data.map((x, i) => (i === 7 ? NaN : x)) as Float64Array } }), [], 'array "X": element 7 (in C order) is NaN'],
    ["Infinity in the weights", (a) => ({ ...a, W: { ...a.W, data: a.W.data.map((x, i) => (i === 2 ? -Infinity : x)) as Float64Array } }), [], "element 2 (in C order) is -Infinity"],
    ["a label that is no class", (a) => ({ ...a, y: { shape: [6], data: Int32Array.of(1, 2, 1, 2, 1, 2) } }), [], "labels begin at 0"],
    ["a label that is no integer", (a) => ({ ...a, y: { shape: [6], data: Float64Array.of(0, 0.5, 1, 0, 1, 0) } }), [], "label 1 is 0.5"],
    ["flags of another shape", (a) => ({ ...a, isRobust: { ...a.isRobust, shape: [8, 6] } }), [], 'array "isRobust": its shape is [8, 6]'],
    ["a --set that contradicts the shapes", (a) => a, ["--set", "k=3"], "has k = 2"],
    ["a --set that contradicts the flags", (a) => a, ["--set", "sR=2"], "has sR = 1"],
  ];
  it.each(damages)("refuses a state with %s", async (what, damage, words, expected) => {
    const path = join(folder, `${what.replaceAll(/\W+/g, "-")}.npz`);
    writeNpz(path, damage(stateArrays()));
    const { code, stderr } = await lemmagrad("run", "--from", path, "--steps", "1", ...words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(expected) as string });
  });

  it("refuses a file that is cut short, and one that is no npz", async () => {
    const path = join(folder, "short.npz");
    writeFileSync(path, formatNpz(stateArrays()).subarray(0, 900));
    expect(await lemmagrad("run", "--from", path)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^FileError: .*short\.npz/) as string });
    writeFileSync(path, "no zip at all");
    expect(await lemmagrad("run", "--from", path)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^FileError: .*short\.npz/) as string });
  });

  it("remarks on features that are not orthonormal, arrays not used, and uneven robust patches", async () => {
    const arrays = stateArrays();
    const path = join(folder, "odd.npz");
    const flags = arrays.isRobust.data.map((flag, i) => (i < 8 ? 1 : flag)) as Float64Array;
    writeNpz(path, { ...arrays, robust: { ...arrays.robust, data: arrays.robust.data.map((x) => 1.01 * x) as Float64Array }, isRobust: { ...arrays.isRobust, data: flags }, more: { shape: [1], data: new Float64Array(1) } });
    const { code, stderr } = await lemmagrad("run", "--from", path, "--steps", "1");
    expect(code).toBe(0);
    expect(stderr).toContain("the features are not orthonormal: largest defect 0.0201");
    expect(stderr).toContain("arrays not used: more.");
    expect(stderr).toContain("samples have 1 to 8 robust patches; the hypotheses are checked with sR = 2.");
  });

  it("finds a file or folder in the way before it computes", async () => {
    writeFileSync(join(folder, "plain-file"), "");
    const { code, stderr } = await lemmagrad("run", "--steps", "1000000", "--out", join(folder, "plain-file/run.npz"));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("it, or a folder above it, is a file") as string });
  });
});

describeWithNumpy("run.npz in NumPy", () => {
  it("opens with the types and shapes it promises", async () => {
    const out = join(folder, "numpy.npz");
    await lemmagrad("run", ...small, "--set", "eps=1", "--steps", "2", "--out", out);
    expect(existsSync(out)).toBe(true);
    const seen = JSON.parse(runNumpy("import numpy, json, sys\nz = numpy.load(sys.argv[1])\nprint(json.dumps({n: [str(z[n].dtype), list(z[n].shape)] for n in ['steps', 'U', 'W', 'k', 'eps']}))", out)) as unknown;
    expect(seen).toEqual({ steps: ["int64", [3]], U: ["float64", [3, 2, 3]], W: ["float64", [2, 3, 6]], k: ["int64", []], eps: ["float64", []] });
  });

  it("has the numbers that an independent NumPy simulation computes from the same state", async () => {
    const fixture = join(repository, "test/fixtures/numpy");
    const { setting: given, steps } = JSON.parse(readFileSync(join(fixture, "standard.json"), "utf8")) as { setting: Record<string, number | string>; steps: number };
    const sets = Object.entries(given).filter(([name]) => !["k", "m", "P", "d", "N", "sR"].includes(name)).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    const out = join(folder, "standard.npz");
    expect((await lemmagrad("run", "--from", join(fixture, "standard.state.npz"), ...sets, "--steps", String(steps), "--out", out)).code).toBe(0);
    const [seen, expected] = [readNpz(out), readNpz(join(fixture, "standard.expected.npz"))];
    const size = Math.max(...expected.W.data.map(Math.abs));
    // sums of some hundred terms in another order, over 300 steps: far inside 1e-9 of the weights' size
    seen.W.data.forEach((w, i) => expect(Math.abs(w - expected.W.data[i])).toBeLessThan(1e-9 * size));
  });
});
