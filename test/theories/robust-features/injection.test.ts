/** P12: interval arithmetic that encloses, a branch and bound that neither proves too much nor gives up, and the inequality. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, div, Interval, mul, pow, proveAbove, sub } from "../../../src/theories/robust-features/branch-and-bound.ts";
import { energies, idealNetworkRun, injectionBeyondBend, injectionOnBend, injectionRadius, injectLogitRatio, makeSetting, proveInjection } from "../../../src/theories/robust-features/index.ts";

// Exact rationals: every double is an integer over a power of two.
interface Rational { over: bigint; under: bigint }
function exact(x: number): Rational {
  let under = 1n;
  for (; !Number.isInteger(x); x *= 2) under *= 2n;
  return { over: BigInt(x), under };
}
const atMost = (a: Rational, b: Rational) => a.over * b.under <= b.over * a.under;
const power = ({ over, under }: Rational, n: number): Rational => ({ over: over ** BigInt(n), under: under ** BigInt(n) });
const sum = (a: Rational, b: Rational): Rational => ({ over: a.over * b.under + b.over * a.under, under: a.under * b.under });
const product = (a: Rational, b: Rational): Rational => ({ over: a.over * b.over, under: a.under * b.under });
/** a/b of positive b. */
const quotient = (a: Rational, b: Rational): Rational => ({ over: a.over * b.under, under: a.under * b.over });
const encloses = ({ lo, hi }: Interval, x: Rational) => atMost(exact(lo), x) && atMost(x, exact(hi));
const point = (x: number) => new Interval(x, x);

const positive = fc.double({ min: 2 ** -20, max: 2 ** 20, noNaN: true });

describe("interval arithmetic, against exact rationals", () => {
  it("+ - * / contain the exact result", () => {
    fc.assert(fc.property(positive, positive, (x, y) => {
      const [a, b] = [exact(x), exact(y)];
      expect(encloses(add(point(x), point(y)), sum(a, b))).toBe(true);
      expect(encloses(sub(point(x), point(y)), sum(a, { over: -b.over, under: b.under }))).toBe(true);
      expect(encloses(mul(point(x), point(y)), product(a, b))).toBe(true);
      expect(encloses(div(point(x), point(y)), quotient(a, b))).toBe(true);
    }), { seed: 12, numRuns: 2000 });
  });
  it("a natural power of an interval without negative numbers contains the exact powers of both ends", () => {
    fc.assert(fc.property(fc.double({ min: 2 ** -6, max: 2 ** 6, noNaN: true }), fc.double({ min: 0, max: 8, noNaN: true }), fc.integer({ min: 1, max: 9 }), (low, width, n) => {
      const high = low + width;
      const range = pow(new Interval(low, high), n);
      expect(encloses(range, power(exact(low), n)) && encloses(range, power(exact(high), n))).toBe(true);
    }), { seed: 12, numRuns: 2000 });
  });
  it("an unrounded product would not: the test can fail", () => {
    const x = 1 / 3;
    expect(encloses(point(x * x), product(exact(x), exact(x)))).toBe(false);
  });
});

describe("proveAbove", () => {
  /** x^2 - x, least -1/4 at x = 1/2; written with x twice, so that enclosures are too wide until the box is cut. */
  const f = ([x]: readonly Interval[]) => sub(mul(x, x), x);
  it("proves a bound just below the minimum, cutting the box, and states a lower bound that holds", () => {
    const proof = proveAbove(f, [[0, 1]], -0.26);
    expect(proof.outcome).toBe("proven");
    expect(proof.boxes).toBeGreaterThan(10);
    expect(proof.least).toBeGreaterThan(-0.26);
    expect(proof.least).toBeLessThanOrEqual(-0.25);
  });
  it("refutes a bound above the minimum with a point that is below it", () => {
    const { outcome, counterexample } = proveAbove(f, [[0, 1]], -0.24);
    expect(outcome).toBe("refuted");
    const [x] = counterexample!.point;
    expect(x * x - x).toBeLessThan(-0.24);
    expect(counterexample!.atMost).toBeGreaterThanOrEqual(x * x - x);
  });
  it("does not decide the minimum itself, and says so", () => {
    expect(proveAbove(f, [[0, 1]], -0.25, 2000).outcome).toBe("undecided");
  });
  it("takes an infinite or empty axis for a mistake", () => {
    expect(() => proveAbove(f, [[0, Infinity]], 0)).toThrow(/axis 0 runs from 0 to Infinity/);
    expect(() => proveAbove(f, [[1, 0]], 0)).toThrow(/finite ends, the lower one first/);
  });
});

describe("P12's inequality", () => {
  const box = { radiusOverRobust: [0.1, 0.95] as [number, number], energyRatio: [0.05, 1] as [number, number], nonRobustOverRadius: [0.25, 1] as [number, number] };

  it("encloses the ratio of the setting that its four numbers describe, on the bend and beyond it", () => {
    fc.assert(fc.property(fc.integer({ min: 20, max: 800 }), fc.double({ min: 0.5, max: 3, noNaN: true }), fc.double({ min: 0.1, max: 0.45, noNaN: true }), fc.double({ min: 0.2, max: 0.49, noNaN: true }), fc.double({ min: 1, max: 40, noNaN: true }), fc.integer({ min: 3, max: 5 }), (P, alpha, beta, eps, x, q) => {
      const S = makeSetting({ P, alpha, beta, eps, q, sR: 2 });
      const { A, B } = energies(S);
      const t = eps / alpha;
      const range = t * x <= 1 ? injectionOnBend(q)([t, A / B, beta / eps, x].map(point)) : injectionBeyondBend(q)([t, A / B, beta / eps, 1 / (t * x)].map(point));
      // the four numbers are themselves rounded: their relative error of some 1e-16 enters up to the q-th power
      const ratio = injectLogitRatio(S, x);
      expect(range.lo).toBeLessThanOrEqual(ratio * (1 + 1e-13));
      expect(range.hi).toBeGreaterThanOrEqual(ratio * (1 - 1e-13));
    }), { seed: 12 });
  });
  it("is proven on the box up to A = B and eps = beta, for all x", () => {
    for (const q of [3, 4]) {
      const { onBend, beyondBend } = proveInjection(q, box);
      expect([onBend.outcome, beyondBend.outcome]).toEqual(["proven", "proven"]);
      expect(onBend.least).toBeGreaterThan(1);
    }
  });
  it.each([{ side: "A >= B", change: { energyRatio: [1, 4] } }, { side: "eps <= beta", change: { nonRobustOverRadius: [1, 2] } }])("is refuted for $side, by a point whose setting withstands the attack", ({ change }) => {
    const { onBend } = proveInjection(3, { ...box, ...change } as typeof box);
    expect(onBend.outcome).toBe("refuted");
    const [t, a, b, x] = onBend.counterexample!.point;
    // alpha = 1, eps = t, beta = b t; P - 1 = 1/(a (b t)^3) is an integer at both points
    const S = makeSetting({ alpha: 1, eps: t, beta: b * t, P: 1 + Math.round(1 / (a * (b * t) ** 3)) });
    expect(injectLogitRatio(S, x)).toBeLessThan(1);
  });
  it("the ratio is 1 at the injection radius, which lies below beta when A < B", () => {
    for (const x of [1, 1.5, 3, 8, 20, 60]) {
      for (const S of [makeSetting(), makeSetting({ P: 120 })]) {
        const radius = injectionRadius(S, x);
        expect(injectLogitRatio({ ...S, eps: radius }, x)).toBeCloseTo(1, 10);
        const { A, B } = energies(S);
        if (A < B) expect(radius).toBeLessThan(S.beta);
      }
    }
  });
  it("the idealised network is right below that radius and wrong above it", () => {
    const setting = { k: 3, m: 2, P: 60, d: 8, N: 6, beta: 0.6 };
    const radius = injectionRadius(makeSetting(setting), 3);
    const [{ clean, injected }] = idealNetworkRun({ setting, sizes: [{ x: 3, radii: [0.9 * radius, 1.1 * radius] }] }).run(4);
    expect(clean).toBe(1);
    expect(injected.map(({ accuracy }) => accuracy)).toEqual([1, 0]);
  });
});
