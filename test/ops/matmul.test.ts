/** matmul and einsum against loops written out. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, checkGrads, einsum, matmul, reshape, scalar, toNested, transpose, zeros, type NdArray, type Value } from "lemmagrad";
import { numbers, onEachBackend } from "../support/arrays.ts";

/** Small integers: products and sums are exact, so loops agree to the last bit. */
const filled = (shape: readonly number[], salt = 0) => array(Array.from({ length: shape.reduce((p, q) => p * q, 1) }, (_, i) => ((i * 7 + salt * 3) % 13) - 6), [...shape]);

describe("matmul", () => {
  it("of worked examples", () => onEachBackend(() => {
    expect(toNested(matmul(array([[1, 2], [3, 4]]), array([[5, 6], [7, 8]])) as NdArray)).toEqual([[19, 22], [43, 50]]);
    expect(toNested(matmul(zeros([2, 0]), zeros([0, 3])) as NdArray)).toEqual([[0, 0, 0], [0, 0, 0]]);
  }));
  it("agrees with loops whatever way the operands lie, with batches that broadcast", () => onEachBackend(() => fc.assert(fc.property(
    fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 6 }))), fc.constantFrom([[], []], [[2], [2]], [[3, 1], [2]], [[], [4]], [[2, 1], [1, 3]]), fc.boolean(), fc.boolean(),
    ([m, n, k], [left, right], turnA, turnB) => {
      const swap = (x: Value) => transpose(x, [...x.shape.slice(0, -2).map((_, axis) => axis), x.shape.length - 1, x.shape.length - 2]);
      const a = turnA ? swap(filled([...left, k, m])) : filled([...left, m, k]);
      const b = turnB ? swap(filled([...right, n, k], 1)) : filled([...right, k, n], 1);
      const out = matmul(a, b) as NdArray;
      const batch = out.shape.slice(0, -2);
      const at = (x: Value, index: number[], i: number, j: number) => {
        const lead = index.slice(index.length - (x.shape.length - 2)).map((position, axis) => (x.shape[axis] === 1 ? 0 : position));
        return (x as NdArray).get(...lead, i, j);
      };
      for (let e = 0; e < batch.reduce((p: number, q: number) => p * q, 1); e++) {
        let rest = e;
        const index = [...batch].reverse().map((length: number) => { const position = rest % length; rest = Math.floor(rest / length); return position; }).reverse();
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let total = 0;
            for (let l = 0; l < k; l++) total += at(a, index, i, l) * at(b, index, l, j);
            expect(out.get(...index, i, j)).toBe(total);
          }
        }
      }
    },
  ), { numRuns: 60 })));
  it("names the inner axes, and how to turn the operand", () => {
    expect(() => matmul(zeros([32, 16]), zeros([8, 16]))).toThrow("matmul: inner axes differ: a is [32, 16], b is [8, 16].\n  Expected a.shape[1] === b.shape[0], got 16 and 8.\n  Mend: b's other axis is 16; if rows of b are outputs, pass transpose(b, [1, 0]).");
    expect(() => matmul(zeros([2, 3]), zeros([4, 5]))).toThrow("Mend: check which axes are meant to be contracted, or use einsum.");
    expect(() => matmul(zeros([2, 3, 4]), zeros([2, 5, 4]))).toThrow("pass transpose(b, [0, 2, 1]).");
    expect(() => matmul(zeros([3]), zeros([3, 1]))).toThrow("matmul: a is [3], b is [3, 1].\n  Expected at least two axes each.\n  Mend: reshape a vector to [1, n] or [n, 1].");
    expect(() => matmul(zeros([1, 3]), zeros([3]))).toThrow("matmul: a is [1, 3], b is [3].\n  Expected at least two axes each.");
    expect(() => matmul(zeros([2, 1, 3]), zeros([4, 3, 1]))).toThrow("matmul: shapes [2] and [4] do not broadcast: axis -1 has 2 and 4.");
  });
});

/** einsum by one loop over every letter. */
function naive(expression: string, a: NdArray, b: NdArray): { shape: number[]; values: number[] } {
  const [left, right, out] = expression.split(/,|->/).map((letters) => [...letters]);
  const length = new Map<string, number>();
  left.forEach((letter, axis) => length.set(letter, a.shape[axis]));
  right.forEach((letter, axis) => length.set(letter, b.shape[axis]));
  const letters = [...length.keys()];
  const shape = out.map((letter) => length.get(letter)!);
  const values = new Array<number>(shape.reduce((p, q) => p * q, 1)).fill(0);
  const index = new Map<string, number>();
  const visit = (depth: number): void => {
    if (depth === letters.length) {
      const pick = (x: NdArray, own: string[]) => x.get(...own.map((letter) => index.get(letter)!));
      values[out.reduce((at, letter) => at * length.get(letter)! + index.get(letter)!, 0)] += pick(a, left) * pick(b, right);
      return;
    }
    for (let i = 0; i < length.get(letters[depth])!; i++) {
      index.set(letters[depth], i);
      visit(depth + 1);
    }
  };
  visit(0);
  return { shape, values };
}

const letters = [..."ijklm"];
const expressionAndShapes = fc.tuple(fc.shuffledSubarray(letters, { maxLength: 4 }), fc.shuffledSubarray(letters, { maxLength: 4 }), fc.tuple(...letters.map(() => fc.integer({ min: 0, max: 3 }))))
  .chain(([left, right, lengths]) => fc.shuffledSubarray([...new Set([...left, ...right])]).map((out) => {
    const shape = (own: string[]) => own.map((letter) => lengths[letters.indexOf(letter)]);
    return { expression: `${left.join("")},${right.join("")}->${out.join("")}`, a: filled(shape(left)), b: filled(shape(right), 1) };
  }));

describe("einsum", () => {
  it("agrees with one loop over every letter, for any expression", () => onEachBackend(() => fc.assert(fc.property(expressionAndShapes, ({ expression, a, b }) => {
    const { shape, values } = naive(expression, a, b);
    const out = einsum(expression, a, b);
    expect([...out.shape]).toEqual(shape);
    expect(numbers(out).map((x) => x + 0)).toEqual(values.map((x) => x + 0));
  }), { numRuns: 300 })));
  it("differentiates twice, also where letters are summed on one side only", () => {
    for (const [expression, a, b] of [["npd,krd->npkr", [2, 3, 2], [2, 2, 2]], ["ij,kl->", [2, 2], [1, 3]], ["ijk,ik->ji", [2, 3, 2], [2, 2]]] as const) {
      checkGrads(((x: Value, y: Value) => einsum(expression, x, y)) as never, [filled(a), filled(b, 1)], { order: 2, directions: 1 });
    }
  });
  it("allows blanks and scalars", () => {
    expect(toNested(einsum(" ij, j -> i ", filled([2, 3]), filled([3], 1)) as NdArray)).toEqual(naive("ij,j->i", filled([2, 3]), filled([3], 1)).values);
    expect(numbers(einsum(",->", scalar(3), 4))).toEqual([12]);
  });
  it("names what is wrong with the expression or the shapes", () => {
    const [a, b] = [zeros([2, 3]), zeros([3, 4])];
    expect(() => einsum("ij,jk", a, b)).toThrow(`einsum: "ij,jk" is no expression for two operands.\n  Expected the form "ij,jk->ik".`);
    for (const wrong of ["?ij,jk->ik", "ij,jk->ik?"]) expect(() => einsum(wrong, a, b)).toThrow(`einsum: "${wrong}" is no expression`);
    expect(() => einsum("ii,jk->k", a, b)).toThrow(`einsum: "ii" in "ii,jk->k" names an axis twice.\n  Expected each letter at most once an operand.`);
    expect(() => einsum("ij,jk->iz", a, b)).toThrow(`einsum: the result's axis "z" in "ij,jk->iz" is in neither operand.\n  Expected letters of the operands on the right of ->.`);
    expect(() => einsum("i,jk->i", a, b)).toThrow(`einsum: "i" in "i,jk->i" names 1 axes, the operand has shape [2, 3].\n  Expected one letter an axis.`);
    expect(() => einsum("ijl,jk->i", a, b)).toThrow(`einsum: "ijl" in "ijl,jk->i" names 3 axes`);
    expect(() => einsum("ij,ik->jk", a, b)).toThrow(`einsum: axis "i" of "ij,ik->jk" has lengths 2 and 3.\n  Expected equal lengths for equal letters.`);
    expect(() => einsum("i,j->", [1] as never, reshape(a, [6]))).toThrow("einsum: a plain list is not an array.");
  });
});
