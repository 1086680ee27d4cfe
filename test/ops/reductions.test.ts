/** sum, max, norm, normalize, logsumexp. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, grad, jvp, logsumexp, max, mul, norm, normalize, project, sum, toNested, zeros, type NdArray, type Value } from "lemmagrad";
import { checkGrads } from "lemmagrad";
import { registered } from "../../src/autodiff/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

const a = array([[1, 2, 3], [6, 5, 4]]);
const nested = (x: Value) => toNested(x as NdArray);
const gradient = (f: (x: Value) => Value, x: NdArray) => toNested((grad(f) as unknown as (x: Value) => NdArray)(x));

describe("sum and max", () => {
  it("over every choice of axes", () => onEachBackend(() => {
    expect(nested(sum(a))).toBe(21);
    expect(nested(sum(a, { axes: 0 }))).toEqual([7, 7, 7]);
    expect(nested(sum(a, { axes: -1 }))).toEqual([6, 15]);
    expect(nested(sum(a, { axes: [1, 0], keepAxes: true }))).toEqual([[21]]);
    expect(nested(sum(a, { axes: [] }))).toEqual([[1, 2, 3], [6, 5, 4]]);
    expect(nested(sum(zeros([2, 0]), { axes: 1 }))).toEqual([0, 0]);
    expect(nested(sum(5))).toBe(5);
    expect(nested(max(a))).toBe(6);
    expect(nested(max(a, { axes: 0 }))).toEqual([6, 5, 4]);
    expect(nested(max(a, { axes: 1, keepAxes: true }))).toEqual([[3], [6]]);
    expect(nested(max(array([1, NaN, 2])))).toBe(NaN);
    expect(nested(max(zeros([0, 3]), { axes: 1 }))).toEqual([]);
  }));
  it("agree with loops over any set of axes of any shape", () => onEachBackend(() => fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }).chain((shape) => fc.tuple(fc.constant(shape), fc.subarray(shape.map((_, axis) => axis)), fc.boolean())),
    ([shape, axes, keepAxes]) => {
      const size = shape.reduce((p, q) => p * q, 1);
      const x = array(Array.from({ length: size }, (_, i) => ((i * 37) % 11) - 5), shape);
      const groups = new Map<string, number[]>();
      for (let at = 0; at < size; at++) {
        let rest = at;
        const index = [...shape].reverse().map((length) => { const position = rest % length; rest = Math.floor(rest / length); return position; }).reverse();
        const key = index.filter((_, axis) => !axes.includes(axis)).join();
        groups.set(key, [...(groups.get(key) ?? []), numbers(x)[at]]);
      }
      const wanted = shape.flatMap((length, axis) => (axes.includes(axis) ? (keepAxes ? [1] : []) : [length]));
      const [s, m] = [sum(x, { axes, keepAxes }), max(x, { axes, keepAxes })];
      expect([[...s.shape], [...m.shape]]).toEqual([wanted, wanted]);
      expect(numbers(s)).toEqual([...groups.values()].map((group) => group.reduce((p, q) => p + q, 0)));
      expect(numbers(m)).toEqual([...groups.values()].map((group) => Math.max(...group)));
    },
  ), { numRuns: 100 })));
  it("share max's cotangent equally among ties, in both modes", () => {
    expect(gradient((x) => max(x), array([2, 5, 5, 1, 5]))).toEqual([0, 1 / 3, 1 / 3, 0, 1 / 3]);
    expect(gradient((x) => sum(max(x, { axes: 1 })), array([[1, 1], [0, 3]]))).toEqual([[0.5, 0.5], [0, 1]]);
    expect(numbers(jvp(((x: Value) => max(x)) as never, [array([2, 2])], [array([1, 0])]).tangent)).toEqual([0.5]);
  });
  it("max says how far it is from a tie", () => {
    const clearance = (x: NdArray, axes: number[]) => registered("max").clearance!([x], { axes, keepAxes: false });
    expect(clearance(array([[1, 2.5, 3], [6, 5, 4]]), [1])).toBe(0.5);
    expect(clearance(array([[1, 2.5, 3], [6, 5, 4]]), [0])).toBe(1);
    expect(clearance(array([[1, 2, 6], [6, 5, 4]]), [0, 1])).toBe(0);
    expect(clearance(array([1]), [0])).toBe(Infinity);
  });
  it("name what is wrong", () => {
    expect(() => sum(a, { axes: 2 })).toThrow("sum: axis 2 does not exist in an array of shape [2, 3].\n  Expected an integer from -2 to 1.");
    expect(() => sum(a, { axes: [0, -2] })).toThrow("sum: axes [0, -2] name one axis twice.");
    expect(() => max(a, { axes: 0.5 })).toThrow("max: axis 0.5 does not exist");
    expect(() => max(zeros([0, 3]), { axes: 0 })).toThrow("max: an array of shape [0, 3] has no element along axes [0].\n  Expected at least one element: an empty max does not exist.");
    expect(() => max(zeros([0]))).toThrow("max: an array of shape [0] has no element");
    expect(() => max([1, 2] as never)).toThrow("max: a plain list is not an array.");
  });
});

describe("norm and normalize", () => {
  it("over one axis, which norm removes", () => onEachBackend(() => {
    expect(nested(norm(array([[3, 4], [0, 0]])))).toEqual([5, 0]);
    expect(nested(norm(array([[3, 5], [4, 12]]), { axis: 0 }))).toEqual([5, 13]);
    expect(nested(normalize(array([[3, 4], [0, 0]])))).toEqual([[0.6, 0.8], [0, 0]]);
  }));
  it("keep their value where squares would overflow or vanish", () => onEachBackend(() => {
    expect(nested(norm(array([3e200, 4e200])))).toBeCloseTo(5e200, -186);
    expect(Math.abs(numbers(norm(array([3e-200, 4e-200])))[0] / 5e-200 - 1)).toBeLessThan(1e-15);
    numbers(normalize(array([3e-200, 4e-200]))).forEach((x, i) => expect(x).toBeCloseTo([0.6, 0.8][i], 15));
  }));
  it("have derivative 0 at a zero row, and no NaN beside it", () => onEachBackend(() => {
    expect(gradient((x) => sum(norm(x)), array([[0, 0], [3, 4]]))).toEqual([[0, 0], [0.6, 0.8]]);
    const g = gradient((x) => sum(normalize(x)), array([[0, 0], [3, 4]])) as number[][];
    expect(g[0].map(Math.abs)).toEqual([0, 0]);
    expect(g[1].every(Number.isFinite)).toBe(true);
  }));
  it("say how far they are from a zero row", () => {
    for (const name of ["norm", "normalize"]) {
      expect(registered(name).clearance!([array([[0, -2], [3, 4]])], {})).toBe(2);
      expect(registered(name).clearance!([zeros([2, 0])], {})).toBe(Infinity);
    }
  });
  it("differentiate along another axis", () => { checkGrads(((x: Value) => norm(x, { axis: 0 })) as never, [a], { order: 2 }); });
  it("name an axis that does not exist", () => {
    expect(() => norm(a, { axis: 2 })).toThrow("norm: axis 2 does not exist in an array of shape [2, 3].");
    expect(() => norm(1)).toThrow("norm: axis -1 does not exist in an array of shape [].");
    expect(() => normalize(1)).toThrow("normalize: axis -1 does not exist in an array of shape [].");
  });
});

describe("project", () => {
  const rows = array([[3, 4], [0.3, -0.4], [0, 0], [-6, 8]]);
  it("scales rows beyond the radius down to it, and leaves the others", () => onEachBackend(() => {
    expect(nested(project(rows, { radius: 5 }))).toEqual([[3, 4], [0.3, -0.4], [0, 0], [-3, 4]]);
    expect(nested(project(rows, { radius: 2.5, scale: -0.5 }))).toEqual([[-1.5, -2], [-0.15, 0.2], [-0, -0], [1.5, -2]]);
    numbers(project(array([3e200, -4e200]), { radius: 1 })).forEach((x, i) => expect(x).toBeCloseTo([0.6, -0.8][i], 15));
  }));
  it("stays where it is when projected again, but for rounding", () => onEachBackend(() => {
    const once = project(rows, { radius: 1.3 });
    numbers(project(once, { radius: 1.3 })).forEach((x, i) => expect(x).toBeCloseTo(numbers(once)[i], 15));
  }));
  it("lets a cotangent through inside the ball, and only its part along the sphere outside", () => {
    const pulled = gradient((x) => sum(mul(project(x, { radius: 1 }), array([[1, 2], [1, 2]]))), array([[0.3, 0.4], [0, 5]])) as number[][];
    expect(pulled[0]).toEqual([1, 2]);
    expect(pulled[1][0]).toBeCloseTo(0.2, 15); // the part of (1, 2) across (0, 1), times radius / length
    expect(pulled[1][1]).toBeCloseTo(0, 15);
    checkGrads(((x: Value) => project(x, { radius: 2, scale: 0.7 })) as never, [rows], { order: 2 });
  });
  it("says how far the nearest row is from the sphere, in units of its argument", () => {
    expect(registered("project").clearance!([rows], { radius: 4, scale: 1 })).toBeCloseTo(1, 15);
    expect(registered("project").clearance!([rows], { radius: 4, scale: 0.5 })).toBeCloseTo(2, 15);
  });
  it("refuses a radius that is none, and numbers", () => {
    for (const radius of [-1, NaN, Infinity]) expect(() => project(rows, { radius })).toThrow(`project: radius = ${radius} is out of range.\n  Expected a finite radius >= 0.`);
    for (const scale of [NaN, Infinity]) expect(() => project(rows, { radius: 1, scale })).toThrow(`project: scale = ${scale} is out of range.\n  Expected a finite scale.`);
    expect(numbers(project(rows, { radius: 0 })).every((x) => x === 0)).toBe(true);
    expect(() => project(1, { radius: 1 })).toThrow("project: axis -1 does not exist in an array of shape [].");
  });
});

describe("logsumexp", () => {
  it("is ln sum e^x, also for large x", () => onEachBackend(() => {
    expect(numbers(logsumexp(array([[0, 0], [1, 1]])))).toEqual([Math.LN2, 1 + Math.LN2]);
    expect(numbers(logsumexp(array([1000, 1000])))[0]).toBeCloseTo(1000 + Math.LN2, 12);
    // ln(e + e^2 + e^3), from 40-digit arithmetic
    expect(numbers(logsumexp(array([1, 2, 3])))[0]).toBeCloseTo(3.4076059644443806, 15);
  }));
  it("has the softmax as its gradient, also at ties of the maximum", () => {
    expect(gradient((x) => logsumexp(x), array([1, 1]))).toEqual([0.5, 0.5]);
    checkGrads(logsumexp as never, [array([[1, 1, -2], [0.5, 3, 2]])], { order: 2 });
  });
  it("needs a class", () => {
    expect(() => logsumexp(1)).toThrow("logsumexp: axis -1 does not exist");
    expect(() => logsumexp(zeros([2, 0]))).toThrow("logsumexp: an array of shape [2, 0] has no element along axes [1].\n  Expected at least one element: an empty logsumexp does not exist.");
  });
});
