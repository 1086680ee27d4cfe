/** What derivatives promise beside their values: shapes, dtypes, signs of zero, and that nothing changes behind their back. */
import { describe, expect, it } from "vitest";
import { add, array, compile, div, type Dtype, exp, full, grad, item, jvp, mul, type NdArray, reshape, scalar, sum, transpose, type Value, valueAndGrad, vjp } from "lemmagrad";
import { held, isTraced } from "../../src/autodiff/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

const byGrad = (f: (...args: Value[]) => Value, argument = 0) => grad(f, { argument }) as unknown as (...args: Value[]) => Value & { dtype: string };

describe("a cotangent", () => {
  it("of a result that is returned twice is the sum of both", () => {
    const square = (x: Value) => {
      const y = mul(x, x);
      return [y, { again: y }];
    };
    expect(numbers(vjp(square, scalar(3)).pull([1, { again: 10 }])[0])).toEqual([66]);
  });
  it("has its operand's shape, also where what comes back has its size already", () => {
    for (const [own, other] of [[[3], [1, 3]], [[1, 3], [3]], [[1], []], [[], [1, 1]]]) {
      expect([...byGrad((x) => sum(mul(x, full(other, 2))))(full(own, 1)).shape]).toEqual(own);
    }
  });
  it("of an argument that nothing depends on has its dtype", () => {
    for (const dtype of ["float64", "float32"] as const) expect(byGrad((x) => sum(x), 1)(array([1]), full([2], 1, dtype)).dtype).toBe(dtype);
  });
});

it("a tangent has the result's shape, also where only an operand with axes of length 1 has one", () => {
  const { tangent } = jvp((x: Value) => add(x, full([3, 2], 0)), [array([[1, 2]])], [array([[5, 6]])]);
  expect([[...tangent.shape], numbers(tangent)]).toEqual([[3, 2], [5, 6, 5, 6, 5, 6]]);
});

describe("a literal", () => {
  it("keeps the sign of its zero, whichever zero was used before", () => {
    const signs = (...zeros: number[]) => vjp((x: Value) => zeros.map((zero) => mul(x, zero)), scalar(1)).value.map((x: Value) => numbers(x)[0]);
    expect(signs(0, -0, 0)).toEqual([0, -0, 0]);
    expect(signs(-0, 0, -0)).toEqual([-0, 0, -0]);
  });
  it("takes the dtype of its neighbour, whichever dtype it had before", () => {
    for (const dtypes of [["float64", "float32"], ["float32", "float64"]] as Dtype[][]) {
      const { value } = vjp((x: Value, y: Value) => [x, y].map((z) => [mul(z, 2), div(z, 2)]), full([2], 1, dtypes[0]), full([2], 1, dtypes[1]));
      expect(value.map((pair: Value[]) => pair.map((x) => x.dtype))).toEqual(dtypes.map((dtype) => [dtype, dtype]));
      expect(value.map((pair: Value[]) => pair.map(numbers))).toEqual([[[2, 2], [0.5, 0.5]], [[2, 2], [0.5, 0.5]]]);
    }
  });
});

it("a view of float32 is read as float32", () => onEachBackend(() => {
  const x = transpose(array([[1, 2, 3], [4, 5, 6]], [2, 3], "float32"), [1, 0]);
  const [rows, same] = [exp(x), sum(x, { axes: [] })];
  expect([rows.dtype, numbers(rows)]).toEqual(["float32", numbers(exp(array([1, 4, 2, 5, 3, 6], [6], "float32")))]);
  expect([same.dtype, numbers(same)]).toEqual(["float32", [1, 4, 2, 5, 3, 6]]);
}));

it("what a user writes into the value of vjp, the rules do not read", () => onEachBackend(() => {
  for (const [f, slope] of [[(x: Value) => exp(x), Math.E], [(x: Value) => mul(x, x), 2], [(x: Value) => x, 1]] as const) {
    const x = array([1, 1]);
    const { value, pull } = vjp((y: Value) => reshape(f(y), [2, 1]), x);
    value.data.fill(7);
    expect(numbers(x)).toEqual([1, 1]);
    expect(numbers(pull(full([2, 1], 1))[0])[0]).toBeCloseTo(slope, 12);
  }
}));

describe("a traced value that escaped", () => {
  let kept: Value;
  grad((x: Value) => (kept = sum(x)))(array([1]));
  const already = "a value was traced by a grad, vjp or jvp that has already returned.";
  const x = scalar(1);
  it.each([
    ["as an argument", (): unknown => grad((y: Value) => y)(kept), "grad: args[0]"], ["as an argument nothing depends on", (): unknown => grad((_y: Value) => 5)(kept), "grad: args[0]"],
    ["as a primal", (): unknown => jvp((y: Value) => y, [kept], [x]), "jvp: primals[0]"], ["as a tangent", (): unknown => jvp((y: Value) => y, [x], [kept]), "jvp: the tangent of argument 0"],
    ["as a cotangent", (): unknown => vjp((y: Value) => y, x).pull(kept), "vjp: the cotangent"],
    ["as a result of grad", (): unknown => grad((_y: Value) => kept)(x), "grad"], ["as a result of vjp, in a tree", (): unknown => vjp((_y: Value) => [x, { kept }], x), "vjp"],
    ["as a result of jvp", (): unknown => jvp((_y: Value) => kept, [x], [x]), "jvp"],
    ["where it is read out", (): unknown => item(kept), "item"],
  ] as const)("is refused %s", (_words, call, where) => expect(call).toThrow(`${where}: ${already}`));
});

it("aux comes back without a trace, in trees too", () => {
  const { aux } = valueAndGrad((x: Value): [Value, { own: Value; deep: Value[] }] => [sum(x), { own: x, deep: [mul(x, 2)] }], { aux: true })(array([1]));
  for (const leaf of [aux.own, aux.deep[0]]) expect(isTraced(leaf)).toBe(false);
});

it("held gives the plain array under whatever watches a value, but under compile what is being compiled", () => {
  const kinds: string[] = [];
  const look = (x: Value): Value => {
    const value = held(mul(x, 2));
    kinds.push(isTraced(value) ? value.trace.kind : `plain ${numbers(value).join()}`);
    return x;
  };
  byGrad((x) => byGrad(look)(x))(scalar(3));
  compile((x: Value) => byGrad(look)(x))(scalar(3));
  expect(kinds).toEqual(["plain 6", "graph"]);
});

it("a value that left its jvp is refused", () => {
  let kept: Value | undefined;
  jvp((x: Value) => {
    kept = mul(x, 2);
    return x;
  }, [scalar(1)], [scalar(1)]);
  expect(() => add(kept!, 1)).toThrow("add: a value was traced by a grad, vjp or jvp that has already returned.");
});

describe("a change in place between the run and its pull-back is noticed", () => {
  // every length modulo the four words of a fingerprint's step, and signs, whose bit is the one that products lose first
  const changes: Record<string, (data: Float64Array | Float32Array) => void> = {
    "the last element": (data) => { data[data.length - 1] += 0.5; },
    "the sign of the first": (data) => { data[0] = -data[0]; },
    "every sign": (data) => data.forEach((value, i) => { data[i] = -value; }),
    "the signs of neighbours": (data) => data.subarray(-2).forEach((value, i, pair) => { pair[i] = -value; }),
    "the order": (data) => data.length > 1 ? data.reverse() : data.fill(9),
  };
  for (const dtype of ["float64", "float32"] as const) {
    it.each(Object.entries(changes))(`in ${dtype}: %s`, (_name, change) => {
      for (let n = 1; n <= 9; n++) {
        const x = array(Array.from({ length: n }, (_, i) => i + 1), [n], dtype);
        const { pull } = vjp((y: Value) => sum(mul(y, y)), x);
        change(x.data as Float64Array);
        expect(() => pull(scalar(1, dtype)), `${n} elements`).toThrow("the input args[0]");
      }
    });
    it(`in ${dtype}: any one element`, () => {
      for (let changed = 0; changed < 9; changed++) {
        const x = array(Array.from({ length: 9 }, (_, i) => i + 1), [9], dtype);
        const { pull } = vjp((y: Value) => sum(mul(y, y)), x);
        x.data[changed] += 0.5;
        expect(() => pull(scalar(1, dtype)), `element ${changed}`).toThrow("the input args[0]");
      }
    });
  }
  for (const count of [1, 2, 16, 17, 40]) {
    for (const dtype of ["float64", "float32"] as const) {
      it(`in ${dtype}, inside grad: the sign of the last of ${count} zeros, and no NaN that stays one`, () => {
        const constant = (last: number) => array(Array.from({ length: count }, (_, i) => (i === count - 1 ? last : 0)), [count], dtype);
        const x = array(new Array<number>(count).fill(1), [count], dtype);
        const changing = (c: NdArray, to: number) => byGrad((y: Value) => { const z = mul(y, c); c.data[count - 1] = to; return sum(z); })(x);
        expect(() => changing(constant(0), -0)).toThrow("was changed in place");
        expect(() => changing(constant(2), 2)).not.toThrow();
        expect(() => changing(constant(NaN), NaN)).not.toThrow();
      });
    }
  }
  it.each([
    ["its shape", (c: NdArray) => { c.shape[0] = 2; }], ["its dtype", (c: NdArray) => { c.data = Float32Array.of(1, 2, 3) as never; }],
  ])("inside grad, of a small array: %s", (_words, change) => {
    const c = array([1, 2, 3]);
    const changing = (x: Value) => { const y = sum(mul(x, c)); change(c); return y; };
    expect(() => byGrad(changing)(array([1, 1, 1]))).toThrow("mul: argument 1, of shape [");
  });
  it("also when the function uses it once more after the change", () => {
    const c = array([1, 2]);
    const changing = (x: Value) => { const y = mul(x, c); c.data[0] = 5; return sum(mul(y, c)); };
    expect(() => byGrad(changing)(array([1, 1]))).toThrow("mul: argument 1, of shape [2], was changed in place");
  });
});
