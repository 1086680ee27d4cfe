/** From a definition to its cells. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds, type Claim, defineClaim } from "../../src/claims/index.ts";
import { axesOf, type Cell, cellKey, parseDefinition, planSweep, seedsOfSweep, surveySweep, type SweepDefinition, type SweepPlan } from "../../src/sweep/index.ts";
import { blocksOf, textOf } from "../support/documents.ts";
import { arrayBytesOf, makeSetting, operationsOf, phaseCoordinates, trainingRun } from "../../src/theories/robust-features/index.ts";

const identity = { version: "1.0.0+abc", claims: "" };
const claim = defineClaim({
  id: "t01-any", title: "", source: { words: "", formula: "" }, statement: "", maths: "", hypotheses: () => [], observable: () => 0, prediction: bounds({} as Record<string, object>, "") as never,
  experiments: { run: trainingRun({ mode: "standard", steps: 3 }) }, controls: [{ change: "", experiments: { run: trainingRun({ mode: "standard", steps: 1 }) } }], recorded: "supported",
  plan: { quick: { seeds: 1, controlSeeds: 1 }, full: { seeds: 1, controlSeeds: 1 } },
  region: {
    coordinates: phaseCoordinates,
    box: { k: { low: 2, high: 6, integer: true, toward: 5 }, P: 50, sR: 1, q: 3, alpha: 2, beta: 0.4, T: 7 }, hypotheses: () => [],
    experiments: ({ T, ...setting }) => ({ run: trainingRun({ mode: "standard", steps: T as number, setting: { ...(setting as Record<string, number>) } }) }),
  },
});
const { region: _region, ...still } = claim;
const known: Record<string, Claim> = { "t01-any": claim, "t02-other": { ...claim, id: "t02-other" }, "t03-still": { ...still, id: "t03-still" } as Claim };
const plan = (definition: SweepDefinition): SweepPlan => planSweep(definition, { where: "s.yaml", identity, claimOf: (id) => known[id] });
const all = (of: SweepPlan): Cell[] => Array.from({ length: of.count }, (_, index) => of.cellAt(index));
const survey = (definition: SweepDefinition, available = Infinity) => surveySweep(plan(definition), { where: "s.yaml", available });

describe("axes", () => {
  const values = (grid: SweepDefinition["grid"]) => axesOf({ grid }, "s").map(({ places }) => places.flat());
  it("of ranges have the values that a person would write", () => {
    expect(values({ alpha: { from: 0.1, to: 0.5, count: 5 }, beta: { from: 0.001, to: 0.1, count: 3, scale: "log" }, eps: { from: 1, factor: 2, count: 4 }, e: { from: 1, step: 0.1, count: 4 } }))
      .toEqual([[0.1, 0.2, 0.3, 0.4, 0.5], [0.001, 0.01, 0.1], [1, 2, 4, 8], [1, 1.1, 1.2, 1.3]]);
    expect(values({ k: { from: 2, to: 9, count: 4, scale: "log" }, alpha: { from: 3, to: 3, count: 1 } })).toEqual([[2, 3, 5, 9], [3]]);
  });

  it.each<[SweepDefinition, RegExp]>([
    [{ grid: { k: { from: 2, to: 4, count: 5 } } }, /its 5 values are not all different: 2, 3, 3, 4, 4\.[^]*k takes integers only/],
    [{ grid: { alpha: { from: 0, to: 4, count: 5, scale: "log" } } }, /a logarithmic range cannot go from 0 to 4/],
    [{ grid: { alpha: { from: 1, to: 4, count: 1 } } }, /one value cannot be both 1 and 4/],
    [{ grid: { alpha: { from: 1e300, factor: 1e10, count: 3 } } }, /leaves the finite numbers/],
    [{ grid: { alpha: [1, 2, 1] } }, /1 stands there twice/],
    [{ ladder: { k: [2, 3, 2], d: [8, 9, 8] } }, /ladder: 2, 8 stands there twice/],
    [{ ladder: { k: [2, 3] }, grid: { k: [4] } }, /k stands in ladder and in grid/],
  ])("refuse %j", (definition, words) => {
    expect(() => axesOf(definition, "s")).toThrow(words);
  });

  it("of seeds count from the first, and have each once", () => {
    expect([seedsOfSweep(), seedsOfSweep(2), seedsOfSweep([7, 5]), seedsOfSweep({ first: 10, count: 3 }), seedsOfSweep({ count: 1 })]).toEqual([[1, 2, 3], [1, 2], [7, 5], [10, 11, 12], [1]]);
    expect(() => seedsOfSweep([1, 2, 1])).toThrow(/1 stands there twice/);
  });
});

describe("cells", () => {
  it("are every rung with every combination of the grid and every seed, once, the last changing fastest", () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 5 }), { minLength: 1 }), fc.uniqueArray(fc.constantFrom(0.5, 1, 2), { minLength: 1 }), fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 }), (rungs, alphas, seeds) => {
      const cells = all(plan({ run: {}, ladder: { k: rungs, d: rungs.map((k) => 3 * k) }, grid: { alpha: alphas, mode: ["standard", "adversarial"] }, seeds }));
      const expected = rungs.flatMap((k) => alphas.flatMap((alpha) => ["standard", "adversarial"].flatMap((mode) => seeds.map((seed) => ({ k, d: 3 * k, alpha, mode, seed })))));
      expect(cells.map(({ task }) => task.kind === "run" && { k: task.spec.setting.k, d: task.spec.setting.d, alpha: task.spec.setting.alpha, mode: task.spec.mode, seed: task.seed })).toEqual(expected);
      expect(cells.map(({ index }) => index)).toEqual(expected.map((_, i) => i));
      expect(new Set(cells.map(({ key }) => key)).size).toBe(cells.length);
    }), { numRuns: 30 });
  });

  it("of claims are a point with all seeds, claim by claim; of one that is not moved, its own setting", () => {
    const cells = all(plan({ claim: ["t01-any", "t02-other"], set: { T: 9 }, grid: { k: [2, 4] }, seeds: 2 }));
    expect(cells.map(({ task }) => task)).toEqual(["t01-any", "t02-other"].flatMap((id) => [2, 4].map((k) => ({ kind: "claim", claim: id, seeds: [1, 2], at: { k }, point: { k, P: 50, sR: 1, q: 3, alpha: 2, beta: 0.4, T: 9 } }))));
    expect(all(plan({ claim: "t03-still", seeds: 1 }))[0].task).toEqual({ kind: "claim", claim: "t03-still", seeds: [1], at: {}, point: null });
  });

  it("follow coordinates that are no parameters: A/B by alpha, eps/beta by eps", () => {
    const [half, one] = all(plan({ claim: "t01-any", grid: { "A/B": [0.5, 1] }, seeds: 1 })).map(({ task }) => (task.kind === "claim" ? task.point! : {}));
    expect(Number(half.alpha) ** 3 / (49 * 0.4 ** 3)).toBeCloseTo(0.5, 9);
    expect(Number(one.alpha) ** 3 / (49 * 0.4 ** 3)).toBeCloseTo(1, 9);
    const [run] = all(plan({ run: {}, set: { beta: 0.2 }, grid: { "eps/beta": [3] }, seeds: 1 }));
    expect(run.task.kind === "run" && run.task.spec.setting.eps).toBeCloseTo(0.6, 12);
    expect(run.task.at).toEqual({ "eps/beta": 3 });
  });

  it("have keys that tell task, version and claims apart, and do not depend on their place", () => {
    const [cell] = all(plan({ run: {}, grid: { alpha: [1, 2] }, seeds: 1 }));
    const [, same] = all(plan({ run: {}, grid: { alpha: [3, 1] }, seeds: 1 }));
    expect(same.key).toBe(cell.key);
    expect(cellKey(cell.task, { ...identity, version: "1.0.0+abd" })).not.toBe(cell.key);
    expect(cellKey(cell.task, { ...identity, claims: "x" })).not.toBe(cell.key);
    expect(cell.key).toBe(cellKey(JSON.parse(JSON.stringify(cell.task)) as Cell["task"], identity));
  });

  it("of standard training are one cell whatever the attack is said to be", () => {
    expect(() => survey({ run: {}, grid: { threat: ["pgd", "fgm"] }, seeds: 1 })).toThrow(/cells 0 \(threat = pgd, seed 1\) and 1 \(threat = fgm, seed 1\) compute the same/);
    expect(survey({ run: {}, ladder: { mode: ["standard", "adversarial", "adversarial"], threat: ["pgd", "pgd", "fgm"] }, seeds: 1 }).cells).toBe(3);
  });

  it("cost what their runs cost, and are refused where they do not fit", () => {
    const setting = makeSetting({ N: 10 });
    const spec = { setting, mode: "standard" as const, threat: { name: "gradientAscent" as const, loss: "margin" as const }, steps: 300, logEvery: 1, evaluate: [] };
    expect(survey({ run: {}, set: { N: 10 }, grid: { alpha: [1, 2] }, seeds: 2 })).toEqual({ cells: 4, operations: 4 * operationsOf(spec), longest: operationsOf(spec), largest: arrayBytesOf(spec) });
    expect(survey({ claim: "t01-any", set: { T: 7 }, seeds: 5 }).operations).toBe(5 * claim.region!.experiments({ k: 5, P: 50, sR: 1, q: 3, alpha: 2, beta: 0.4, T: 7 }).run.operations);
    expect(() => survey({ run: {}, grid: { N: [10, 1e6] }, seeds: 1 }, 1e9)).toThrow(/ResourceError|cell 1 \(N = 1000000, seed 1\) needs about 736 GB for its arrays\.\n {2}Expected at most 1 GB/);
    expect(survey({ run: {}, grid: { N: [10] }, seeds: 1 }, arrayBytesOf(spec)).cells).toBe(1);
    expect(() => survey({ run: {}, grid: { N: [10] }, seeds: 1 }, arrayBytesOf(spec) - 1)).toThrow(/cell 0/);
  });

  it.each<[SweepDefinition, RegExp]>([
    [{}, /neither claim nor run/], [{ claim: "t01-any", run: {} }, /both claim and run/], [{ run: {}, claims: "x" }, /a folder of claims and no claim/],
    [{ run: {}, grid: { alhpa: [1] } }, /no parameter "alhpa"[^]*did you mean alpha\?/], [{ run: {}, grid: { T: [1] } }, /no parameter "T"/], [{ run: {}, grid: { logEvery: [1] } }, /no parameter "logEvery"/],
    [{ claim: "t01-any", grid: { "eps/beta": [1] } }, /for claim t01-any: there is no parameter "eps\/beta"/], [{ claim: "t03-still", set: { k: 3 } }, /t03-still has no region/],
    [{ claim: ["t01-any", "t01-any"] }, /names a claim twice/], [{ run: {}, set: { alpha: 1 }, grid: { "A/B": [1] } }, /A\/B changes alpha, which is given too/],
    [{ run: {}, grid: { mode: ["standart"] } }, /at mode = standart: there is no mode "standart"/], [{ run: { mode: "adversarial", threat: "pgd" }, grid: { attackSteps: [1.5] } }, /attackSteps = 1\.5 is no number of steps/],
    [{ run: {}, grid: { steps: [0] } }, /steps = 0 is no number of steps/], [{ run: {}, grid: { sR: [500] } }, /at sR = 500: sR = 500 robust patches do not fit/],
    [{ run: {}, grid: { alpha: { from: 1, step: 1, count: 10_000 }, beta: { from: 1, step: 1, count: 10_000 } } }, /it has 3\.00e\+8 cells[^]*sweep merge/],
  ])("refuse %j", (definition, words) => {
    expect(() => survey(definition)).toThrow(words);
  });
});

describe("docs/sweep.md", () => {
  const files = blocksOf(textOf("docs/sweep.md")).filter(({ info }) => info === "yaml").map(({ code }) => parseDefinition(code, "docs/sweep.md"));
  it("shows sweep files that can be run", () => {
    expect(files).toHaveLength(2);
    const race = surveySweep(planSweep(files[0], { where: "docs", identity, claimOf: () => claim }), { where: "docs", available: 1e9 });
    expect(race.cells).toBe(40);
    const box = { ...claim.region!.box, N: 5, sigma0: 0.01 };
    expect(planSweep(files[1], { where: "docs", identity, claimOf: () => ({ ...claim, region: { ...claim.region!, box } }) }).count).toBe(15);
  });
});
