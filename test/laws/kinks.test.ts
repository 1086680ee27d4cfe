/** The law of kinks, from the other side: whatever jumps along a line has been declared. That what is declared jumps is in primitives.test.ts. */
import { describe, expect, it } from "vitest";
import { apply, jvp, type Value } from "../../src/autodiff/index.ts";
import { full, sizeOf } from "../../src/ndarray/index.ts";
import { sum } from "../../src/ops/index.ts";
import { kinksOf, type Use, uses } from "../arbitraries/primitive-arguments.ts";
import { numbers } from "../support/arrays.ts";

/** Those whose cases have longer axes, which make no difference to where they bend. */
const shortened = ["norm", "normalize", "smoothedReluSum", "smoothedReluSumVjp"];
const own: Use[] = uses.flatMap((at): Use[] => {
  const isShort = at.use.shapes.every((shape) => sizeOf(shape) === 1);
  if (shortened.includes(at.primitive.name)) return [{ ...at, use: { ...at.use, shapes: at.use.shapes.map((shape) => shape.map(() => 1)) } }];
  return isShort && at.use.shapes.length === 1 && at.use.arrange === undefined ? [at] : [];
});

/** d^n/dz^n of the primitive at one number, by forward mode nested n times. */
function derivative(at: Use, n: number): (z: Value) => Value {
  if (n === 0) return (z) => sum(apply(at.primitive, [z, ...at.use.shapes.slice(1).map((shape) => full(shape, 1))], at.use.params));
  return (z) => jvp(derivative(at, n - 1) as never, [z], [full([...z.shape], 1)]).tangent;
}

describe("along a line", () => {
  it.each(own.map((at) => [at.label, at] as const))("%s: value, slope and curvature jump at declared kinks only", (_label, at) => {
    const delta = 1e-7;
    const along = (n: number) => (z: number) => numbers(derivative(at, n)(full(at.use.shapes[0], z)))[0];
    // all parameters of the cases are eighths; where a function begins or ends, it does not jump
    const places = Array.from({ length: 47 }, (_, i) => (i - 23) / 8).filter((z) => [z - delta, z + delta].map(along(0)).every(Number.isFinite));
    for (const place of places) {
      for (const n of [0, 1, 2]) {
        const value = along(n);
        // where nothing jumps, the change over 2e-7 is 2e-7 times the next derivative: it would have to be 5e5 to pass for a jump
        if (Math.abs(value(place + delta) - value(place - delta)) > 0.1) expect(kinksOf(at).some((kink) => kink.at === place && kink.order <= n), `derivative ${n} at ${place}`).toBe(true);
      }
    }
  });
  it.each(own.map((at) => [at.label, at] as const))("%s: the slope at a kink is the one declared", (_label, at) => {
    for (const { at: place, slope } of kinksOf(at)) if (slope !== undefined) expect(numbers(derivative(at, 1)(full(at.use.shapes[0], place)))[0] + 0).toBe(slope);
  });
  it("looks at the primitives that bend, among others", () => {
    const names = new Set(own.map(({ primitive }) => primitive.name));
    for (const name of [...shortened, "abs", "clip", "leakyRelu", "reciprocalOrZero", "relu", "sign", "smoothedRelu", "exp"]) expect(names).toContain(name);
  });
});
