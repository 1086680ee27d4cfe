import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, apply, array, exp, grad, hessian, hvp, index, jacobian, jvp, matmul, mul, type NdArray, notDerivedYet, type Primitive, scalar, sum, transpose, type Tree, type Value, vjp } from "lemmagrad";
import { numbers as signed, onEachBackend } from "../support/arrays.ts";

/** The elements, -0 as 0: the sign of a zero cotangent is nobody's business here. */
const numbers = (x: unknown) => signed(x).map((value) => value + 0);

const A = array([[1, 2, 0], [-1, 3, 1], [2, 0, 1], [0.5, -1, 2]]);
const cubes = (x: Value) => matmul(A, mul(x, mul(x, x)));
const column = (...values: number[]) => array(values.map((x) => [x]));
const small = fc.array(fc.integer({ min: -8, max: 8 }).map((x) => x / 4 + 0), { minLength: 3, maxLength: 3 }).map((x) => column(...x));
type Tall = (...args: unknown[]) => unknown;

describe("jacobian", () => {
  it.each(["reverse", "forward", undefined] as const)("in mode %s is A diag(3 x^2), shaped [...out, ...in]", (mode) => onEachBackend(() => fc.assert(fc.property(small, (x) => {
    const J = jacobian(cubes, mode === undefined ? {} : { mode })(x) as NdArray;
    expect(J.shape).toEqual([4, 1, 3, 1]);
    // small dyadic numbers: every product and sum is exact
    expect(numbers(J)).toEqual([0, 1, 2, 3].flatMap((i) => [0, 1, 2].map((j) => numbers(A)[3 * i + j] * 3 * numbers(x)[j] ** 2 + 0)));
  }), { numRuns: 20 })));
  it("of trees is a tree of the result's form with trees of the argument's form as leaves", () => {
    const f = ({ w, b }: { w: Value; b: Value }) => ({ y: add(mul(w, w), b), more: [sum(mul(w, 3))] });
    for (const mode of ["reverse", "forward"] as const) {
      const J = jacobian(f, { mode })({ w: array([1, 2]), b: scalar(5) }) as { y: { w: NdArray; b: NdArray }; more: { w: NdArray; b: NdArray }[] };
      expect(J.y.w.shape).toEqual([2, 2]);
      expect(numbers(J.y.w)).toEqual([2, 0, 0, 4]);
      expect(numbers(J.y.b)).toEqual([1, 1]);
      expect(J.more[0].w.shape).toEqual([2]);
      expect(numbers(J.more[0].w)).toEqual([3, 3]);
      expect(numbers(J.more[0].b)).toEqual([0]);
    }
  });
  it("by another argument, and of a function that ignores it", () => {
    expect(numbers(jacobian(((x: Value, y: Value) => mul(x, y)) as Tall, { argument: 1 })(array([2, 3]), array([4, 5])) as NdArray)).toEqual([2, 0, 0, 3]);
    expect(numbers(jacobian((_x: Value) => array([1, 2]))(array([1])) as NdArray)).toEqual([0, 0]);
  });
  it("nests in every order of modes", () => {
    for (const outer of ["reverse", "forward"] as const) {
      for (const inner of ["reverse", "forward"] as const) {
        const second = jacobian(((x: Value) => jacobian(cubes, { mode: inner })(x)) as Tall, { mode: outer })(column(1, 2, -1)) as NdArray;
        expect(second.shape).toEqual([4, 1, 3, 1, 3, 1]);
        // d2/dx_j dx_l of sum_j A_ij x_j^3
        expect(numbers(index(second, 1, 0))).toEqual([-1 * 6, 0, 0, 0, 3 * 12, 0, 0, 0, 1 * -6]);
      }
    }
    const slope = grad(((x: Value) => sum(jacobian(cubes)(x) as NdArray)) as Tall)(column(1, 2, -1)) as NdArray;
    expect(numbers(slope)).toEqual([6 * 2.5, 12 * 4, -6 * 4]);
  });
  it("chooses by itself the mode with fewer passes", () => {
    const oneWay = (missing: "vjp" | "jvp"): Primitive => ({
      name: "oneWay", maths: "2 a", source: "this test", shape: ([x]) => [...x], forward: ([x]) => mul(x, 2) as NdArray, domain: [{ low: -1, high: 1 }], cases: [], batch: "aligned",
      vjp: [missing === "vjp" ? notDerivedYet("this test") : (ct) => mul(ct, 2)], jvp: [missing === "jvp" ? notDerivedYet("this test") : (t) => mul(t, 2)],
    });
    const wide = (missing: "vjp" | "jvp") => (x: Value) => sum(apply(oneWay(missing), [x], {}));
    const tall = (missing: "vjp" | "jvp") => (x: Value) => apply(oneWay(missing), [mul(x, array([1, 2, 3]))], {});
    expect(numbers(jacobian(wide("jvp"))(array([1, 2, 3])))).toEqual([2, 2, 2]);
    expect(() => jacobian(wide("vjp"))(array([1, 2, 3]))).toThrow("oneWay: vjp has no rule yet for argument 0: this test.");
    expect(numbers(jacobian(tall("vjp"))(scalar(1)))).toEqual([2, 4, 6]);
    expect(() => jacobian(tall("jvp"))(scalar(1))).toThrow("oneWay: jvp has no rule yet for argument 0: this test.");
  });
  it("errors", () => {
    expect(() => jacobian(cubes, { mode: "backward" as never })).toThrow(`jacobian: there is no mode "backward".\n  Expected "reverse" or "forward".`);
    for (const argument of [-1, 0.5]) {
      expect(() => jacobian(cubes, { argument })(column(1, 2, 3))).toThrow(`jacobian: there is no argument ${argument}.`);
      expect(() => grad(cubes as Tall, { argument })(column(1, 2, 3))).toThrow(`there is no argument ${argument}.`);
    }
    expect(() => jacobian(cubes, { argument: 1 })(column(1, 2, 3))).toThrow("jacobian: there is no argument 1.\n  Expected an integer from 0 to 0.");
  });
});

describe("hessian and hvp", () => {
  const f = (x: Value) => sum(mul(exp(mul(0.5, x)), matmul(array([[0, 1, 2], [1, 0, -1], [2, -1, 0]]), mul(x, x))));
  it("agree with each other, and with reverse over reverse", () => onEachBackend(() => fc.assert(fc.property(small, small, (x, v) => {
    const H = numbers(hessian(f)(x) as NdArray);
    const { gradient, product } = hvp(f, [x], [v]);
    const reverse = numbers(grad(((y: Value) => sum(mul(grad(f)(y) as Value, v))) as Tall)(x) as NdArray);
    // entries of H are below 400 for |x| <= 2, sums of at most some 30 products
    const bound = 30 * 2 ** -52 * 400 * 2 * 3;
    numbers(product[0]).forEach((value, i) => {
      const row = [0, 1, 2].reduce((total, j) => total + H[3 * i + j] * numbers(v)[j], 0);
      expect(Math.abs(value - row)).toBeLessThanOrEqual(bound);
      expect(Math.abs(value - reverse[i])).toBeLessThanOrEqual(bound);
      for (let j = 0; j < 3; j++) expect(Math.abs(H[3 * i + j] - H[3 * j + i])).toBeLessThanOrEqual(bound);
    });
    expect(numbers(gradient[0])).toEqual(numbers(grad(f)(x) as NdArray));
  }), { numRuns: 15 })));
  it("hessian of a tree has a block for every pair of leaves", () => {
    const quadratic = ({ a, b }: { a: Value; b: Value }) => add(sum(mul(mul(a, a), b)), mul(b, mul(b, b)));
    const H = hessian(quadratic)({ a: array([1, 2]), b: scalar(3) }) as Record<"a" | "b", Record<"a" | "b", NdArray>>;
    expect(numbers(H.a.a)).toEqual([6, 0, 0, 6]);
    expect(numbers(H.a.b)).toEqual([2, 4]);
    expect(numbers(H.b.a)).toEqual([2, 4]);
    expect(numbers(H.b.b)).toEqual([18]);
  });
  it("hvp of several arguments couples them", () => {
    const { gradient, product } = hvp(((x: Value, y: Value) => sum(mul(x, mul(y, y)))) as never, [array([1, 2]), array([3, 4])], [array([1, 0]), array([0, 1])]);
    expect(gradient.map(numbers)).toEqual([[9, 16], [6, 16]]);
    expect(product.map(numbers)).toEqual([[0, 8], [6, 4]]); // dx: 2 y dy; dy: 2 y dx + 2 x dy
  });
});

describe("trees as results", () => {
  const f = (x: Value) => ({ square: mul(x, x), both: [x, sum(x)] });
  it("vjp takes a tree of cotangents, jvp gives a tree of tangents, and a value returned twice gets both cotangents", () => onEachBackend(() => {
    const { value, pull } = vjp(f, array([3, 4]));
    expect(numbers(value.square)).toEqual([9, 16]);
    expect(numbers(pull({ square: array([1, 10]), both: [array([100, 200]), 1000] })[0])).toEqual([6 + 100 + 1000, 80 + 200 + 1000]);
    const { tangent } = jvp(f as never, [array([3, 4])], [array([1, 2])]) as unknown as { tangent: { square: Value; both: Value[] } };
    expect(numbers(tangent.square)).toEqual([6, 16]);
    expect(tangent.both.map(numbers)).toEqual([[1, 2], [3]]);
  }));
  it("a cotangent that does not fit is named by its path", () => {
    const { pull } = vjp(f, array([3, 4]));
    expect(() => pull(1)).toThrow("vjp: the cotangent has 1 leaves, the function's value 3.\n  Expected trees of one form.");
    expect(() => pull({ square: array([1, 1]), both: [array([1]), 1] })).toThrow("vjp: the cotangent has shape [1], the function's value.both[0] [2].");
  });
  it("a leaf that is no array is refused", () => {
    expect(() => vjp((x: Value) => ({ x, name: "loss" }) as Tree, array([1]))).toThrow("vjp: the function returned a string.");
    expect(() => grad(((x: Value) => [x, x]) as Tall)(scalar(1))).toThrow("grad: the function returned a tree of arrays.\n  Expected one number: a gradient is of a scalar function.");
  });
});

it("transpose of a Jacobian is what vjp applies", () => {
  const x = column(1, -2, 0.5);
  const J = jacobian(cubes)(x) as NdArray;
  const ct = column(1, 2, 3, 4);
  const flat = matmul(transpose(array(numbers(J), [4, 3]), [1, 0]), ct);
  expect(numbers(flat)).toEqual(numbers(vjp(cubes, x).pull(ct)[0]));
});
