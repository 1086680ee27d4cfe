/**
 * The laws of every registered primitive, for every case it declares, on every backend. Registering an op is enough to
 * have it tested here. Replay a failure with the seed and path that fast-check prints.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { apply, evaluate, jvp, type Value, vjp } from "../../src/autodiff/index.ts";
import { checkGrads } from "../../src/check-grads/index.ts";
import { copy, dtypeOf, full, type NdArray, sizeOf } from "../../src/ndarray/index.ts";
import { availableBackends } from "../../src/kernels/index.ts";
import { add, mul, sum } from "../../src/ops/index.ts";
import { anyArguments, arrayOf, eighths, kinksOf, smoothArguments, type Use, uses } from "../arbitraries/primitive-arguments.ts";
import { expectSame, numbers, onBackend, onEachBackend, reversedView, samples, slicedView, stretchedView, transposedView } from "../support/arrays.ts";

const eps = 2 ** -52;
/** fast-check's limit ends below the runner's, so a failing seed is always printed. */
const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns: samples(numRuns), interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false });
const laws = new Set<string>();
function law(at: Use, name: string, body: () => void): void {
  laws.add(name);
  it(`${at.label}: ${name}`, body);
}

/** The primitive as a function of its arguments. */
const applied = ({ primitive, use }: Use) => (...args: Value[]) => apply(primitive, args, use.params);
/** Whether an argument only has certain values (0 and 1, say): arranged so, and without a tangent. Differences must not move it. */
const isDiscrete = ({ primitive, use }: Use, position: number) => use.arrange?.[position] !== undefined && "absent" in primitive.vjp[primitive.variadic ? 0 : position];
/** The primitive as a function of the other arguments. */
const holding = (at: Use, args: readonly NdArray[]) => (...moving: Value[]) => applied(at)(...args.map((x, position) => (isDiscrete(at, position) ? x : moving.shift()!)));
const outShape = ({ primitive, use }: Use) => primitive.shape(use.shapes, use.params);
const isLeaf = (x: unknown) => x as NdArray;
const products = (x: NdArray, y: NdArray) => {
  const other = numbers(y);
  return numbers(x).map((value, i) => value * other[i]);
};
const total = (values: readonly number[]) => values.reduce((so, value) => so + value, 0);
const inner = (x: NdArray, y: NdArray) => total(products(x, y));
const innerSize = (x: NdArray, y: NdArray) => total(products(x, y).map(Math.abs));
const twiceAnd = (x: NdArray, y: NdArray) => {
  const other = numbers(y);
  return numbers(x).map((value, i) => 2 * value + other[i]);
};
/** Fails unless every element is within `bound` of its value. */
function expectNear(x: NdArray, values: readonly number[], bound: number): void {
  numbers(x).forEach((one, i) => { if (!(Math.abs(one - values[i]) <= bound)) expect.fail(`element ${i}: ${one} instead of ${values[i]}, allowed ${bound}`); });
}
const largest = (x: NdArray) => Math.max(0, ...numbers(x).map(Math.abs));
const pulled = (at: Use, args: readonly NdArray[], ct: NdArray) => (vjp(applied(at), ...args).pull(ct)).map(isLeaf);
const pushed = (at: Use, args: readonly NdArray[], tangents: readonly NdArray[]) => jvp(applied(at) as never, args, tangents).tangent as NdArray;
/** Products and sums that make up one element of anything computed here, at most. */
const terms = (at: Use) => at.use.shapes.reduce((total, shape) => total + sizeOf(shape), 8) + sizeOf(outShape(at));

describe.each(uses.map((at) => [at.label, at] as const))("%s", (_label, at) => {
  const { primitive, use } = at;
  const shape = outShape(at);
  const direction = (args: readonly NdArray[]) => fc.tuple(...args.map((x) => eighths(x.shape, dtypeOf(x))));
  const sample = fc.tuple(smoothArguments(at), eighths(shape, "float64"), eighths(shape, "float64"))
    .chain(([args, ct, other]) => fc.tuple(direction(args), direction(args)).map(([t, u]) => ({ args, ct, other, t, u })));

  law(at, "the shape rule predicts the forward shape", () => onEachBackend(() => fc.assert(fc.property(anyArguments(at), (args) => {
    expect([...evaluate(primitive, args, use.params).shape]).toEqual(shape);
  }), runs(10))));

  law(at, "reference and wasm agree bit for bit, in value and vjp, and inputs are not changed", () => {
    for (const dtype of ["float64", "float32"] as const) {
      fc.assert(fc.property(anyArguments(at, dtype).chain((args) => fc.tuple(fc.constant(args), eighths(shape, dtypeOf(evaluate(primitive, args, use.params))))), ([args, ct]) => {
        const before = args.map(copy);
        const results = availableBackends.map((backend) => onBackend(backend, () => [copy(evaluate(primitive, args, use.params)), ...pulled(at, args, ct)]));
        results[0].forEach((x, i) => results.forEach((other) => expectSame(other[i], x, i === 0 ? "value" : `cotangent ${i - 1}`)));
        args.forEach((x, i) => expectSame(x, before[i], `argument ${i}`));
      }), runs(20));
    }
  });

  law(at, "jvp and vjp are linear, and each has its operand's shape", () => onEachBackend(() => fc.assert(fc.property(sample, ({ args, ct, other, t, u }) => {
    // 2 x and sums of eighths are exact, so only the rules' own rounding is left: a few eps of their terms
    const [p, q] = [pulled(at, args, ct), pulled(at, args, other)];
    const both = pulled(at, args, add(mul(ct, 2), other) as NdArray);
    const hidden = sensitivity(at, args);
    both.forEach((x, i) => {
      expect([...x.shape]).toEqual([...args[i].shape]);
      expectNear(x, twiceAnd(p[i], q[i]), 4 * terms(at) * eps * (2 * largest(p[i]) + largest(q[i]) + hidden));
    });
    const [a, b] = [pushed(at, args, t), pushed(at, args, u)];
    const sumOfBoth = pushed(at, args, t.map((x, i) => add(mul(x, 2), u[i]) as NdArray));
    expect([...sumOfBoth.shape]).toEqual(shape);
    expectNear(sumOfBoth, twiceAnd(a, b), 4 * terms(at) * eps * (2 * largest(a) + largest(b) + hidden));
  }), runs(5))));

  law(at, "<ct, jvp(t)> = <vjp(ct), t> to rounding", () => onEachBackend(() => fc.assert(fc.property(sample, ({ args, ct, t }) => {
    const forward = pushed(at, args, t);
    const back = pulled(at, args, ct);
    const size = innerSize(ct, forward) + back.reduce((total, x, i) => total + innerSize(x, t[i]), 0);
    const bound = 4 * terms(at) * eps * (size + sensitivity(at, args));
    expect(Math.abs(inner(ct, forward) - back.reduce((total, x, i) => total + inner(x, t[i]), 0))).toBeLessThanOrEqual(bound);
  }), runs(8))));

  if (primitive.name === "stopGradient") {
    law(at, "the derivative is zero by convention, whatever the value does", () => fc.assert(fc.property(sample, ({ args, ct, t }) => {
      expect(numbers(pulled(at, args, ct)[0]).every((x) => x === 0)).toBe(true);
      expect(numbers(pushed(at, args, t)).every((x) => x === 0)).toBe(true);
    }), runs(5)));
  } else law(at, "central differences converge with order 2, for the first and the second derivative", () => onEachBackend((backend) => fc.assert(fc.property(smoothArguments(at), fc.nat(10_000), (args, seed) => {
    // the two backends agree bit for bit, so one of them is enough for the costly second order
    const second = backend === availableBackends[0] && args.every((x) => sizeOf(x.shape) <= 30);
    const moving = args.filter((_, position) => !isDiscrete(at, position));
    checkGrads(holding(at, args) as never, moving, { seed, directions: 1, order: second ? 2 : 1 });
  }), runs(2))));

  law(at, "views (transposed, reversed, sliced, stretched) give what contiguous copies give", () => onEachBackend(() => fc.assert(fc.property(sample, ({ args, ct }) => {
    for (const seen of [transposedView, reversedView, slicedView, stretchedView]) {
      if (seen === stretchedView && use.arrange !== undefined) continue; // equal elements need not be admissible
      const views = args.map(seen);
      const copies = views.map(copy);
      expectSame(evaluate(primitive, views, use.params), evaluate(primitive, copies, use.params), seen.name);
      pulled(at, views, seen(ct)).forEach((x, i) => expectSame(x, pulled(at, copies, copy(seen(ct)))[i], `${seen.name}, cotangent ${i}`));
    }
  }), runs(4))));

  law(at, "float32 stays near float64, in value and vjp", () => fc.assert(fc.property(sample, ({ args, ct }) => {
    const single = args.map((x) => float(x));
    const double = single.map((x) => doubled(x)); // the same numbers exactly: only the arithmetic differs
    const value = evaluate(primitive, single, use.params);
    const exact = evaluate(primitive, double, use.params);
    // every operation rounds to 2^-24 of its result; results are at most the sizes named, and there are at most `terms` of them
    const unit = 2 ** -24 * terms(at);
    const hidden = sensitivity(at, double);
    expectNear(value, numbers(exact), unit * (hidden + largest(exact)));
    const cotangents = pulled(at, single, dtypeOf(value) === "float32" ? float(ct) : ct);
    const wanted = pulled(at, double, ct);
    cotangents.forEach((x, i) => {
      expect(dtypeOf(x)).toBe("float32");
      expectNear(x, numbers(wanted[i]), unit * (largest(ct) * hidden + largest(wanted[i])));
    });
  }), runs(8)));

  const kinks = kinksOf(at);
  if (kinks.length > 0 && sizeOf(use.shapes[0]) > 0 && sizeOf(shape) > 0) {
    law(at, "at each declared kink the value is continuous or jumps, and the slope is the documented one", () => onEachBackend(() => {
      for (const kink of kinks) {
        const at0 = use.shapes.map((own, position) => full(own, position === 0 ? kink.at : 1));
        if (kink.slope !== undefined) {
          const slopes = numbers(pulled(at, at0, full(shape, 1))[0]);
          for (const slope of slopes) expect(slope + 0).toBe(kink.slope);
          const along = pushed(at, at0, at0.map((x, position) => full(x.shape, position === 0 ? 1 : 0)));
          const perOutput = sizeOf(use.shapes[0]) / sizeOf(shape);
          for (const tangent of numbers(along)) expect(tangent + 0).toBe(kink.slope * perOutput);
        }
        // from the kink to either side: a choice may differ in the one point alone
        const jump = (delta: number) => Math.max(...[delta, -delta].map((step) => largest(difference(at, kink.at + step, kink.at))));
        if (kink.order > 0) expect(jump(1e-9)).toBeLessThan(1e-6);
        else expect(jump(1e-9)).toBeGreaterThan(1e-3);
      }
    }));
  }
});

/** Largest change of any output or derivative for arguments like these: bounds cancelling terms that the result does not show. */
function sensitivity(at: Use, args: readonly NdArray[]): number {
  const value = evaluate(at.primitive, args, at.use.params);
  return (1 + largest(value)) * args.reduce((product, x) => product * (1 + largest(x)), 1) * (1 + steepness(at, args));
}
/**
 * The largest element of the Jacobian, measured from the rule itself: pulling back signs gives each column's sum with
 * those signs, which for signs at random is at least the column's largest element every other time. Four draws of fixed
 * signs miss it in every column at once hardly ever, and then the bounds are only sharper. A rule that is wrong by a
 * factor moves the bounds by that factor, which leaves it as wrong as before beside them.
 */
function steepness(at: Use, args: readonly NdArray[]): number {
  const value = evaluate(at.primitive, args, at.use.params);
  return Math.max(0, ...signPatterns.flatMap((pattern) => {
    const ct = arrayOf(numbers(value).map((_, i) => ((pattern >> i % 31) & 1 ? 1 : -1)), [...value.shape], dtypeOf(value));
    return pulled(at, args, ct).map((x) => {
      for (const slope of numbers(x)) if (!Number.isFinite(slope)) expect.fail(`a slope of ${at.label} is ${slope} where it is smooth`); // a bound of Infinity would hold for anything
      return largest(x);
    });
  }));
}
/** The first bits of pi, e, sqrt 2 and the golden ratio. */
const signPatterns = [0x3243f6a8, 0x2b7e1516, 0x16a09e66, 0x19e3779b];
function difference(at: Use, high: number, low: number): NdArray {
  // further arguments differ, so that a choice between them shows
  const value = (x: number) => evaluate(at.primitive, at.use.shapes.map((shape, position) => full(shape, position === 0 ? x : position)), at.use.params);
  return add(value(high), mul(value(low), -1)) as NdArray;
}
function float(x: NdArray): NdArray {
  return apply(astype, [x], { dtype: "float32" }) as NdArray;
}
function doubled(x: NdArray): NdArray {
  return apply(astype, [x], { dtype: "float64" }) as NdArray;
}
const astype = uses.find(({ primitive }) => primitive.name === "astype")!.primitive;

describe("kinks along a line", () => {
  /** d^n/dz^n of the primitive at one number, by forward mode nested n times. */
  const derivative = (at: Use, n: number): ((z: Value) => Value) => {
    if (n === 0) return (z) => sum(apply(at.primitive, [z, ...at.use.shapes.slice(1).map((shape) => full(shape, 1))], at.use.params));
    return (z) => jvp(derivative(at, n - 1) as never, [z], [full([...z.shape], 1)]).tangent;
  };
  const single = uses.filter((at) => kinksOf(at).length > 0 && at.use.shapes.length === 1 && sizeOf(at.use.shapes[0]) === 1);
  const own: Use[] = [...single, ...uses.filter((at) => at.primitive.name.startsWith("smoothedReluSum")).map((at) => ({ ...at, use: { ...at.use, shapes: [[1, 1, 1, 1], ...at.use.shapes.slice(1).map(() => [1, 1])] } }))];
  it.each(own.map((at) => [at.label, at] as const))("%s: the declared order is the first derivative that jumps", (_label, at) => {
    for (const kink of kinksOf(at)) {
      const jump = (n: number) => {
        const delta = 1e-7;
        const value = (z: number) => numbers(derivative(at, n)(full(at.use.shapes[0], z)))[0];
        return Math.abs(value(kink.at + delta) - value(kink.at - delta));
      };
      // below the order the change over 2e-7 is at most 2e-7 times a slope of at most 24/rho^3 < 200
      for (let n = 0; n < kink.order; n++) expect(jump(n)).toBeLessThan(1e-4);
      expect(jump(kink.order)).toBeGreaterThan(0.1);
    }
  });
});

afterAll(() => {
  const primitives = new Set(uses.map(({ primitive }) => primitive.name));
  console.log(`laws: ${primitives.size} primitives, ${uses.length} cases, ${laws.size} laws, backends ${availableBackends.join(" and ")}`);
});

it("every primitive declares at least one case, and one with an axis of length 0 or 1", () => {
  for (const name of new Set(uses.map(({ primitive }) => primitive.name))) {
    const own = uses.filter(({ primitive }) => primitive.name === name);
    expect(own.some((at) => [...at.use.shapes, outShape(at)].some((shape) => shape.length === 0 || shape.some((length) => length < 2))), name).toBe(true);
    expect(own.every(({ primitive, use }) => primitive.variadic || use.shapes.length === primitive.vjp.length), name).toBe(true);
  }
});
