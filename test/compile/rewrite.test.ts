/** The rewrites: each is made where it applies, is left out where a bit would change, and never takes a value from a second reader. */
import { describe, expect, it } from "vitest";
import { add, broadcastTo, compile, exp, flip, grad, matmul, mul, type NdArray, neg, normalize, reshape, slice, smoothedReluSum, sub, sum, transpose, type Value } from "../../src/index.ts";
import { leavesOf } from "../../src/autodiff/index.ts";
import { array } from "../../src/ndarray/index.ts";
import { expectSame } from "../support/arrays.ts";
import { drawn } from "./program.ts";

/** The kernels of the compiled function, in order, once its bits are known to be the plain one's. */
function kernelsOf(f: (...args: Value[]) => unknown, ...args: NdArray[]): string[] {
  const compiled = compile(f as (...args: Value[]) => Value[]);
  for (const scale of [1, -0.5]) {
    const own = args.map((x) => mul(x, scale) as NdArray);
    const expected = leavesOf(f(...own));
    leavesOf(compiled(...own)).forEach((x, at) => expectSame(x, expected[at], `result ${at}`));
  }
  const plan = compiled.plan(...args);
  expect(plan.plainBecause).toBe("");
  return plan.groups.flatMap(({ steps }) => steps.map(({ kernel }) => kernel));
}

/** Rows of which one is zero, one -0, and one so small that its norm is found by rescaling. */
const rows = (() => {
  const x = drawn([12, 5], "float64", 1);
  x.data.fill(0, 5, 10);
  x.data.fill(-0, 10, 15);
  for (let i = 15; i < 20; i++) x.data[i] *= 1e-300;
  return x;
})();
const other = drawn([12, 5], "float64", 2);

describe("normalize, then a factor", () => {
  it("is one pass for a positive factor", () => expect(kernelsOf((x) => mul(normalize(x), 0.1), rows)).toEqual(["normalizeRows"]));
  it.each([0, -0, -2, Infinity, NaN])("stays two passes for %d: a zero row would not be that factor times zero", (factor) => {
    expect(kernelsOf((x) => mul(normalize(x), factor), rows)).toEqual(["normalizeRows", "scale"]);
  });
  it("only once: a second factor rounds again", () => expect(kernelsOf((x) => mul(mul(normalize(x), 0.1), 0.3), rows)).toEqual(["normalizeRows", "scale"]));
  it("stays where the direction itself is wanted too", () => {
    expect(kernelsOf((x) => [mul(normalize(x), 0.1), normalize(x)], rows)).toEqual(["normalizeRows", "normalizeRows"]);
    expect(kernelsOf((x) => {
      const direction = normalize(x);
      return [mul(direction, 0.1), direction];
    }, rows)).toEqual(["normalizeRows", "scale"]);
    expect(kernelsOf((x) => {
      const direction = normalize(x);
      return [mul(direction, 0.1), exp(direction)];
    }, rows).sort()).toEqual(["exp", "normalizeRows", "scale"]);
  });
});

describe("a direction or a multiple, added", () => {
  it.each([["before", (x: Value, y: Value) => add(mul(normalize(x), 0.1), y)], ["after", (x: Value, y: Value) => add(y, mul(normalize(x), 0.1))]])("normalizeRowsAdd, whichever comes %s", (_where, f) => {
    expect(kernelsOf(f as never, rows, other)).toEqual(["normalizeRowsAdd"]);
  });
  it("to itself", () => expect(kernelsOf((x) => add(x, mul(normalize(x), 0.1)), rows)).toEqual(["normalizeRowsAdd"]));
  it("axpy for a multiple", () => {
    expect(kernelsOf((x, y) => add(mul(x, 3), y), rows, other)).toEqual(["axpy"]);
    expect(kernelsOf((x, y) => add(y, neg(x)), rows, other)).toEqual(["axpy"]);
    expect(kernelsOf((x, y) => sub(y, mul(x, 0.1)), rows, other)).toEqual(["axpy"]);
  });
  it("not for a multiple from which something is taken", () => expect(kernelsOf((x, y) => sub(mul(x, 3), y), rows, other)).toEqual(["scale", "subtract"]));
  it("not for what others read, or what is added to itself", () => {
    expect(kernelsOf((x, y) => {
      const multiple = mul(x, 3);
      return [add(multiple, y), multiple];
    }, rows, other)).toEqual(["scale", "add"]);
    expect(kernelsOf((x) => {
      const multiple = mul(x, 3);
      return add(multiple, multiple);
    }, rows)).toEqual(["scale", "add"]);
  });
  it("keeps the sign of every zero", () => {
    const zeros = array([[0, -0, 0, -0, 1, -1]]);
    const signs = array([[0, 0, -0, -0, -0, 0]]);
    for (const factor of [2, -2, 0, -0]) {
      for (const f of [(x: Value, y: Value) => sub(y, mul(x, factor)), (x: Value, y: Value) => add(mul(x, factor), y), (x: Value, y: Value) => add(y, mul(normalize(x), 3))]) kernelsOf(f as never, zeros, signs);
    }
  });
});

describe("the smoothed ReLU's slope", () => {
  const z = drawn([6, 2, 3, 2], "float64", 1);
  const total = (x: Value, q = 3) => sum(mul(smoothedReluSum(x, { q, rho: 0.5 }), 1.5));
  it("goes with the value where both are needed", () => {
    expect(kernelsOf((x) => [grad((y: Value) => sum(exp(smoothedReluSum(y, { q: 3, rho: 0.5 }))))(x)], z)).toContain("maskedSlopes");
  });
  it("is computed alone where the value is not needed", () => expect(kernelsOf((x) => grad((y: Value) => total(y))(x), z)).toContain("smoothedReluSumVjp"));
  it("of other parameters, or of what others read, is its own pass", () => {
    expect(kernelsOf((x) => [smoothedReluSum(x, { q: 2, rho: 0.5 }), grad((y: Value) => total(y))(x)], z)).toContain("smoothedReluSumVjp");
    expect(kernelsOf((x) => {
      const doubled = mul(x, 2);
      return [grad((y: Value) => sum(exp(smoothedReluSum(y, { q: 3, rho: 0.5 }))))(doubled), doubled];
    }, z)).toContain("smoothedReluSumVjp");
  });
  it("of the same numbers in another form is right too", () => {
    kernelsOf((x) => [smoothedReluSum(reshape(x, [3, 4, 2, 3]), { q: 3, rho: 0.5 }), grad((y: Value) => total(y))(x)], z);
  });
});

describe("a product transposed", () => {
  const [a, b] = [drawn([9, 4], "float64", 1), drawn([9, 3], "float64", 2)];
  it("is the product of the exchanged operands", () => {
    expect(kernelsOf((x, y) => mul(transpose(matmul(transpose(x), y)), 2), a, b)).toEqual(["matmulTN", "scale"]);
    expect(kernelsOf((x, y) => reshape(transpose(matmul(transpose(x), y)), [12]), a, b)).toEqual(["matmulTN"]);
  });
  it("is copied where the product is wanted as it is, or in another shape", () => {
    expect(kernelsOf((x, y) => {
      const product = matmul(transpose(x), y);
      return [mul(transpose(product), 2), product];
    }, a, b)).toEqual(["matmulTN", "copy", "scale"]);
    expect(kernelsOf((x, y) => mul(transpose(reshape(matmul(transpose(x), y), [2, 6])), 2), a, b)).toEqual(["matmulTN", "copy", "scale"]);
  });
  it("of rows and columns of length 1, and of no row", () => {
    for (const [n, m, k] of [[1, 4, 3], [9, 1, 3], [9, 4, 1], [0, 4, 3], [9, 1, 1]]) {
      kernelsOf((x, y) => reshape(transpose(matmul(transpose(x), y)), [m * k]), drawn([n, m], "float64", 1), drawn([n, k], "float64", 2));
    }
  });
});

it("what nobody reads is not computed", () => {
  expect(kernelsOf((x) => {
    exp(mul(x, 2));
    return neg(x);
  }, rows)).toEqual(["scale"]);
});

describe("a sum of rows", () => {
  it("goes on from block to block", () => {
    expect(kernelsOf((x) => sum(x, { axes: 0 }), rows)).toEqual(["sumRows"]);
    expect(kernelsOf((x) => [exp(x), sum(exp(x), { axes: 0 })], rows)).toEqual(["exp", "exp", "sumRows"]);
  });
  it("stays where its order is another one, or where there is nothing to cut", () => {
    expect(kernelsOf((x) => sum(x, { axes: 1 }), rows)).toEqual(["sumAxis"]);
    expect(kernelsOf((x) => sum(x, { axes: 0 }), drawn([12, 1], "float64", 3))).toEqual(["sumAxis"]);
    expect(kernelsOf((x) => sum(x, { axes: 0 }), drawn([1, 5], "float64", 3))).toEqual(["sumAxis"]);
    expect(kernelsOf((x) => sum(x, { axes: 1 }), drawn([2, 3, 5], "float64", 3))).toEqual(["sumAxis"]);
  });
});

describe("a copy", () => {
  const images = drawn([6, 3, 4, 5], "float32", 4);
  it("is cut along the rows where each row comes out of its own stretch of the source", () => {
    expect(kernelsOf((x) => exp(transpose(x, [0, 2, 3, 1])), images)).toEqual(["gatherRows", "exp"]);
    expect(kernelsOf((x) => exp(flip(x, { axes: 3 })), images)).toEqual(["gatherRows", "exp"]);
    expect(kernelsOf((x) => exp(flip(x, { axes: 1 })), rows)).toEqual(["gatherRows", "exp"]);
    expect(kernelsOf((x) => exp(slice(x, { axis: 1, start: 1, stop: 4 })), rows)).toEqual(["gatherRows", "exp"]);
    expect(kernelsOf((x) => exp(slice(x, { axis: 1, start: 4, step: -3 })), rows)).toEqual(["gatherRows", "exp"]);
    expect(kernelsOf((x) => exp(broadcastTo(x, [12, 5])), drawn([12, 1], "float64", 5))).toEqual(["gatherRows", "exp"]);
    expect(kernelsOf((x) => exp(slice(x, { axis: 1, start: 2, stop: 3 })), rows)).toEqual(["gatherRows", "exp"]);
  });
  it("stays whole where it is not", () => {
    expect(kernelsOf((x) => exp(transpose(x)), rows)).toEqual(["copy", "exp"]);
    expect(kernelsOf((x) => exp(flip(x, { axes: 0 })), rows)).toEqual(["copy", "exp"]);
    expect(kernelsOf((x) => exp(slice(slice(x, { axis: 0, stop: 10 }), { axis: 1, start: 1, stop: 4 })), rows)).toEqual(["copy", "exp"]); // some of the source's rows
    expect(kernelsOf((x) => exp(broadcastTo(x, [12, 5])), drawn([5], "float64", 5))).toEqual(["copy", "exp"]);
    expect(kernelsOf((x) => exp(transpose(x, [1, 3, 0, 2])), images)).toEqual(["copy", "exp"]);
  });
});
