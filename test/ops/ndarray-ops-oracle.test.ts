/** ndarray-ops as an independent oracle: its own loops over any strides, against our ops on the same views. */
import fc from "fast-check";
import ndarray from "ndarray";
import oracle from "ndarray-ops";
import { describe, expect, it } from "vitest";
import { abs, add, div, elements, equal, greater, greaterEqual, less, lessEqual, maximum, minimum, mul, type NdArray, sub, sum, transpose } from "../../src/index.ts";

/** A matrix seen through a transpose, a negative step or an offset, so that its strides are not the row-major ones. */
const matrices = fc.record({
  rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 6 }), kind: fc.constantFrom("plain", "transposed", "reversed", "shifted"), seed: fc.integer({ min: 1, max: 1000 }),
}).map(({ rows, columns, kind, seed }) => {
  const make = (shift: number): NdArray => {
    const data = Float64Array.from({ length: (rows + 1) * (columns + 1) }, (_, i) => ((i * 37 + seed + shift) % 41) / 8 + 0.5);
    switch (kind) {
      case "transposed": return ndarray(data, [rows, columns], [1, rows], 0) as NdArray;
      case "reversed": return ndarray(data, [rows, columns], [-columns, -1], rows * columns - 1) as NdArray;
      case "shifted": return ndarray(data, [rows, columns], [columns + 1, 1], 1) as NdArray;
      default: return ndarray(data, [rows, columns]) as NdArray;
    }
  };
  return { a: make(0), b: make(5), rows, columns };
});

describe("elementwise ops on any strides", () => {
  it.each([["add", add, oracle.add], ["sub", sub, oracle.sub], ["mul", mul, oracle.mul], ["div", div, oracle.div],
    ["greater", greater, oracle.gt], ["greaterEqual", greaterEqual, oracle.geq], ["less", less, oracle.lt], ["lessEqual", lessEqual, oracle.leq], ["equal", equal, oracle.eq],
    ["maximum", maximum, oracle.max], ["minimum", minimum, oracle.min]] as const)("%s agrees with ndarray-ops bit for bit", (_name, ours, theirs) => {
    fc.assert(fc.property(matrices, ({ a, b, rows, columns }) => {
      const out = ndarray(new Float64Array(rows * columns), [rows, columns]);
      theirs(out, a, b);
      expect(elements(ours(a, b) as NdArray)).toEqual(out.data);
    }));
  });
  it("abs agrees with ndarray-ops bit for bit", () => {
    fc.assert(fc.property(matrices, ({ a, b, rows, columns }) => {
      const out = ndarray(new Float64Array(rows * columns), [rows, columns]);
      const signed = sub(a, b) as NdArray;
      oracle.abs(out, signed);
      expect(elements(abs(signed) as NdArray)).toEqual(out.data);
    }));
  });
  it("sum agrees with ndarray-ops to rounding, over a view and over its transpose", () => {
    fc.assert(fc.property(matrices, ({ a }) => {
      const total = oracle.sum(a);
      expect((sum(a) as NdArray).data[0]).toBeCloseTo(total, 10);
      expect((sum(transpose(a)) as NdArray).data[0]).toBeCloseTo(total, 10);
    }));
  });
});
