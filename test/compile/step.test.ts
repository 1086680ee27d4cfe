/** The paper's training step, compiled, gives the bits of the plain one: at awkward sizes, step after step, written over its own weights. */
import { afterAll, describe, expect, it } from "vitest";
import { compile, copy, type NdArray, type Value } from "../../src/index.ts";
import { expectSame } from "../support/arrays.ts";
import { problem, sizes, stepsOf } from "./paper.ts";

const cases = Object.entries(sizes).flatMap(([name, own]) => (["float64", "float32"] as const).flatMap((dtype) => [1, 2].map((threads) => ({ name, own, dtype, threads }))));
let blocks = 0;
afterAll(() => console.log(`steps with a smaller last block: ${blocks}`));

describe.each(cases)("$name, $dtype, $threads thread(s)", ({ own, dtype, threads }) => {
  const { W, X, labels } = problem(own, dtype);
  it.each(Object.entries(stepsOf(own, labels)))("%s", (_name, step) => {
    const compiled = compile(step as (W: Value, X: Value) => Record<string, Value>, { threads });
    const weights = copy(W);
    let plain: Record<string, NdArray> = { weights: W };
    let target = compiled(W, X) as Record<string, NdArray>;
    const plan = compiled.plan(W, X);
    expect(plan.plainBecause).toBe("");
    if (plan.groups.some(({ slices, block }) => slices % block > 0)) blocks++;
    for (let i = 0; i < 4; i++) {
      const other = problem(own, dtype, i + 3).X;
      plain = step(plain.weights, other) as Record<string, NdArray>;
      // the new weights go over the old ones
      target = compiled.into({ ...target, weights } as never, weights, other) as Record<string, NdArray>;
      expect(Object.keys(target).sort()).toEqual(Object.keys(plain).sort());
      for (const key of Object.keys(plain)) expectSame(target[key], plain[key], `step ${i}, ${key}`);
    }
  });
});

it("some of these steps have a smaller last block", () => expect(blocks).toBeGreaterThan(4));
