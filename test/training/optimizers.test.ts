import { describe, expect, it } from "vitest";
import { array, compile, grad, mul, scalar, sub, sum, type Value } from "lemmagrad";
import { adam, type Optimizer, sgd } from "lemmagrad/training";
import { expectSame, numbers, onEachBackend } from "../support/arrays.ts";
import { messageOf } from "../support/message-of.ts";

const gradients = [[0.5, -2], [1, 0.25], [-3, 0]];

/** The parameters after each of the gradients, as lists. */
function path(optimizer: Optimizer, rate: number): number[][] {
  let params = { layer: [array([1, -1])] };
  let state = optimizer.start(params);
  return gradients.map((g) => {
    ({ params, state } = optimizer.step(params, { layer: [array(g)] }, state, rate));
    return numbers(params.layer[0]);
  });
}

describe("sgd", () => {
  it("is w - rate m with m <- momentum m + g + weightDecay w, written out", () => onEachBackend(() => {
    const expected: number[][] = [];
    const [w, m] = [[1, -1], [0, 0]];
    for (const g of gradients) {
      for (let i = 0; i < 2; i++) {
        m[i] = 0.9 * m[i] + (g[i] + 0.1 * w[i]);
        w[i] -= 0.05 * m[i];
      }
      expected.push([...w]);
    }
    path(sgd({ momentum: 0.9, weightDecay: 0.1 }), 0.05).forEach((row, t) => row.forEach((x, i) => expect(x).toBeCloseTo(expected[t][i], 14)));
  }));
  it("without options is plain descent, and remembers nothing", () => {
    const [first] = path(sgd(), 0.1);
    expect(first).toEqual([1 - 0.5 * 0.1, -1 + 2 * 0.1]);
    expect(sgd().start({ w: array([1]) })).toEqual({});
  });
});

describe("adam", () => {
  it("is the algorithm of the paper, with powers of beta taken anew at each step", () => onEachBackend(() => {
    const [b1, b2, eps, rate] = [0.8, 0.95, 1e-3, 0.1];
    const [w, m, v] = [[1, -1], [0, 0], [0, 0]];
    const expected = gradients.map((g, at) => {
      const t = at + 1;
      for (let i = 0; i < 2; i++) {
        m[i] = b1 * m[i] + (1 - b1) * g[i];
        v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
        w[i] -= (rate * (m[i] / (1 - b1 ** t))) / (Math.sqrt(v[i] / (1 - b2 ** t)) + eps);
      }
      return [...w];
    });
    path(adam({ beta1: b1, beta2: b2, epsilon: eps }), rate).forEach((row, t) => row.forEach((x, i) => expect(x).toBeCloseTo(expected[t][i], 13)));
  }));
  it("moves by the rate at first, whatever the size of the gradient", () => {
    for (const size of [1e-3, 1, 1e3]) {
      const params = { w: array([0]) };
      const { params: next } = adam().step(params, { w: array([size]) }, adam().start(params), 0.01);
      // epsilon 1e-8 against a gradient of 1e-3
      expect(numbers(next.w)[0]).toBeCloseTo(-0.01, 6);
    }
  });
});

describe.each([["sgd", sgd({ momentum: 0.9 }), 0.02], ["adam", adam(), 0.05]] as const)("%s", (_name, optimizer, rate) => {
  const goal = array([3, -2, 0.5]);
  const loss = (w: Value) => sum(mul(sub(w, goal), sub(w, goal)));
  it("reaches the minimum of a bowl, and leaves its arguments as they were", () => {
    const start = { w: array([0, 0, 0]) };
    let params = start;
    let state = optimizer.start(params);
    for (let i = 0; i < 400; i++) ({ params, state } = optimizer.step(params, { w: grad(loss)(params.w) }, state, rate));
    numbers(params.w).forEach((x, i) => expect(x).toBeCloseTo(numbers(goal)[i], 3));
    expect(numbers(start.w)).toEqual([0, 0, 0]);
  });
  it("compiles, with the rate as an array, to the same bits, and keeps float32", () => {
    const goal32 = array([3, -2, 0.5], undefined, "float32");
    const loss32 = (w: Value) => sum(mul(sub(w, goal32), sub(w, goal32)));
    const step = (params: { w: Value }, state: object, by: Value) => optimizer.step(params, { w: grad(loss32)(params.w) }, state, by);
    const fast = compile(step);
    let [plain, quick] = [0, 1].map(() => ({ params: { w: array([0.1, 0.2, 0.3], undefined, "float32") as Value }, state: optimizer.start({ w: array([0, 0, 0], undefined, "float32") }) }));
    for (let i = 0; i < 5; i++) {
      const by = scalar(rate / (i + 1), "float32");
      plain = step(plain.params, plain.state as object, by) as typeof plain;
      quick = fast(quick.params, quick.state as object, by) as typeof quick;
      expectSame(quick.params.w, plain.params.w);
    }
    expect((quick.params.w as { data: unknown }).data).toBeInstanceOf(Float32Array);
  });
  it("says so when gradient and parameters differ in form", () => {
    const params = { w: array([1]) };
    expect(messageOf(() => optimizer.step(params, { v: array([1]) } as never, optimizer.start(params), 0.1))).toMatch(/no tree like the parameters/);
  });
});

it("options out of range are errors", () => {
  expect(messageOf(() => sgd({ momentum: 1 }))).toMatch(/momentum = 1 is out of range.*\n.*\[0, 1\)/);
  expect(messageOf(() => sgd({ weightDecay: -1 }))).toMatch(/weightDecay/);
  expect(messageOf(() => adam({ beta2: 1.5 }))).toMatch(/beta2/);
  expect(messageOf(() => adam({ epsilon: 0 }))).toMatch(/epsilon/);
  expect(messageOf(() => sgd({ nesterov: true } as never))).toMatch(/no option "nesterov"/);
});
