/** Random programs give the same bits compiled as plain (any NaN is like any other): in small blocks and large ones, on one thread and on three. */
import fc from "fast-check";
import { afterAll, expect, it, vi } from "vitest";
import { add, compile, copy, type Dtype, grad, jvp, matmul, mul, type NdArray, sum, transpose, type Tree, type Value } from "../../src/index.ts";
import { leavesOf, mapTree } from "../../src/autodiff/index.ts";
import type { Limits } from "../../src/compile/plan.ts";
import { isContiguous } from "../../src/ndarray/index.ts";
import { expectSame, reversedView, samples, slicedView, transposedView } from "../support/arrays.ts";
import { drawn, functionOf, type Program, programs } from "./program.ts";

/** Few bytes a block, so that small arrays make several blocks and a smaller last one. */
const size = vi.hoisted(() => ({ blockBytes: undefined as number | undefined }));
vi.mock("../../src/compile/plan.ts", async (original) => {
  const actual = await original<typeof import("../../src/compile/plan.ts")>();
  return { ...actual, planOf: (recorder: never, outputs: never, sizer: never, limits: Limits) => actual.planOf(recorder, outputs, sizer, { ...limits, blockBytes: size.blockBytes }) };
});

/** How many calls had a group of several blocks, a smaller last block, a fused step: a test of none of them would show nothing. */
const seen = { calls: 0, blocks: 0, remainder: 0, fused: 0 };
afterAll(() => console.log(`compiled programs: ${JSON.stringify(seen)}`));

function expectSameTree(actual: Tree, expected: Tree, label: string): void {
  const [a, b] = [leavesOf(actual), leavesOf(expected)];
  expect(a.length, label).toBe(b.length);
  a.forEach((x, i) => expectSame(x, b[i], `${label}, result ${i}`));
}

const copied = (tree: Tree) => mapTree(tree, (leaf) => copy(leaf as NdArray));
const layouts = [copy, transposedView, reversedView, slicedView];

/** Compiled once, called with three draws, plainly laid out and as views; then into earlier results, and into arguments. */
function check(f: (...args: Value[]) => Tree, { shapes }: Program, dtype: Dtype, threads: number): void {
  const compiled = compile(f, { threads });
  let last: Tree;
  for (const seed of [1, 2, 3]) {
    const args = shapes.map((shape, at) => layouts[seed === 1 ? 0 : (at + seed) % 4](drawn(shape, dtype, seed + 10 * at)));
    const before = args.map(copy);
    const expected = copied(f(...args));
    const actual = compiled(...args);
    expectSameTree(actual, expected, `draw ${seed}`);
    args.forEach((x, at) => expectSame(x, before[at], `argument ${at} after draw ${seed}`));
    if (last !== undefined) {
      compiled.into(last as never, ...args);
      expectSameTree(last, expected, `draw ${seed} into an earlier result`);
    }
    last = actual;
  }
  const { plainBecause, groups } = compiled.plan(...shapes.map((shape) => drawn(shape, dtype, 1)));
  expect(plainBecause).toBe("");
  seen.calls++;
  if (groups.some(({ slices, block }) => slices > block)) seen.blocks++;
  if (groups.some(({ slices, block }) => slices % block > 0)) seen.remainder++;
  if (groups.some(({ steps }) => steps.some(({ ops }) => ops.length > 1))) seen.fused++;
  overArguments(f, compiled as never, shapes, dtype);
}

/** Each result that has an argument's shape goes into that argument's own array. */
function overArguments(f: (...args: Value[]) => Tree, compiled: { into(target: Tree, ...args: Value[]): Tree }, shapes: Program["shapes"], dtype: Dtype): void {
  const args = shapes.map((shape, at) => drawn(shape, dtype, 5 + at));
  const expected = copied(f(...args));
  const free = new Set(args);
  const target = mapTree(expected, (leaf) => {
    const { shape, data } = leaf as NdArray;
    const own = [...free].reverse().find((arg) => isContiguous(arg) && arg.data.constructor === data.constructor && arg.shape.join() === shape.join());
    if (own !== undefined) free.delete(own);
    return own ?? copy(leaf as NdArray);
  });
  compiled.into(target, ...args);
  expectSameTree(target, expected, "into the arguments");
}

/** A weighted sum of all results, for a gradient. */
const total = (f: Own) => (...args: Value[]): Value => f(...args).results.reduce((so: Value, leaf, at) => add(so, sum(mul(leaf, at - 0.75))), mul(sum(args[0]), 0.5));

type Own = ReturnType<typeof functionOf>;

const derivatives = {
  "the program itself": (f: Own) => f,
  "its gradient in two arguments": (f: Own) => (...args: Value[]) => grad(total(f) as never, { argument: [0, 2] })(...(args as never[])) as Tree,
  "its derivative along a direction": (f: Own) => (...args: Value[]) => jvp(total(f) as never, args, args.map((x) => mul(x, 0.25))) as Tree,
};

const cases = Object.entries(derivatives).flatMap(([name, derived]) => ([["float64", 1, 100], ["float32", 1, 60], ["float64", 3, 200], ["float32", 2, 40], ["float64", 1, undefined]] as const)
  .map(([dtype, threads, blockBytes]) => ({ name, derived, dtype, threads, blockBytes })));

it.each(cases)("$name: $dtype, $threads thread(s), blocks of $blockBytes bytes", ({ derived, dtype, threads, blockBytes, name }) => {
  size.blockBytes = blockBytes;
  fc.assert(fc.property(programs, (program) => check(derived(functionOf(program)), program, dtype, threads)), {
    numRuns: samples(name === "the program itself" ? 150 : 60), interruptAfterTimeLimit: 40_000,
  });
});

it.each([[20, 4], [4, 20], [33, 5], [17, 8], [40, 3]])("threads share the sums over rows of a product [%d, n]^T [n, %d], by its columns or its rows", (m, n) => {
  size.blockBytes = 200;
  for (const dtype of ["float64", "float32"] as const) {
    for (const rows of [2, 7, 30]) {
      const program = { shapes: [[rows, m], [rows, n]], steps: [], outputs: [], captured: false };
      for (const threads of [2, 3]) check((a, b) => matmul(transpose(mul(a, 3)), mul(b, 0.5)), program, dtype, threads);
    }
  }
});

it.skipIf(samples(100) < 100)("many of the programs run in several blocks, some with a smaller last one, and some are fused", () => {
  expect(seen.blocks).toBeGreaterThan(seen.calls / 8);
  expect(seen.remainder).toBeGreaterThan(seen.calls / 40);
  expect(seen.fused).toBeGreaterThan(seen.calls / 40);
});
