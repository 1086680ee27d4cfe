import { describe, expect, it } from "vitest";
import { type AxisRequest, bounds, type Claim, confusionOf, defineClaim, type DerivedCoordinates, edges, examineCell, type HypothesisResult, type PhaseCell, phaseFigure, planPhase, type Point, type PooledPrediction, type Range, type Region } from "../../src/claims/index.ts";
import { ParameterError } from "../../src/errors/index.ts";
import { messageOf } from "../support/message-of.ts";

type Runs = { sum: { x: number; y: number; seed: number } };

const experiment = (x: number, y: number) => ({ kind: "plane", spec: { x, y }, operations: 1, run: (seed: number) => ({ x, y, seed }) });

const sumAtMost = (most: number) => ({ x, y }: Point): HypothesisResult[] => {
  const margin = most - ((x as number) + (y as number));
  return [{ name: "sum small", maths: "", holds: margin >= 0, margin, detail: "" }];
};

interface Toy { promised?: number; box?: Record<string, Range>; hypotheses?: (runs: Runs, seed: number) => HypothesisResult[]; region?: Partial<Region<Runs>>; required?: number }

/** Holds exactly where x + y <= 1. */
function planeClaim({ promised = 1, box = { x: { low: 0, high: 1 }, y: { low: 0, high: 1 } }, hypotheses = () => [], region = {}, required = 1 }: Toy = {}): Claim {
  return defineClaim<Runs, { sum: number }>({
    id: "r01-plane", title: "Small sums", source: { words: "tests", formula: "none" }, statement: "x + y is at most 1.", maths: "",
    experiments: { sum: experiment(0, 0) }, hypotheses, observable: ({ sum: { x, y } }) => ({ sum: x + y }),
    prediction: bounds({ sum: { atMost: 1 } }, "at most 1"), required,
    controls: [{ change: "3 is added", experiments: { sum: experiment(3, 0) } }],
    recorded: "supported", plan: { quick: { seeds: 1, controlSeeds: 1 }, full: { seeds: 1, controlSeeds: 1 } },
    region: { box, hypotheses: sumAtMost(promised), experiments: ({ x, y }) => ({ sum: experiment(x as number, y as number) }), ...region },
  });
}

const tenths = (name: string): AxisRequest => ({ name, low: 0.1, high: 0.9, count: 9, scale: "linear" });

function cellsOf(claim: Claim, request: Partial<Parameters<typeof planPhase>[1]> = {}): PhaseCell[] {
  const plan = planPhase(claim, { x: tenths("x"), y: tenths("y"), seeds: 2, ...request });
  return plan.tasks.map(({ x, y, point, seeds }) => ({ x, y, ...examineCell(claim, point!, seeds) }));
}

describe("a phase diagram", () => {
  it("has the exact confusion table of a claim whose hypothesis is the truth", () => {
    // of the 81 pairs of tenths 36 have a sum below 1, 9 a sum of 1 (0.1 + 0.9 and so on are 1 in floating point), 36 one above
    const confusion = confusionOf(cellsOf(planeClaim()));
    expect(confusion).toMatchObject({ unit: "trial", insideHolds: 90, insideBreaks: 0, outsideHolds: 0, outsideBreaks: 72, undecided: 0 });
    expect(confusion.brokeInside.low).toBe(0);
    // exact upper bound with no success of n: 1 - 0.025^(1/n)
    expect(confusion.brokeInside.high).toBeCloseTo(1 - 0.025 ** (1 / 90), 12);
    expect(confusion.heldOutside.high).toBeCloseTo(1 - 0.025 ** (1 / 72), 12);
  });

  it("shows a hypothesis that promises too much as inside and broken, and a cautious one as outside and holding", () => {
    // sums of 1.1, 1.2 are at 8 + 7 pairs; 0.9, 1 at 8 + 9 pairs
    expect(confusionOf(cellsOf(planeClaim({ promised: 1.25 })))).toMatchObject({ insideHolds: 90, insideBreaks: 30, outsideHolds: 0, outsideBreaks: 42 });
    expect(confusionOf(cellsOf(planeClaim({ promised: 0.85 })))).toMatchObject({ insideHolds: 56, insideBreaks: 0, outsideHolds: 34, outsideBreaks: 72 });
  });

  it("gives no two trials the same seed", () => {
    const seeds = cellsOf(planeClaim(), { seed: 7 }).flatMap(({ trials }) => trials.map(({ seed }) => seed));
    expect(seeds).toEqual(Array.from({ length: 162 }, (_, i) => 7 + i));
  });

  it("draws the boundary where the margin is zero, to a quarter of a per cent, on either kind of axis", () => {
    const { boundary } = planPhase(planeClaim(), { x: tenths("x"), y: { name: "y", low: 0.1, high: 0.9, count: 5, scale: "log" } });
    expect(boundary).toHaveLength(1);
    expect(boundary[0].length).toBeGreaterThan(60);
    // linear in x, so exact there; along log y the zero of 1 - x - y is interpolated: error h^2/8 of y'' over y', h = ln(9)/48
    for (const { x, y } of boundary[0]) expect(Math.abs(x + y - 1)).toBeLessThan(0.0025);
  });

  it("judges by the draws' own hypotheses too: seeds outside them are set aside, and mostly outside is outside", () => {
    const drawn = (share: (seed: number) => boolean) => planeClaim({ hypotheses: (_runs, seed) => [{ name: "lucky", maths: "", holds: share(seed), margin: 0, detail: "" }] });
    const [first] = cellsOf(drawn((seed) => seed % 3 !== 0), { seeds: 3 });
    expect(first.verdict).toBe("inside holds");
    expect(first.trials.map(({ inside }) => inside)).toEqual([true, true, false]);
    expect(cellsOf(drawn(() => false))[0]).toMatchObject({ verdict: "outside holds", binding: "lucky" });
    expect(confusionOf(cellsOf(drawn(() => false)))).toMatchObject({ insideHolds: 0, insideBreaks: 0, outsideHolds: 90, outsideBreaks: 72 });
  });

  it("calls a cell undecided when its seeds cannot tell", () => {
    // of three seeds one fails: less than 0.8, but a share of 0.8 gives that in half of the cases
    const claim = planeClaim({ required: 0.8 });
    const mixed: Claim = { ...claim, observable: (({ sum }: Runs) => ({ sum: sum.seed === 2 ? 9 : 0 })) as never };
    expect(examineCell(mixed, { x: 0.1, y: 0.1 }, [1, 2, 3]).verdict).toBe("undecided");
    expect(examineCell({ ...mixed, required: 1 }, { x: 0.1, y: 0.1 }, [1, 2, 3]).verdict).toBe("inside breaks");
  });

  it("counts cells for a prediction about all seeds together", () => {
    const prediction: PooledPrediction<{ sum: number }> = {
      words: "the mean is at most 1", describe: ({ sum }) => String(sum),
      judgeAll: (all) => ({ outcome: all.reduce((total, { sum }) => total + sum, 0) <= all.length ? "holds" : "fails", observed: `${all.length} seeds` }),
    };
    const cells = cellsOf({ ...planeClaim(), prediction: prediction as never });
    expect(cells[0]).toMatchObject({ verdict: "inside holds", pooled: { outcome: "holds", observed: "2 seeds" } });
    expect(confusionOf(cells)).toMatchObject({ unit: "cell", insideHolds: 45, insideBreaks: 0, outsideHolds: 0, outsideBreaks: 36 });
  });

  it("leaves points that do not exist out of the counts, and says why they do not", () => {
    const experiments = ({ x, y }: Point) => {
      if ((x as number) > 0.5) throw new ParameterError({ where: "plane", problem: "x is too large." });
      return { sum: experiment(x as number, y as number) };
    };
    const cells = cellsOf(planeClaim({ region: { experiments } }));
    expect(cells.filter(({ verdict }) => verdict === "impossible")).toHaveLength(36);
    expect(cells[8]).toMatchObject({ verdict: "impossible", margin: null, binding: "x is too large.", trials: [] });
    expect(confusionOf(cells)).toMatchObject({ insideHolds: 70, outsideBreaks: 20 });
  });

  it("does not take a fault for a point that does not exist", () => {
    expect(() => cellsOf(planeClaim({ region: { experiments: () => { throw new TypeError("no such method"); } } }))).toThrow(TypeError);
    expect(() => cellsOf(planeClaim({ region: { hypotheses: () => { throw new TypeError("no such method"); } } }))).toThrow(TypeError);
  });

  it("counts a hypothesis that fails with margin 0, or with a margin that is no number, as violated", () => {
    for (const margin of [0, NaN, 1]) {
      const hypotheses = () => [{ name: "never", maths: "", holds: false, margin, detail: "" }];
      expect(cellsOf(planeClaim({ region: { hypotheses } }))[0]).toMatchObject({ verdict: "outside holds", binding: "never" });
    }
  });

  it("takes derived coordinates where the region has what they need", () => {
    const coordinates: DerivedCoordinates = { "x+y": { label: "sum", means: "y is set", needs: ["x", "y"], at: (point, sum) => ({ ...point, y: sum - (point.x as number) }) } };
    const plan = planPhase(planeClaim({ region: { coordinates } }), { x: tenths("x"), y: { name: "x+y", low: 0.5, high: 1.5, count: 3, scale: "linear" } });
    expect(plan.tasks[9].point).toEqual({ x: 0.1, y: 0.9 });
    // the hypothesis is x + y <= 1, so its boundary is a level line of this axis
    for (const { y } of plan.boundary.flat()) expect(y).toBeCloseTo(1, 5);
    expect(messageOf(() => planPhase(planeClaim({ box: { x: { low: 0, high: 1 } }, region: { coordinates } }), { x: tenths("x"), y: tenths("x+y") }))).toContain('no parameter "x+y"');
  });

  it("draws every cell once, whole, beside its neighbours", () => {
    const claim = planeClaim();
    const cells = cellsOf(claim);
    const { x, y, base, boundary } = planPhase(claim, { x: tenths("x"), y: tenths("y"), seeds: 2 });
    const figure = phaseFigure({
      schema: "", version: "", environment: { node: "", platform: "", backend: "", workers: 1, startedAt: "", seconds: 0 }, claim: { id: claim.id, title: claim.title, statement: "", prediction: "", required: 1 },
      x, y, base, seed: 1, seedsPerCell: 2, cells, boundary, confusion: confusionOf(cells), rerun: "",
    });
    const drawn = figure.panels[0].layers.flatMap((layer) => (layer.kind === "cells" ? layer.cells : []));
    expect(drawn).toHaveLength(81);
    const area = drawn.reduce((sum, { x: [left, right], y: [low, high] }) => sum + (right - left) * (high - low), 0);
    expect(area).toBeCloseTo(0.9 * 0.9, 12);
    expect(figure.alt).toContain("45 of 81 cells: inside the hypotheses, holds");
    expect(figure.caption).toContain("broke in 0 of 90 trials");
  });
});

describe("bad input", () => {
  const plan = (x: AxisRequest, claim = planeClaim(), set: Point = {}) => messageOf(() => planPhase(claim, { x, y: tenths("y"), set }));
  it.each([
    ["a parameter that is not in the region", { ...tenths("z") }, 'the claim\'s region has no parameter "z".\n  Expected one of x, y.'],
    ["both axes the same", tenths("y"), "both axes are y."],
    ["a range the wrong way round", { ...tenths("x"), low: 2 }, "2 to 0.9 is no range."],
    ["an empty range", { ...tenths("x"), low: 0.9 }, "0.9 to 0.9 is no range."],
    ["an infinite range", { ...tenths("x"), high: Infinity }, "0.1 to Infinity is no range."],
    ["a logarithmic axis from zero", { ...tenths("x"), low: 0, scale: "log" as const }, "a logarithmic axis cannot begin at 0."],
    ["no cell", { ...tenths("x"), count: 0 }, "0 is no number of cells."],
  ])("refuses %s", (_what, x, message) => {
    expect(plan(x)).toContain(message);
  });
  it("refuses integers that rounding makes equal, words as an axis, an empty region, an unknown --set and a claim without region", () => {
    const box = { x: { low: 0, high: 9, integer: true }, y: { low: 0, high: 1 }, word: "fixed" };
    expect(plan(tenths("x"), planeClaim({ box }))).toContain("it takes integers only");
    expect(plan(tenths("word"), planeClaim({ box }))).toContain("word does not take numbers");
    expect(plan(tenths("x"), planeClaim({ box: { ...box, none: { choices: [] } } }))).toContain("the region is empty: none has no choice");
    expect(plan(tenths("x"), planeClaim({ box: { x: { low: 2, high: 1 }, y: 0 } }))).toContain("the region is empty: x lies between 2 and 1");
    expect(plan(tenths("x"), planeClaim(), { z: 1 })).toContain('no parameter "z"');
    const { region: _region, ...bare } = planeClaim();
    expect(plan(tenths("x"), bare as Claim)).toContain("it has no region");
  });
  it("takes one cell", () => {
    const claim = planeClaim();
    const one: AxisRequest = { name: "x", low: 0.4, high: 0.4, count: 1, scale: "linear" };
    const { tasks, x } = planPhase(claim, { x: one, y: { ...one, name: "y", scale: "log" } });
    expect(tasks).toHaveLength(1);
    expect(edges(x, 0)).toEqual([-0.09999999999999998, 0.9]);
    expect(examineCell(claim, tasks[0].point!, tasks[0].seeds).verdict).toBe("inside holds");
  });
});
