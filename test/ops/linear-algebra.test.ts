/** tril, triu, triangularSolve, cholesky. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, array, broadcastTo, checkGrads, cholesky, DomainError, elements, grad, log, matmul, mul, type NdArray, sum, toNested, transpose, triangularSolve, tril, triu, type Value, vmap, zeros } from "lemmagrad";
import { expectSame, numbers, onEachBackend, reversedView, slicedView, transposedView } from "../support/arrays.ts";
import { elementAt, fromIndices, integers, shapes, indicesOf } from "../support/loops.ts";

const eps = 2 ** -52;
const nested = (x: Value) => toNested(x as NdArray);
const swap = (x: Value) => transpose(x, [...x.shape.slice(0, -2).map((_, axis) => axis), x.shape.length - 1, x.shape.length - 2]);
const largest = (x: Value) => Math.max(0, ...numbers(x).map(Math.abs));
const closeTo = (actual: Value, wanted: Value, bound: number) => {
  expect([...actual.shape]).toEqual([...wanted.shape]);
  const other = numbers(wanted);
  numbers(actual).forEach((value, i) => expect(Math.abs(value - other[i])).toBeLessThanOrEqual(bound));
};
const diagonal = (x: Value) => sum(mul(x, fromIndices(x.shape.slice(-2), ([i, j]) => Number(i === j))), { axes: -1 });

describe("tril and triu", () => {
  it("agree with a loop, for any diagonal, and cut NaN away", () => onEachBackend(() => fc.assert(fc.property(shapes(2, 3).chain((shape) => integers(shape)), fc.integer({ min: -4, max: 4 }), (x, offset) => {
    const wanted = (keep: (d: number) => boolean) => [...elements(fromIndices(x.shape, (index) => (keep(index[index.length - 1] - index[index.length - 2]) ? elementAt(x, index) : 0)))];
    expect(numbers(tril(x, { offset }))).toEqual(wanted((d) => d <= offset));
    expect(numbers(triu(x, { offset }))).toEqual(wanted((d) => d >= offset));
  }), { numRuns: 100 })));
  it("have derivatives of 0 where they cut, also beside NaN", () => {
    expect(nested(tril(array([[1, NaN], [3, 4]])))).toEqual([[1, 0], [3, 4]]);
    expect(toNested((grad((x: Value) => sum(triu(mul(x, x)))) as unknown as (x: NdArray) => NdArray)(array([[1, 2], [3, 4]])))).toEqual([[2, 4], [0, 8]]);
    checkGrads(((x: Value) => { const y = tril(x, { offset: -1 }); return mul(y, mul(y, y)); }) as never, [array([[1, 2], [3, 4]])], { order: 2 });
  });
  it("name what is wrong", () => {
    for (const [name, f] of Object.entries({ tril, triu })) {
      expect(() => f(zeros([3]))).toThrow(`${name}: the operand has shape [3].\n  Expected at least two axes.`);
      expect(() => f(1)).toThrow(`${name}: the operand has shape [].`);
      expect(() => f(zeros([2, 2]), { offset: 0.5 })).toThrow(`${name}: offset = 0.5 is no integer.\n  Expected an integer: 0 is the main diagonal, 1 the one above it.`);
    }
  });
});

/** Matrices with entries at most 1 off the diagonal and 4 to 8 on it: well conditioned up to n = 4, whatever triangle is read. */
const strong = (batch: readonly number[], n: number) => fc.tuple(integers([...batch, n, n]), fc.constantFrom((x: NdArray) => x, transposedView, reversedView, slicedView))
  .map(([x, seen]) => seen(fromIndices([...batch, n, n], (index) => {
    const value = elementAt(x, index);
    return index.at(-1) === index.at(-2) ? 6 + value / 2 : value / 4;
  })));

describe("triangularSolve", () => {
  const drawn = fc.tuple(fc.nat(4), fc.nat(3), fc.constantFrom([[], []], [[2], [2]], [[3, 1], [2]], [[], [2]], [[0], []]))
    .chain(([n, k, [left, right]]) => fc.tuple(strong(left, n), integers([...right, n, k]), fc.record({ lower: fc.boolean(), transposed: fc.boolean(), unitDiagonal: fc.boolean() })));
  it("gives what multiplies back to b, whatever triangle is asked for, batches that broadcast and views", () => onEachBackend(() => fc.assert(fc.property(drawn, ([a, b, options]) => {
    const x = triangularSolve(a, b, options);
    // the triangle written out by a loop, so that no op under test reads it
    const triangle = fromIndices(a.shape, (index) => {
      const [i, j] = index.slice(-2);
      const [row, column] = options.transposed ? [j, i] : [i, j];
      if (row === column && options.unitDiagonal) return 1;
      const read = options.lower ? row >= column : row <= column;
      return read ? elementAt(a, [...index.slice(0, -2), row, column]) : 0;
    });
    const back = matmul(triangle, x);
    // rows of at most 4 products of numbers up to 8 and the solution's size: 100 eps of that
    closeTo(back, broadcastTo(b, [...back.shape]), 100 * eps * 8 * (1 + largest(x)));
  }), { numRuns: 200 })));
  it("does not read what it says it does not read", () => onEachBackend(() => {
    const b = array([[2], [9]]);
    expect(nested(triangularSolve(array([[2, NaN], [1, 4]]), b))).toEqual([[1], [2]]);
    expect(nested(triangularSolve(array([[NaN, 0], [1, NaN]]), b, { unitDiagonal: true }))).toEqual([[2], [7]]);
    expect(nested(triangularSolve(array([[0, 0], [1, 0]]), b, { unitDiagonal: true }))).toEqual([[2], [7]]);
    expect(nested(triangularSolve(array([[2, 1], [NaN, 3]]), b, { lower: false }))).toEqual([[-0.5], [3]]);
    const slopes = (grad((a: Value) => sum(triangularSolve(a, b, { unitDiagonal: true }))) as unknown as (a: NdArray) => NdArray)(array([[5, 5], [1, 5]]));
    expect(numbers(slopes).map((slope) => slope + 0)).toEqual([0, 0, -2, 0]);
    const upper = (grad((a: Value) => sum(triangularSolve(a, b, { lower: false, unitDiagonal: true }))) as unknown as (a: NdArray) => NdArray)(array([[5, 1], [5, 5]]));
    expect(numbers(upper).map((slope) => slope + 0)).toEqual([0, -9, 0, 0]);
  }));
  it("works in float32", () => onEachBackend(() => {
    const x = triangularSolve(array([[2, 0], [1, 4]], [2, 2], "float32"), array([[2], [9]], [2, 1], "float32")) as NdArray;
    expect([x.dtype, toNested(x)]).toEqual(["float32", [[1], [2]]]);
  }));
  it("subtracts in the documented order, rounding every product", () => onEachBackend(() => {
    // rows ascending for a lower triangle, descending for an upper one: 2^54 - 1 is 2^54, and 2^54 - 2^54 - 1 would be -1
    expect(numbers(triangularSolve(array([[1, 0, 0], [0, 1, 0], [1, 2 ** 54, 1]]), array([[1], [1], [2 ** 54]])))).toEqual([1, 1, 0]);
    expect(numbers(triangularSolve(array([[1, 2 ** 54, 1], [0, 1, 0], [0, 0, 1]]), array([[2 ** 54], [1], [1]]), { lower: false }))).toEqual([0, 1, 1]);
    // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24 is 1 + 2^-11 in float32
    const near1 = 1 + 2 ** -12;
    expect(numbers(triangularSolve(array([[1, 0], [near1, 1]], [2, 2], "float32"), array([[near1], [1 + 2 ** -11]], [2, 1], "float32")))).toEqual([near1, 0]);
    expect(numbers(cholesky(array([[1, near1], [near1, 1 + 2 ** -11 + 2 ** -20]], [2, 2], "float32")))).toEqual([1, 0, near1, 2 ** -10]);
  }));
  it("solves a batch under vmap, one matrix for all right-hand sides", () => {
    const a = array([[2, 0], [1, 4]]);
    const b = array([[[2], [9]], [[4], [10]]]);
    expectSame((vmap((own: Value) => triangularSolve(a, own)) as (b: NdArray) => Value)(b), triangularSolve(a, b));
  });
  it("names a zero on the diagonal with its batch index, and shapes that do not fit", () => {
    expect(() => triangularSolve(array([[1, 0], [1, 0]]), zeros([2, 1]))).toThrow("triangularSolve: the matrix is singular: a[1, 1] is 0.\n  Expected no zero on the diagonal.");
    expect(() => triangularSolve(array([[[1, 0], [1, 2]], [[0, 0], [1, 2]]]), zeros([2, 1]))).toThrow("triangularSolve: the matrix is singular: a[1, 0, 0] is 0.");
    expect(() => triangularSolve(array([[0]]), zeros([1, 1]))).toThrow(DomainError);
    expect(() => triangularSolve(zeros([2]), zeros([2, 1]))).toThrow("triangularSolve: a is [2], b is [2, 1].\n  Expected at least two axes each.");
    expect(() => triangularSolve(zeros([2, 2]), zeros([2]))).toThrow("triangularSolve: a is [2, 2], b is [2].\n  Expected at least two axes each.\n  Mend: reshape a right-hand side of n numbers to [n, 1].");
    expect(() => triangularSolve(zeros([2, 3]), zeros([2, 1]))).toThrow("triangularSolve: a is [2, 3].\n  Expected a square matrix, got 2 rows and 3 columns.");
    expect(() => triangularSolve(zeros([2, 2]), zeros([3, 1]))).toThrow("triangularSolve: a is [2, 2], b is [3, 1].\n  Expected b.shape[0] === 2, one right-hand side a column.");
    expect(() => triangularSolve(zeros([2, 1, 1]), zeros([3, 1, 1]))).toThrow("triangularSolve: shapes [2] and [3] do not broadcast");
  });
});

describe("cholesky", () => {
  const drawn = fc.tuple(fc.nat(5), fc.constantFrom([], [2], [0], [2, 1])).chain(([n, batch]) => strong(batch, n));
  it("is lower, with a positive diagonal, and multiplies back to the symmetric part", () => onEachBackend(() => fc.assert(fc.property(drawn, (a) => {
    const factor = cholesky(a) as NdArray;
    for (const index of indicesOf(factor.shape)) {
      const [i, j] = index.slice(-2);
      if (j > i) expect(elementAt(factor, index)).toBe(0);
      if (j === i) expect(elementAt(factor, index)).toBeGreaterThan(0);
    }
    // elements of a are at most 8, and each is a sum of at most 5 products: 100 eps of 8
    closeTo(matmul(factor, swap(factor)), mul(add(a, swap(a)), 0.5), 100 * eps * 8);
  }), { numRuns: 150 })));
  it("has the inverse as the gradient of ln det a, symmetric", () => {
    const a = array([[4, 1, 0.5], [1, 3, -1], [0.5, -1, 5]]);
    const logDet = (x: Value) => mul(sum(log(diagonal(cholesky(x)))), 2);
    const gradient = (grad(logDet) as unknown as (x: Value) => NdArray)(a);
    const identity = fromIndices([3, 3], ([i, j]) => Number(i === j));
    closeTo(matmul(gradient, a), identity, 100 * eps);
    closeTo(gradient, swap(gradient), 0);
    checkGrads(logDet as never, [a], { order: 2 });
  });
  it("works in float32, with every operation rounded to it", () => onEachBackend(() => {
    const factor = cholesky(array([[4, 2], [2, 3]], [2, 2], "float32")) as NdArray;
    expect([factor.dtype, toNested(factor)]).toEqual(["float32", [[2, 0], [1, Math.fround(Math.SQRT2)]]]);
  }));
  it("solves normal equations together with triangularSolve, and differentiates through both", () => {
    const x = array([[1, 2], [3, -1], [0.5, 1]]);
    const solve = (m: Value, b: Value) => {
      const factor = cholesky(add(matmul(swap(m), m), array([[1, 0], [0, 1]])));
      return triangularSolve(factor, triangularSolve(factor, matmul(swap(m), b)), { transposed: true });
    };
    const b = array([[1], [2], [3]]);
    const found = solve(x, b);
    closeTo(matmul(add(matmul(swap(x), x), array([[1, 0], [0, 1]])), found), matmul(swap(x), b), 1000 * eps * 15);
    checkGrads(solve as never, [x, b], { order: 2, directions: 2 });
  });
  it("names the pivot that is not positive, and what is no square", () => {
    expect(() => cholesky(array([[1, 2], [2, 1]]))).toThrow("cholesky: the matrix is not positive definite: pivot 1 is -3.\n  Expected pivots above 0.\n  Mend: add a small multiple of the identity, if the matrix is semidefinite up to rounding.");
    expect(() => cholesky(array([[[1]], [[0]]]))).toThrow("cholesky: the matrix at [1] is not positive definite: pivot 0 is 0.");
    expect(() => cholesky(array([[NaN]]))).toThrow("cholesky: the matrix is not positive definite: pivot 0 is NaN.");
    expect(() => cholesky(array([[-1]]))).toThrow(DomainError);
    for (const shape of [[2, 3], [2], []]) expect(() => cholesky(zeros(shape))).toThrow(`cholesky: the operand has shape [${shape.join(", ")}].\n  Expected square matrices in the last two axes.`);
  });
});
