import { describe, expect, it } from "vitest";
import { array, checkFinite, div, exp, full, grad, type GradOptions, index, jvp, log, matmul, mul, add, scalar, stripTraces, sub, sum, transpose, type Value, valueAndGrad, vjp, zeros } from "lemmagrad";
import { checksFinite } from "../../src/autodiff/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

const number = (x: unknown) => numbers(x)[0];
const cube = (x: Value) => mul(x, mul(x, x));
const fourth = (x: Value) => mul(mul(x, x), mul(x, x));
const derivative = (f: (x: Value) => unknown) => grad(f) as unknown as (x: Value) => Value;
const list = (f: (...own: Value[]) => unknown, options: GradOptions) => grad(f, options) as unknown as (...own: unknown[]) => Value[];

describe("grad", () => {
  it("adds up both uses of a value in the diamond b = a + a, c = b + b", () => onEachBackend(() => {
    expect(number(derivative((a) => { const b = add(a, a); return add(b, b); })(scalar(3)))).toBe(4);
    expect(number(derivative((a) => { const b = mul(a, a); return mul(b, b); })(scalar(3)))).toBe(4 * 27);
  }));
  it("gives zeros for arguments that are not used", () => {
    const [a, b] = list((x) => sum(mul(x, x)), { argument: [0, 1] })(array([1, 2]), array([[1, 2, 3]]));
    expect(numbers(a)).toEqual([2, 4]);
    expect([b.shape, numbers(b)]).toEqual([[1, 3], [0, 0, 0]]);
    expect(number(derivative(() => scalar(7))(scalar(1)))).toBe(0);
    expect(number(derivative(() => 7)(scalar(1)))).toBe(0);
  });
  it("of the identity is one, also for arrays of one element", () => {
    expect(number(derivative((x) => x)(scalar(3)))).toBe(1);
    const slope = derivative((x) => x)(array([[3]]));
    expect([[...slope.shape], numbers(slope)]).toEqual([[1, 1], [1]]);
  });
  it("keeps the order of several arguments, and of one argument by number", () => {
    const f = (x: Value, y: Value) => sum(sub(mul(x, x), mul(3, y)));
    expect(list(f, { argument: [1, 0] })(scalar(5), scalar(2)).map(number)).toEqual([-3, 10]);
    expect(number(grad(f, { argument: 1 })(scalar(5), scalar(2)))).toBe(-3);
  });
  it("returns trees shaped like the argument", () => {
    const weights = { layers: [array([1, 2]), array([3])], bias: scalar(4), scale: 2 };
    const f = (w: typeof weights) => mul(add(add(sum(mul(w.layers[0], w.layers[0])), sum(w.layers[1])), w.bias), w.scale);
    const g = grad(f)(weights) as unknown as Record<string, Value> & { layers: Value[] };
    expect(Object.keys(g)).toEqual(["layers", "bias", "scale"]);
    expect(g.layers.map(numbers)).toEqual([[4, 8], [2]]);
    expect(number(g.bias)).toBe(2);
    expect(number(g.scale)).toBe(1 + 4 + 3 + 4);
    const bare = Object.assign(Object.create(null) as { w: Value }, { w: array([1, 2]) });
    expect(numbers(grad(({ w }: { w: Value }) => sum(mul(w, w)))(bare).w)).toEqual([2, 4]);
  });
  it("returns aux undifferentiated, with traces removed and other values as they are", () => {
    const { value, gradient, aux } = valueAndGrad((x: Value) => [sum(mul(x, x)), { twice: mul(x, 2), name: "a", plain: array([1]) }], { aux: true })(array([3, 4]));
    expect(number(value)).toBe(25);
    expect(numbers(gradient)).toEqual([6, 8]);
    const { twice, name, plain } = aux as { twice: Value; name: string; plain: Value };
    expect([numbers(twice), name, numbers(plain)]).toEqual([[6, 8], "a", [1]]);
  });
  it("keeps the dtype of its leaf", () => {
    for (const dtype of ["float32", "float64"] as const) expect((derivative((x) => sum(mul(x, 2)))(full([2], 1, dtype)) as { dtype?: string }).dtype).toBe(dtype);
  });
  it("walks a chain of 100,000 ops without overflowing the stack", () => {
    const chain = (x: Value) => {
      let y = x;
      for (let i = 0; i < 100_000; i++) y = add(y, 1);
      return mul(y, y);
    };
    expect(number(derivative(chain)(scalar(2)))).toBe(2 * 100_002);
    expect(number(jvp(chain as never, [scalar(2)], [scalar(1)]).tangent)).toBe(2 * 100_002);
  });
});

describe("broadcasting is undone on the way back", () => {
  it.each([[[2, 3], [3]], [[2, 1, 3], [4, 1]], [[], [2]], [[0, 3], [1, 3]], [[1, 3], [0, 3]], [[0], []]])("for shapes %j and %j", (a, b) => {
    const out = numbers(add(zeros(a), zeros(b))).length;
    const { value, pull } = vjp((x: Value, y: Value) => mul(x, y), full(a, 2), full(b, 3));
    const [ca, cb] = pull(full([...value.shape], 1)) as Value[];
    expect([[...ca.shape], [...cb.shape]]).toEqual([a, b]);
    // each operand's cotangent adds up to the other's value times the number of results
    expect([numbers(ca), numbers(cb)].map((x) => x.reduce((p, q) => p + q, 0))).toEqual([3 * out, 2 * out]);
  });
  it("spreads a cotangent over a summed axis of length 0", () => {
    expect([...derivative((x) => sum(sum(x, { axes: 1 })))(zeros([2, 0, 3])).shape]).toEqual([2, 0, 3]);
  });
});

describe("errors of reverse mode", () => {
  it("a gradient of more than one number", () => {
    expect(() => derivative((x) => mul(x, 2))(array([1, 2]))).toThrow("grad: the function returned an array of shape [2].\n  Expected one number: a gradient is of a scalar function.\n  Mend: reduce it, as in sum(f(x)), or use vjp with a cotangent of that shape, or jacobian.");
  });
  it("a function that returns nothing, or something else", () => {
    expect(() => derivative(() => undefined)(scalar(1))).toThrow("grad: the function returned nothing.");
    expect(() => derivative(() => "loss")(scalar(1))).toThrow("grad: the function returned a string.");
  });
  it("arguments that do not exist or come twice", () => {
    expect(() => list((x) => x, { argument: [1] })(scalar(1))).toThrow("grad: there is no argument 1.\n  Expected an integer from 0 to 0.");
    expect(() => list((x) => x, { argument: [0, 0] })(scalar(1))).toThrow("grad: the arguments [0, 0] name one twice.");
  });
  it("leaves that are no arrays, by their path", () => {
    expect(() => grad((w: { a: unknown[] }) => w.a[0])({ a: [scalar(1), "x"] })).toThrow("args[0].a[1]: string x is not an array.");
  });
  it("a traced value that escaped", () => {
    let escaped: Value = scalar(0);
    derivative((x) => { escaped = x; return x; })(scalar(1));
    expect(() => mul(escaped, 2)).toThrow("mul: a value was traced by a grad, vjp or jvp that has already returned.\n  Expected traced values to be used only inside the function being differentiated.");
    jvp(((x: Value) => { escaped = x; return x; }) as never, [scalar(1)], [scalar(1)]);
    expect(() => derivative((x) => mul(x, escaped))(scalar(1))).toThrow("has already returned");
  });
  it("JavaScript's operators on a traced value", () => {
    const message = "traced value: a traced array was used with a JavaScript operator or as a plain number.\n  Expected ops on it, such as mul(x, 2).\n  Mend: replace the operator by an op; JavaScript cannot overload operators.";
    for (const use of [(x: never) => x * 2, (x: never) => x + 1, (x: never) => x > 1, (x: never) => Math.exp(x), (x: never) => -x]) expect(() => derivative((x) => use(x as never) as unknown)(scalar(1))).toThrow(message);
  });
  it("operands of two dtypes", () => {
    expect(() => add(scalar(1), scalar(1, "float32"))).toThrow("add: the operands mix float64 and float32.\n  Expected one dtype.\n  Mend: convert one of them with astype(x, dtype).");
    expect(() => derivative((x) => mul(x, scalar(1, "float32")))(scalar(1))).toThrow("mul: the operands mix");
  });
  it("cotangents of another shape or dtype", () => {
    const { pull } = vjp((x: Value) => mul(x, 2), array([1, 2]));
    expect(() => pull(scalar(1))).toThrow("vjp: the cotangent has shape [], the function's value [2].");
    expect(() => pull(full([2], 1, "float32"))).toThrow("vjp: the cotangent is float32, the function's value float64.");
  });
  it("leaves no trace open behind an error", () => {
    expect(() => derivative(() => { throw new Error("mine"); })(scalar(1))).toThrow("mine");
    expect(number(derivative((x) => mul(x, derivative(cube)(x)))(scalar(2)))).toBe(9 * 4);
  });
});

describe("vjp", () => {
  it("pulls back as often as asked, and to every argument", () => onEachBackend(() => {
    const { value, pull } = vjp((a: Value, b: Value) => matmul(a, b), array([[1, 2]]), array([[3], [4]]));
    expect(numbers(value)).toEqual([11]);
    for (const ct of [1, 2]) expect(pull(array([[ct]])).map(numbers)).toEqual([[3 * ct, 4 * ct], [ct, 2 * ct]]);
  }));
  it("takes a number for a scalar's cotangent, in the value's dtype", () => {
    expect(numbers(vjp((x: Value) => mul(x, x), scalar(3, "float32")).pull(1)[0])).toEqual([6]);
  });
});

describe("checkFinite", () => {
  it("names the op and the element that first makes a NaN or an Infinity", () => {
    expect(checksFinite()).toBe(false);
    checkFinite(true);
    expect(checksFinite()).toBe(true);
    try {
      expect(() => log(array([[1, 0]]))).toThrow("log: the result's element 1 (row-major, shape [1, 2]) is -Infinity, from finite arguments.\n  Expected finite results while checkFinite is on.\n  Mend: look at that element's arguments: a log of 0, a division by 0, or an overflow.");
      expect(() => derivative((x) => div(1, sub(x, x)))(scalar(1))).toThrow("div: the result's element 0");
      expect(numbers(exp(array([-Infinity])))).toEqual([0]);
      expect(numbers(add(array([Infinity]), 1))).toEqual([Infinity]); // it was not made here
      expect(numbers(add(array([1, Infinity]), 1))).toEqual([2, Infinity]);
    } finally {
      checkFinite(false);
    }
    expect(numbers(log(scalar(0)))).toEqual([-Infinity]);
  });
});

it("stripTraces gives the plain arrays of a tree", () => {
  derivative((x) => {
    const { a, b } = stripTraces({ a: mul(x, 2), b: [x] }) as { a: Value; b: Value[] };
    expect([numbers(a), numbers(b[0]), "data" in a]).toEqual([[6], [3], true]);
    return x;
  })(scalar(3));
});

it("views as arguments: the gradient at a transpose is that at its copy", () => {
  const x = transpose(array([[1, 2, 3], [4, 5, 6]]));
  const g = derivative((m) => index(sum(mul(m, cube(m)), { axes: 0 }), 0))(x);
  expect([...g.shape]).toEqual([3, 2]);
  expect(numbers(g)).toEqual([4, 0, 32, 0, 108, 0]);
  expect(number(derivative(fourth)(scalar(2)))).toBe(32);
});
