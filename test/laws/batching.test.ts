/** The law of batching: vmap of every registered primitive gives the bits of one example after the other. */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { apply, evaluate, isTraced, jvp, type Value, vjp, vmap } from "../../src/autodiff/index.ts";
import { copy, dtypeOf, type NdArray, sizeOf, view, zeros } from "../../src/ndarray/index.ts";
import { index } from "../../src/ops/index.ts";
import { anyArguments, eighths, type Use, uses } from "../arbitraries/primitive-arguments.ts";
import { expectSame, onEachBackend, samples } from "../support/arrays.ts";

const withoutRule = new Set<string>();

/** Arrays of one shape, stacked on a new leading axis. */
function stacked(examples: readonly NdArray[]): NdArray {
  const [first] = examples;
  const out = zeros([examples.length, ...first.shape], dtypeOf(first));
  const size = sizeOf(first.shape);
  examples.forEach((x, at) => out.data.set(copy(x).data, at * size));
  return out;
}

describe.each(uses.map((at) => [at.label, at] as const))("%s", (_label, at) => {
  const { primitive, use } = at;
  if (primitive.batch === undefined) withoutRule.add(primitive.name);
  const arity = use.shapes.length;
  const one = (...args: Value[]) => apply(primitive, args, use.params);
  const masks = arity === 1 ? [[true]] : [Array.from({ length: arity }, () => true), ...Array.from({ length: Math.min(arity, 3) }, (_, only) => Array.from({ length: arity }, (_own, i) => i === only))];

  it("vmap gives the stacked results, whichever arguments carry the batch, forwards and back", () => onEachBackend((backend) => {
    for (const over of masks) {
      fc.assert(fc.property(fc.array(anyArguments(at, backend === "wasm" ? "float64" : "float32"), { minLength: 1, maxLength: 3 }).chain((examples) => {
        const outs = examples.map((args) => evaluate(primitive, args, use.params));
        return fc.tuple(fc.constant(examples), fc.tuple(...outs.map((out) => eighths(out.shape, dtypeOf(out)))));
      }), ([examples, cts]) => {
        // an argument that carries no batch is the first example's for all
        const argsOf = (example: number) => over.map((batched, position) => examples[batched ? example : 0][position]);
        const whole = over.map((batched, position) => (batched ? stacked(examples.map((args) => args[position])) : examples[0][position]));
        const together = vmap(one, { over })(...whole);
        expect(isTraced(together)).toBe(false);
        examples.forEach((_, example) => expectSame(index(together, example), evaluate(primitive, argsOf(example), use.params), `example ${example}`));
        const back = vmap((ct: Value, ...args: Value[]) => vjp(one, ...args).pull(ct), { over: [true, ...over] })(stacked(cts), ...whole) as Value[];
        examples.forEach((_, example) => {
          const wanted = vjp(one, ...argsOf(example)).pull(cts[example]) as Value[];
          wanted.forEach((x, position) => expectSame(index(back[position], example), x, `example ${example}, cotangent ${position}`));
        });
        const tangents = vmap((...args: Value[]) => jvp(one as never, args, args).tangent, { over })(...whole);
        examples.forEach((_, example) => expectSame(index(tangents, example), jvp(one as never, argsOf(example), argsOf(example)).tangent, `example ${example}, tangent`));
      }), { numRuns: samples(4), interruptAfterTimeLimit: 20_000 });
    }
  }));

  it("vmap of no example has the right shape", () => {
    const none = vmap(one)(...use.shapes.map((shape) => view(new Float64Array(0), [0, ...shape])));
    expect([...none.shape]).toEqual([0, ...primitive.shape(use.shapes, use.params)]);
  });
});

afterAll(() => {
  console.log(`batching: ${new Set(uses.map(({ primitive }: Use) => primitive.name)).size} primitives, ${uses.length} cases; without a rule of their own, one example after the other: ${[...withoutRule].join(", ") || "none"}`);
});
