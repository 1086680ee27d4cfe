/** The matchers: what passes, what fails, with .not and without, and the words of every failure. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../src/testing/matchers/index.ts";
import { ulpsApart } from "../../src/testing/matchers/close-to-array.ts";
import { arrays } from "../../src/testing/index.ts";
import { apply, grad, type Primitive, type Value } from "../../src/autodiff/index.ts";
import { array, item, type NdArray, zeros } from "../../src/ndarray/index.ts";
import { add, exp, mul, norm, relu, sign, smoothedRelu, sqrt, sum } from "../../src/ops/index.ts";
import { stream } from "../../src/random/index.ts";
import { numbers } from "../support/arrays.ts";
import { laidOut } from "../../src/testing/views.ts";

const messageOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
};

describe("toBeCloseToArray", () => {
  it("accepts arrays, views, typed arrays, nested lists and numbers", () => {
    expect(array([[1, 2], [3, 4]])).toBeCloseToArray([[1, 2], [3, 4]]);
    expect(laidOut(array([1, 2, 3]), "gapped")).toBeCloseToArray(Float64Array.of(1, 2, 3));
    expect(2).toBeCloseToArray(array(2));
    expect(zeros([0, 2])).toBeCloseToArray(zeros([0, 2]));
    expect(array([1], undefined, "float32")).toBeCloseToArray([1]);
  });
  it("says the shape, the worst element's place, both values and how far they are apart", () => {
    expect(messageOf(() => expect(array([[1, 2], [3, 4]])).toBeCloseToArray([[1, 2.5], [3, 4.1]]))).toBe(
      "expected an array of shape [2, 2] close to the expected one (rtol 1e-9), but 2 of 4 elements are further away\n"
      + "  worst element  [0, 1]\n  received       2\n  expected       2.5\n  apart          0.5 (0.2 of the expected, 1.13e+15 ulps)");
    expect(messageOf(() => expect(array([1, 2])).toBeCloseToArray([[1, 2]]))).toBe("expected an array of shape [1, 2], received one of shape [2]");
  });
  it("allows atol + rtol |expected|, and no more", () => {
    expect([10.9, 0.4]).toBeCloseToArray([10, 0], { rtol: 0.05, atol: 0.41 });
    expect([10.92, 0.4]).not.toBeCloseToArray([10, 0], { rtol: 0.05, atol: 0.41 });
    expect([1 + 1e-8]).not.toBeCloseToArray([1]);
    expect([1 + 1e-10]).toBeCloseToArray([1]);
    expect([1 + 1e-10]).not.toBeCloseToArray([1], { rtol: 0 });
    expect(array([1 + 1e-6], undefined, "float32")).toBeCloseToArray([1]);
    expect(messageOf(() => expect([1]).toBeCloseToArray([1], { atol: -1 }))).toContain("are no distances");
  });
  it("counts ulps in the received array's dtype, over the sign as well", () => {
    expect([1 + 2 ** -52]).toBeCloseToArray([1], { ulps: 1 });
    expect([1 + 2 ** -51]).not.toBeCloseToArray([1], { ulps: 1 });
    expect([-0]).toBeCloseToArray([0], { ulps: 0 });
    expect(array([1 + 2 ** -23], undefined, "float32")).toBeCloseToArray([1], { ulps: 1 });
    expect(ulpsApart(-Number.MIN_VALUE, Number.MIN_VALUE, "float64")).toBe(2);
    expect(ulpsApart(Number.MAX_VALUE, Infinity, "float64")).toBe(1);
    expect(ulpsApart(NaN, 1, "float32")).toBe(Infinity);
    expect([Number.MAX_VALUE]).not.toBeCloseToArray([Infinity], { ulps: 1 });
  });
  it("takes NaN for NaN and an infinity for itself, and nothing else for either", () => {
    expect([NaN, -Infinity]).toBeCloseToArray([NaN, -Infinity]);
    for (const [one, other] of [[NaN, 1], [1, NaN], [Infinity, 1], [1, Infinity], [Infinity, -Infinity], [NaN, Infinity]]) expect([one]).not.toBeCloseToArray([other], { rtol: 1, atol: 1e9 });
  });
  it("says with .not that everything is close", () => {
    expect(messageOf(() => expect([1, 2]).not.toBeCloseToArray([1, 2], { ulps: 2 }))).toBe("expected an array of shape [2] that is not close to the expected one (2 ulps), but all 2 elements are");
  });
  it("refuses what is no array", () => {
    expect(messageOf(() => expect("abc").toBeCloseToArray([1]))).toContain("the received value is string");
    expect(messageOf(() => expect([1]).toBeCloseToArray(null as never))).toContain("the expected value is null");
  });
});

describe("toHaveGradientOf", () => {
  const f = (x: Value) => sum(mul(x, mul(x, x)));
  const x = array([1, -2, 0.5]);
  it("accepts a gradient made by hand or by grad, as an array or as a function", () => {
    expect(array([3, 12, 0.75])).toHaveGradientOf(f, x);
    expect(Float64Array.of(3, 12, 0.75)).toHaveGradientOf(f, x);
    expect(grad(f)).toHaveGradientOf(f, x);
    expect((at: NdArray) => mul(mul(at, at), 3)).toHaveGradientOf(f, x);
  });
  it("accepts a function that is not made of ops, and trees", () => {
    expect({ a: 2 * 3 * Math.cos(9), b: array([4]) }).toHaveGradientOf(({ a, b }: { a: number; b: NdArray }) => Math.sin(a * a) + 4 * b.data[0], { a: 3, b: array([1]) });
    expect(array([5])).toHaveGradientOf((at: NdArray) => array([5 * at.data[0]]), array([1]));
  });
  it("catches a gradient that is wrong by 0.1 %, by its sign, or zero, and names the element", () => {
    for (const wrong of [array([3, 12.012, 0.75]), array([3, -12, 0.75]), zeros([3])]) expect(wrong).not.toHaveGradientOf(f, x);
    const message = messageOf(() => expect(array([3, 12.012, 0.75])).toHaveGradientOf(f, x, { seed: 5 }));
    expect(message).toMatch(/^expected the gradient to be that of f\ncheckGrads: the reverse derivative of f along direction seed 5 is .* central differences give .*Worst element: args\[0\]\[1\], where the rule gives /);
  });
  it("says with .not along how many directions it agrees", () => {
    expect(messageOf(() => expect(array([3, 12, 0.75])).not.toHaveGradientOf(f, x, { directions: 2 }))).toMatch(/^expected the gradient not to be that of f, but along 2 random directions they agree: the largest error is \S+, where \S+ is rounding$/);
  });
  it("says which leaf has another shape", () => {
    expect(messageOf(() => expect(array([[1]])).toHaveGradientOf(f, x))).toBe("expected the gradient by x to have its shape [3], received shape [1, 1]");
    expect(messageOf(() => expect({ w: array([1]) }).toHaveGradientOf(() => 1, { w: array([1]), b: array([1]) }))).toBe("expected a gradient with the 2 leaves of x (x.w, x.b), received one with 1 (x.w)");
    expect(messageOf(() => expect({ w: array([1]), c: array([1]) }).toHaveGradientOf(() => 1, { w: array([1]), b: array([1]) }))).toBe("expected a gradient with the 2 leaves of x (x.w, x.b), received one with 2 (x.w, x.c)");
  });
  it("tells the leaves of records by their keys, in whatever order they stand", () => {
    const loss = (p: { w: Value; b: Value }) => sum(add(mul(p.w, p.w), mul(p.b, 3)));
    const at = { w: array([2]), b: array([5]) };
    expect({ b: array([3]), w: array([4]) }).toHaveGradientOf(loss, at);
    expect({ b: array([4]), w: array([3]) }).not.toHaveGradientOf(loss, at);
  });
  it("cannot be passed where differences cannot tell, with .not or without", () => {
    const jumps = (at: NdArray) => (at.data[0] > 0 ? NaN : at.data[0]);
    for (const expectation of [() => expect(array([1])).toHaveGradientOf(jumps, array([0])), () => expect(array([1])).not.toHaveGradientOf(jumps, array([0]))]) {
      expect(messageOf(expectation)).toMatch(/^differences cannot judge the gradient here\ncheckGrads: .*not finite around the arguments/);
    }
  });
  it("refuses a function of more than one number", () => {
    expect(messageOf(() => expect(x).toHaveGradientOf((at: Value) => at, x))).toContain("f returned an array of shape [3]");
    expect(messageOf(() => expect("x").toHaveGradientOf(f, x))).toContain("a string stands where an array or number must be");
  });
});

describe("toHaveCorrectGradients", () => {
  it("passes for rules that are right, to second order too", () => {
    expect((x: Value, w: Value) => sum(exp(mul(x, w)))).toHaveCorrectGradients([array([1, 0.5]), array([0.3, -1])], { order: 2 });
    expect((x: Value) => norm(x)).toHaveCorrectGradients([array([3, 4])]);
  });
  it("fails for a rule that is wrong", () => {
    const square: Primitive<unknown> = { name: "square", maths: "", source: "", shape: ([own]) => [...own], forward: ([x]) => mul(x, x) as NdArray, vjp: [(ct, { args: [x] }) => mul(ct, x)], jvp: [(t, { args: [x] }) => mul(t, mul(x, 2))], domain: [{ low: -1, high: 1 }], cases: [] };
    const f = (x: Value) => apply(square, [x], {});
    expect(f).toHaveCorrectGradients([array([1, 2])], { modes: ["forward"] });
    expect(f).not.toHaveCorrectGradients([array([1, 2])]);
    expect(messageOf(() => expect(f).toHaveCorrectGradients([array([1, 2])]))).toMatch(/^expected the derivatives of f to be those that differences see\ncheckGrads: the reverse derivative of f/);
  });
  it("cannot decide on a kink, with .not or without", () => {
    for (const expectation of [() => expect(relu).toHaveCorrectGradients([array([0, 1])]), () => expect(relu).not.toHaveCorrectGradients([array([0, 1])])]) {
      expect(messageOf(expectation)).toMatch(/^differences cannot judge the derivatives of f here\ncheckGrads: .*relu/);
    }
  });
  it("lets other errors through, and refuses what is no function", () => {
    expect(messageOf(() => expect(() => { throw new TypeError("mine"); }).not.toHaveCorrectGradients([array([1])]))).toBe("mine");
    expect(messageOf(() => expect(3).toHaveCorrectGradients([]))).toContain("expect() was given a number");
    expect(messageOf(() => expect((x: Value) => sqrt(x)).not.toHaveCorrectGradients([array([0])]))).toMatch(/^differences cannot judge/);
  });
});

describe("toGrowLike", () => {
  const ladder = [64, 128, 256, 512, 1024];
  const noisy = (exponent: number, scatter: number, seed = 1) => {
    const random = stream(seed, "noise");
    return ladder.map((n) => 3 * n ** exponent * Math.exp(scatter * random.normal()));
  };
  it("recognises exact and noisy powers, given as values or as a function, and repeated measurements", () => {
    for (const exponent of [-1, -0.5, 0, 1 / 3, 0.5, 1, 2]) {
      expect((n: number) => 7 * n ** exponent).toGrowLike(exponent, ladder);
      expect(noisy(exponent, 0.05)).toGrowLike(exponent, ladder);
      expect(noisy(exponent, 0.05)).not.toGrowLike(exponent + 0.5, ladder);
    }
    expect((n: number) => [n, 1.1 * n, 0.9 * n]).toGrowLike(1, ladder);
  });
  it("compares with a function of the size", () => {
    const nLogN = (n: number) => n * Math.log(n);
    expect((n: number) => 5 * nLogN(n)).toGrowLike(nLogN, ladder);
    expect((n: number) => 5 * n).not.toGrowLike(nLogN, ladder);
    expect(messageOf(() => expect((n: number) => 5 * n * n).toGrowLike((n) => n, ladder))).toMatch(/^expected the values to grow like the predicted function, but what is left over is a power of the size with exponent 1, 95 % interval \[1, 1\]/);
  });
  it("says the exponent, its interval and the residuals", () => {
    expect(messageOf(() => expect([1, 2, 4.1, 8, 16]).toGrowLike(0.5, ladder))).toMatch(/^expected the values to grow like size\^0\.5, but the exponent is 1, 95 % interval \[0\.98\d*, 1\.01\d*\]\n {2}residuals \(log value - log fit\): 64: -0\.0049\d*, 128: -0\.0049\d*, 256: 0\.019\d*, 512: -0\.0049\d*, 1024: -0\.0049\d*$/);
    expect(messageOf(() => expect((n: number) => n).not.toGrowLike(1, ladder))).toMatch(/^expected the values not to grow like size\^1, but the exponent is 1/);
  });
  it("says nothing about growth when the interval is wide: fails with .not and without", () => {
    const wild = noisy(1, 2);
    for (const expectation of [() => expect(wild).toGrowLike(1, ladder), () => expect(wild).not.toGrowLike(7, ladder)]) expect(messageOf(expectation)).toMatch(/^the ladder cannot tell how the values grow: .* wider than 0\.25 on either side/);
    expect(wild).toGrowLike(1, ladder, { halfWidth: 5 });
  });
  it("sees a lower-order term, unless told to tolerate it", () => {
    const corrected = (n: number) => n * (1 + 4 / n);
    expect(corrected).not.toGrowLike(1, ladder);
    expect(corrected).toGrowLike(1, ladder, { tolerance: 0.05 });
  });
  it("refuses ladders that say nothing", () => {
    expect(messageOf(() => expect([1, 2]).toGrowLike(1, [1, 2]))).toContain("a ladder of 2 sizes says nothing about growth");
    expect(messageOf(() => expect([1, 2, Infinity]).toGrowLike(1, [1, 2, 3]))).toContain("size 3 has the value Infinity");
    expect(messageOf(() => expect([1, 2, 3]).toGrowLike(1, [1, 2]))).toContain("2 sizes came with 3 values");
    expect(messageOf(() => expect(5).toGrowLike(1, ladder))).toContain("expect() was given a number");
  });
});

describe("toBeOrdered", () => {
  const arrivals = { nonRobust: [3, 4], robust: [10, 12], never: [Infinity, Infinity] };
  it("compares named arrival times class by class, Infinity being never", () => {
    expect(arrivals).toBeOrdered(["nonRobust", "robust", "never"]);
    expect(arrivals).not.toBeOrdered(["robust", "nonRobust"]);
    expect({ a: Infinity, b: Infinity }).not.toBeOrdered(["a", "b"]);
    expect({ a: 1, b: 1 }).not.toBeOrdered(["a", "b"]);
    expect({ a: Float64Array.of(1, 2), b: [2, 3] }).toBeOrdered(["a", "b"]);
  });
  it("compares the numbers of a list", () => {
    expect([1, 2, 3]).toBeOrdered();
    expect([1, 3, 2]).not.toBeOrdered();
    expect([1, 3, 9]).toBeOrdered({ factor: 2 });
    expect([1, 3, 5]).not.toBeOrdered({ factor: 2 });
  });
  it("asks for a margin or a factor", () => {
    expect(arrivals).toBeOrdered(["nonRobust", "robust"], { margin: 6 });
    expect(arrivals).not.toBeOrdered(["nonRobust", "robust"], { margin: 7 });
    expect(arrivals).not.toBeOrdered(["nonRobust", "robust"], { factor: 3 });
    expect(messageOf(() => expect(arrivals).toBeOrdered(["nonRobust", "robust"], { margin: 7 }))).toBe("expected nonRobust before robust, each by more than 7, but 1 of 2 pairs is not; worst: nonRobust (3) and robust (10) at [0] in order by only 7");
  });
  it("says which pair is out of order, and by how much", () => {
    expect(messageOf(() => expect(arrivals).toBeOrdered(["robust", "nonRobust"]))).toBe("expected robust before nonRobust, but 2 of 2 pairs are not; worst: robust (12) and nonRobust (4) at [1] out of order by 8");
    expect(messageOf(() => expect({ a: 2, b: 2 }).toBeOrdered(["a", "b"]))).toBe("expected a before b, but 1 of 1 pairs is not; worst: a (2) and b (2) come together");
    expect(messageOf(() => expect([1, 3, 2]).toBeOrdered())).toBe("expected [0] before [1] before [2], but 1 of 2 pairs is not; worst: [1] (3) and [2] (2) out of order by 1");
    expect(messageOf(() => expect(arrivals).not.toBeOrdered(["nonRobust", "robust"]))).toBe("expected not nonRobust before robust, but all 2 pairs are in this order");
  });
  it("refuses NaN, missing names, unequal lengths and nothing at all, with .not too", () => {
    expect(messageOf(() => expect({ a: NaN, b: 1 }).not.toBeOrdered(["a", "b"]))).toContain("a has a time that is no number");
    expect(messageOf(() => expect(arrivals).not.toBeOrdered(["nonRobust", "robustt"]))).toContain('nothing is named "robustt"');
    expect(messageOf(() => expect({ a: [1], b: [1, 2] }).not.toBeOrdered(["a", "b"]))).toContain("b has 2 times, a has 1");
    for (const nothing of [{ a: [], b: [] }, { a: 1 }]) expect(messageOf(() => expect(nothing).not.toBeOrdered(Object.keys(nothing)))).toContain("there is nothing to compare");
    expect(messageOf(() => expect([1, 2]).toBeOrdered(["a"]))).toContain("was not understood");
  });
});

describe("toExercise", () => {
  const bend = (x: Value) => smoothedRelu(x, { q: 3, rho: 0.1 });
  it("passes where every piece is reached and fails where one is not, in the words of the vacuity check", () => {
    expect(arrays({ kinks: [0, 0.1] })).toExercise(bend, { samples: 100, seed: 2, atLeast: 0.1 });
    expect(arrays({ low: 1, high: 2 })).not.toExercise(bend);
    expect(messageOf(() => expect(arrays({ low: 1, high: 2 })).toExercise(bend))).toMatch(/^expected the arbitrary to exercise every piece of f: 2 of 3 pieces are not exercised by 200 samples \(seed 1\)\.\n {4}smoothedRelu: x < 0 was reached by no sample; x was in \[1, 2\]/);
    expect(messageOf(() => expect(arrays({ kinks: [0, 0.1] })).not.toExercise(bend))).toMatch(/^expected the arbitrary to miss a piece of f, but it reaches them all\n200 samples, seed 1\n {2}smoothedRelu:/);
    expect(messageOf(() => expect(5).toExercise(bend))).toContain("expect() was given a number");
  });
});

describe("inside fc.assert", () => {
  const f = (x: Value) => sum(relu(x));
  const point = arrays({ shape: [1], kinks: [0] });
  const slope = (factor: number) => (x: Value) => mul(sign(relu(x)), factor);
  it("a point where differences cannot tell fails, or is skipped", () => {
    expect(messageOf(() => fc.assert(fc.property(point, (x) => { expect(slope(1)).toHaveGradientOf(f, x); }), { seed: 1 }))).toMatch(/Counterexample: \[array\(\[0\]\)\]/);
    const skipping = (factor: number) => fc.check(fc.property(point, (x) => { expect(slope(factor)).toHaveGradientOf(f, x, { undecided: "skip" }); }), { seed: 1 });
    const right = skipping(1);
    expect([right.failed, right.numRuns]).toEqual([false, 100]);
    expect(right.numSkips).toBeGreaterThan(0);
    // a wrong one does not shrink to the kink, but to the simplest point where it is seen to be wrong
    expect(numbers(skipping(1.1).counterexample![0])).toEqual([1]);
  });
  it("a matcher's failure is reported with seed and path, and shrinks", () => {
    const wrong = fc.property(arrays({ shape: [2] }), (x) => { expect(x).toBeCloseToArray(add(mul(x, 2), item(array(0))), { atol: 1 }); });
    expect(messageOf(() => fc.assert(wrong, { seed: 3 }))).toMatch(/seed: 3, path: "[\d:]+"[^]*Counterexample: \[array\(/);
  });
});

describe("an option that nobody knows", () => {
  it("is refused by every matcher, and not taken for the default", () => {
    const one = array([1]);
    expect(() => expect(one).toBeCloseToArray(one, { tolerance: 1 } as never)).toThrow('toBeCloseToArray: there is no option "tolerance".\n  Expected one of rtol, atol, ulps.');
    expect(() => expect([1, 2, 4]).toGrowLike(1, [1, 2, 4], { halfwidth: 1 } as never)).toThrow('toGrowLike: there is no option "halfwidth".');
    expect(() => expect([1, 2]).toBeOrdered({ margins: 1 } as never)).toThrow('toBeOrdered: there is no option "margins".');
    expect(() => expect({ a: 1, b: 2 }).toBeOrdered(["a", "b"], { by: 1 } as never)).toThrow('toBeOrdered: there is no option "by".');
    expect(() => expect(fc.constant(one)).toExercise((x: Value) => x, { runs: 1 } as never)).toThrow('toExercise: there is no option "runs".');
    expect(() => expect(mul).toHaveCorrectGradients([one, one], { orders: 2 } as never)).toThrow('checkGrads: there is no option "orders".');
    expect(() => expect(one).toHaveGradientOf((x: Value) => sum(x), one, { order: "two", steps: 2 } as never)).toThrow('checkGrads: there is no option "steps".');
  });
});
