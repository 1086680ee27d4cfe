/** Arguments and results that are trees: each leaf of the result is judged by itself, each leaf of the arguments named. */
import { describe, expect, it } from "vitest";
import { add, array, checkGrads, exp, matmul, mul, scalar, sum, type Value } from "lemmagrad";
import { onEachBackend } from "../support/arrays.ts";
import { cubeWith, right } from "./bent.ts";

const x = array([[0.7, -1.2, 0.4], [1.1, 0.9, -0.3]]);
const w = array([[0.2, -0.4], [1, 0.3], [0.1, -0.5]]);

describe("a tree as result", () => {
  const f = ({ w: weights, b }: { w: Value; b: Value }, input: Value) => ({ loss: sum(add(matmul(input, weights), b)), extra: [exp(b), 3] });
  it("has one check a leaf, direction and mode, and the leaf's name", () => onEachBackend(() => {
    const { checks } = checkGrads(f as never, [{ w, b: 0.4 }, x], { directions: 2 });
    expect([...new Set(checks.map(({ of }) => of))]).toEqual(["f.loss", "f.extra[0]", "f.extra[1]"]);
    expect(checks).toHaveLength(3 * 2 * 2);
  }));
  it("is differentiated to any order", () => onEachBackend(() => {
    const { checks } = checkGrads(f as never, [{ w, b: 0.4 }, x], { order: 3, directions: 1 });
    const names = new Set(checks.map(({ of }) => of));
    for (const name of ["jvp of f.extra[0]", "vjp of f by args[0].w", "vjp of vjp of f by ct.loss", "jvp of vjp of f by args[1]", "vjp of jvp of f by t[0].b"]) expect(names).toContain(name);
  }));
  it("shows a fault in a small leaf beside a large one, and says which", () => {
    const wrong = cubeWith((ct, z) => mul(1.001, right(ct, z)));
    const both = (z: Value) => [mul(1e12, exp(z)), mul(1e-12, wrong(z))];
    expect(() => checkGrads(both as never, [x])).toThrow("the reverse derivative of f[1] along direction seed 1");
  });
});

describe("a tree as argument", () => {
  it("has the leaf at fault named by its path", () => {
    const wrong = cubeWith((ct, z) => mul(1.001, right(ct, z)));
    const f = ({ layers }: { layers: { scale: Value; weights: Value[] }[] }) => sum(add(mul(layers[0].scale, sum(layers[0].weights[0])), wrong(layers[1].weights[1])));
    const layer = (...weights: Value[]) => ({ scale: 0.5, weights });
    expect(() => checkGrads(f as never, [{ layers: [layer(x), layer(w, scalar(0.8))] }])).toThrow("Worst element: args[0].layers[1].weights[1], where the rule gives");
  });
});
