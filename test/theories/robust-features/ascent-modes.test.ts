import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ParameterError, ShapeError } from "../../../src/errors/index.ts";
import {
  attackedNeuron, attackOnBend, coupledPrediction, foldOf, foldReached, heardInTime, initialConeCosine, largestConeCosine, makeSetting, neuronsAt, type RunRecord, saturationFold, saturationSize, saturationSizeAt, type Setting, silencedAtStart, simulate,
} from "../../../src/theories/robust-features/index.ts";

// The activation, written again from docs/theory, section 3, so that nothing is checked against itself.
const slope = (z: number, { q, rho }: Setting) => (z <= 0 ? 0 : z >= rho ? 1 : (z / rho) ** (q - 1));
const value = (z: number, { q, rho }: Setting) => (z <= 0 ? 0 : z >= rho ? z - (1 - 1 / q) * rho : z ** q / (q * rho ** (q - 1)));

const settings = fc.record({
  k: fc.integer({ min: 2, max: 6 }), q: fc.integer({ min: 2, max: 5 }), e: fc.integer({ min: 10, max: 200 }), P: fc.integer({ min: 2, max: 400 }),
  beta: fc.integer({ min: 2, max: 10 }).map((tenths) => tenths / 10), rho: fc.constantFrom(0.05, 0.1, 0.3),
}).map((parts) => makeSetting({ ...parts, d: 2 * parts.k }));

describe("saturation under ascent on the cross-entropy", () => {
  it("the ascent stops V at the size for p, and nowhere once the robust logit has passed the fold", () => {
    fc.assert(fc.property(settings, fc.integer({ min: 0, max: 10 }), (S, tenths) => {
      const nu = ((tenths / 10) * S.rho) / S.beta;
      const { robustLogit, size } = saturationFold(S, nu);
      const [low, high] = [Math.log(Math.min(size, S.rho / S.beta) / 30), Math.log(30 * Math.max(size, S.rho / S.beta))];
      const sizes = Array.from({ length: 8001 }, (_, i) => Math.exp(low + ((high - low) * i) / 8000));
      /** What is left of a non-robust patch of the neuron, over its clean pre-activation, at this V and robust logit. */
      const left = (V: number, logit: number) => {
        const p = 1 / (1 + (S.k - 1) * Math.exp(-logit - (S.P - S.sR) * value(S.beta * V, S)));
        return 1 - (S.e * (1 - p) * slope(S.beta * V, S) * (V * V + nu * nu)) / (S.beta * V);
      };
      const least = (logit: number) => Math.min(...sizes.map((V) => left(V, logit)));
      expect(left(size, robustLogit)).toBeCloseTo(0, 6);
      expect(least(robustLogit + 1e-4)).toBeGreaterThan(0);
      expect(left(size, robustLogit - 1e-4)).toBeLessThan(0);
    }), { numRuns: 300 });
  });
  it("is where the second summit is, if it is higher: few non-robust patches, a large residual, and the bend's end far below it", () => {
    const S = makeSetting({ k: 2, d: 4, P: 3, beta: 0.9, q: 2, rho: 0.1, e: 10 });
    const { size } = saturationFold(S, 0.1 / 0.9);
    expect(size * S.beta).toBeGreaterThan(2 * S.rho);
    // with many patches it is the bend's own
    expect(saturationFold(makeSetting({ k: 2, d: 4, P: 30, beta: 0.9, q: 3, rho: 0.1, e: 40 }), 0.1 / 0.9).size * S.beta).toBeLessThanOrEqual(S.rho);
  });
  it("without a residual, on the bend, the fold is ln((k-1)/delta) - 1 - delta with delta = sN beta^2/(q e)", () => {
    const S = makeSetting({ k: 3, P: 90, e: 40 });
    const delta = (89 * 0.4 ** 2) / (3 * 40);
    const { robustLogit, size } = saturationFold(S, 0);
    expect(robustLogit).toBeCloseTo(Math.log(2 / delta) - 1 - delta, 10);
    expect(size ** 3).toBeCloseTo((0.1 ** 2 * (1 + 1 / delta)) / (40 * 0.4), 10);
  });
  it("does not end without non-robust patches or without an ascent", () => {
    for (const changes of [{ P: 1 }, { e: 0 }, { beta: 0 }]) expect(saturationFold(makeSetting(changes), 0.03)).toEqual({ robustLogit: Infinity, size: Infinity });
    expect(saturationFold(makeSetting(), NaN)).toEqual({ robustLogit: NaN, size: NaN });
  });
  it("the size for p is the margin's with the step e (1 - p), and rises with p", () => {
    const S = makeSetting();
    expect(saturationSizeAt(S, 0.04, 0)).toBe(saturationSize(S, 0.04));
    expect(saturationSizeAt(S, 0.04, 0.75)).toBe(saturationSize({ ...S, e: 25 }, 0.04));
    expect(saturationSizeAt(S, 0.04, 0.75)).toBeGreaterThan(1.3 * saturationSize(S, 0.04));
    expect(saturationSizeAt(S, 0.04, 1)).toBe(Infinity);
  });
});

/** All subsets but the empty one. */
const subsets = <T>(all: readonly T[]): T[][] => Array.from({ length: 2 ** all.length - 1 }, (_, bits) => all.filter((_x, at) => ((bits + 1) >> at) % 2 === 1));
/** Gauss and Jordan, with pivots; undefined for a singular matrix. */
function eliminate(rows: number[][]): number[] | undefined {
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i]) > Math.abs(best[i]) ? row : best));
    if (Math.abs(pivot[i]) < 1e-9) return undefined;
    const at = rows.indexOf(pivot);
    [rows[i], rows[at]] = [rows[at], rows[i]];
    rows = rows.map((row, j) => (j === i ? row.map((x) => x / pivot[i]) : row.map((x, c) => x - (row[i] * pivot[c]) / pivot[i])));
  }
  return rows.map((row) => row[rows.length]);
}

describe("largestConeCosine", () => {
  const inner = (a: number[], b: number[]) => a.reduce((sum, x, l) => sum + x * b[l], 0);
  const of = (weights: number[][]) => largestConeCosine(weights.map((w) => w[0]), weights.flatMap((w) => weights.map((other) => inner(w, other))));
  it("is one neuron's own cosine, and 0 when no neuron has a positive correlation", () => {
    expect(of([[3, 4]])).toBeCloseTo(0.6, 12);
    expect(of([[-3, 4], [-1, 0], [0, 2]])).toBe(0);
  });
  it("with orthogonal residuals of one norm is sqrt(S/(S + nu^2)), S the sum of squares of the positive correlations", () => {
    expect(of([[0.3, 2, 0, 0], [0.7, 0, 2, 0], [-0.5, 0, 0, 2]])).toBeCloseTo(Math.sqrt(0.58 / 4.58), 12);
  });
  it("is 1 when the cone contains the feature", () => {
    expect(of([[1, 5, 0], [1, -5, 1], [1, -5, -1]])).toBeCloseTo(1, 9);
  });
  it("is that of the best of all subsets on which least squares are positive", () => {
    const weight = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }).filter((w) => w.some((x) => x !== 0));
    fc.assert(fc.property(fc.array(weight, { minLength: 1, maxLength: 6 }), (weights) => {
      const best = subsets(weights).map((own) => {
        const lambda = eliminate(own.map((w) => [...own.map((other) => inner(w, other)), w[0]]));
        return lambda === undefined || lambda.some((x) => x < 0) ? 0 : Math.sqrt(own.reduce((sum, w, r) => sum + lambda[r] * w[0], 0));
      });
      expect(of(weights)).toBeCloseTo(Math.max(...best), 7);
    }), { numRuns: 300 });
  });
  it("is 1 where hardly any combination gives the feature", () => {
    expect(of([[8, 8, 5, 9], [-7, -6, -8, 0], [-3, 9, -9, 6], [1, -2, 4, -5]])).toBeCloseTo(1, 9);
  });
  it("does not mind weights that are multiples of each other, or of the feature", () => {
    expect(of([[3, 4], [3, 4], [6, 8]])).toBeCloseTo(0.6, 12);
    expect(of([[1, 0, 0], [2, 0, 0], [1, 1, 0]])).toBeCloseTo(1, 12);
  });
  it("of weights that are no numbers is none", () => {
    expect([largestConeCosine([NaN, 0.5], [1, 0, 0, 1]), largestConeCosine([0.5, 0.5], [1, NaN, NaN, 1]), largestConeCosine([0.5], [NaN])]).toEqual([NaN, NaN, NaN]);
  });
  it("says what is wrong with its input", () => {
    expect(() => largestConeCosine([1, 2], [1, 0, 0])).toThrow(ShapeError);
    expect(() => largestConeCosine([1, 2], [1, 0, 0])).toThrow("gram has 3 entries.");
    expect(() => largestConeCosine([1, 2], [1, 0, 0, 0])).toThrow(ParameterError);
    expect(() => largestConeCosine([1, 2], [1, 0, 0, 0])).toThrow("neuron 1 has squared norm 0.");
  });
});

describe("hypotheses on other ascents", () => {
  const base = makeSetting({ k: 3, d: 12, P: 30, N: 3 });
  const train = (threat: RunRecord["spec"]["threat"]) => simulate({ setting: base, mode: "adversarial", threat, steps: 4, logEvery: 2, cosineEvery: 0, evaluate: [] }, 2).record;
  const record = train({ name: "gradientAscent", loss: "crossEntropy" });
  const withSetting = (changes: Partial<Setting>): RunRecord => ({ ...record, spec: { ...record.spec, setting: { ...base, ...changes } } });
  const cosines = [0, 1, 2].map((i) => initialConeCosine(record, "robust", i));

  it("the cosine of a class with one neuron is that neuron's, with either feature, or 0", () => {
    const single = simulate({ setting: makeSetting({ ...base, m: 1 }), mode: "standard", threat: { name: "inject" }, steps: 1, logEvery: 1, cosineEvery: 0, evaluate: [] }, 2).record;
    for (const [feature, column] of [["robust", "U"], ["nonRobust", "V"]] as const) {
      for (const i of [0, 1, 2]) expect(initialConeCosine(single, feature, i)).toBeCloseTo(Math.max(0, neuronsAt(single, column, 0, i)[0] / Math.hypot(...single.initialWeights.subarray(12 * i, 12 * (i + 1)))), 9);
    }
  });
  it("the cosine is at least the leading neuron's own", () => {
    for (const [feature, column] of [["robust", "U"], ["nonRobust", "V"]] as const) {
      const first = neuronsAt(record, column, 0, 1);
      const leader = first.indexOf(Math.max(...first));
      const norm = Math.hypot(...record.initialWeights.subarray((10 + leader) * 12, (11 + leader) * 12));
      expect(initialConeCosine(record, feature, 1)).toBeGreaterThan(first[leader] / norm);
    }
  });
  it("silenced flips where the radius is alpha times the largest cosine", () => {
    const largest = Math.max(...cosines) * base.alpha;
    expect(silencedAtStart(withSetting({ eps: 1.001 * largest }))).toMatchObject({ holds: true, name: "silenced" });
    expect(silencedAtStart(withSetting({ eps: 0.999 * largest })).holds).toBe(false);
  });
  it("a class is heard when one of its neurons, attacked alone by the whole radius, learns by 80 % of the run", () => {
    const long = (steps: number, eps: number): RunRecord => ({ ...record, spec: { ...record.spec, steps, setting: { ...base, eps } } });
    // without an attack the slowest class takes as long as its fastest neuron needs
    const times = [0, 1, 2].map((i) => {
      const u = Math.max(...neuronsAt(record, "U", 0, i));
      return attackedNeuron({ ...base, e: 0 }, u, 1, 20_000).learned;
    });
    const slowest = Math.max(...times);
    expect(slowest).toBeLessThan(20_000);
    expect(heardInTime(long(Math.ceil(slowest / 0.8), 0))).toMatchObject({ holds: true, name: "horizon" });
    expect(heardInTime(long(Math.floor(slowest / 0.8) - 1, 0)).holds).toBe(false);
    // a radius above alpha silences every neuron for good, whatever e is
    expect(heardInTime(long(5000, base.alpha))).toMatchObject({ holds: false, margin: -1 });
  });
  it("attack on the bend flips where eps times the longest weight is half of rho", () => {
    const longest = Math.max(...Array.from({ length: 30 }, (_, n) => Math.hypot(...record.initialWeights.subarray(n * 12, (n + 1) * 12))));
    expect(attackOnBend(withSetting({ rho: 2.001 * base.eps * longest })).holds).toBe(true);
    expect(attackOnBend(withSetting({ rho: 1.999 * base.eps * longest }))).toMatchObject({ holds: false, name: "attack on the bend" });
  });
  it("the horizon asks when the predicted robust logit passes each class's own fold", () => {
    const predicted = coupledPrediction(record);
    const reaching = (t: number) => ({ ...predicted, robustPart: predicted.robustPart.map((_, at) => (at >= 3 * t ? 1.001 : 0.999) * foldOf(record, at % 3).robustLogit) });
    expect(foldReached(record, reaching(3))).toMatchObject({ holds: true, name: "horizon" });
    expect(foldReached(record, reaching(4)).holds).toBe(false);
    expect(foldReached(record, reaching(5))).toMatchObject({ holds: false, margin: -1 });
  });
  it("the coupled prediction follows the run's own ascent, and refuses one that it does not know", () => {
    expect(coupledPrediction(record).V).not.toEqual(coupledPrediction(train({ name: "gradientAscent", loss: "margin" })).V);
    const other = train({ name: "fgm", loss: "margin" });
    expect(() => coupledPrediction(other)).toThrow(ParameterError);
    expect(() => coupledPrediction(other)).toThrow("the run was trained against fgm.");
    expect(() => coupledPrediction({ ...other, spec: { ...other.spec, mode: "standard" } })).not.toThrow();
  });
});
