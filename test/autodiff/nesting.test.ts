/** Derivatives of derivatives, in every order of the two modes, and the lifetime of what they return. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, array, exp, full, grad, index, jvp, matmul, mul, reshape, scalar, sum, type Value, vjp, vmap } from "lemmagrad";
import { numbers, onEachBackend } from "../support/arrays.ts";

const number = (x: unknown) => numbers(x)[0];
type F = (x: Value) => Value;
const byGrad = (f: F): F => grad(f) as unknown as F;
const byJvp = (f: F): F => (x) => jvp(f as never, [x], [scalar(1)]).tangent;
const byVjp = (f: F): F => (x) => vjp(f, x).pull(1)[0] as Value;
const byVmap = (f: F): F => (x) => index(vmap(f)(reshape(x, [1])), 0);
const modes = { grad: byGrad, jvp: byJvp, vjp: byVjp };
/** Enough later work to overwrite any scratch memory that was let go too early. */
function churn(): void {
  for (let i = 0; i < 50; i++) byGrad((x) => sum(mul(exp(x), mul(x, i))))(full([40], 0.25));
}

describe("d/dx x^4, by every nesting of modes", () => {
  const fourth = (x: Value) => mul(mul(x, x), mul(x, x));
  for (const [outer, d] of Object.entries(modes)) {
    for (const [inner, e] of Object.entries(modes)) {
      it(`${outer} of ${inner} is 12 x^2, and a third on top 24 x`, () => onEachBackend(() => {
        const second = d(e(fourth))(scalar(3));
        const thirds = Object.values(modes).map((f) => f(d(e(fourth)))(scalar(3)));
        churn();
        expect(number(second)).toBe(12 * 9);
        expect(thirds.map(number)).toEqual([72, 72, 72]);
      }));
    }
  }
});

describe("perturbation confusion", () => {
  for (const [outer, d] of Object.entries(modes)) {
    for (const [inner, e] of Object.entries(modes)) {
      it(`${outer} of x times ${inner} of y -> x + y is 1, not 2`, () => {
        expect(number(d((x) => mul(x, e((y) => add(x, y))(scalar(1))))(scalar(1)))).toBe(1);
        // d/dx [x d/dy (x y)] = d/dx x^2
        expect(number(d((x) => mul(x, e((y) => mul(x, y))(scalar(5))))(scalar(3)))).toBe(6);
        // the inner point depends on the outer variable: d/dx [d/dy y^3 at y = x^2] = d/dx 3 x^4
        expect(number(d((x) => e((y) => mul(y, mul(y, y)))(mul(x, x)))(scalar(2)))).toBe(12 * 8);
        // what the inner function returns is the outer variable itself: d/dx [x d/dy x]
        expect(number(d((x) => mul(x, e(() => x)(scalar(5))))(scalar(3)))).toBe(0);
      });
    }
  }
});

describe("Hessian times vector", () => {
  const A = array([[1, 2, 0], [-1, 3, 1], [2, 0, 1]]);
  const f = (x: Value) => { const y = matmul(A, x); return sum(mul(y, mul(y, exp(mul(0.1, y))))); };
  const hvp = (x: Value, v: Value) => jvp(byGrad(f) as never, [x], [v]).tangent;
  const hvpReverse = (x: Value, v: Value) => byGrad((y) => sum(mul(byGrad(f)(y), v)))(x);
  const column = fc.array(fc.integer({ min: -16, max: 16 }).map((x) => x / 8), { minLength: 3, maxLength: 3 }).map((x) => array(x.map((y) => [y])));
  it("is symmetric, and the same forward over reverse and reverse over reverse", () => onEachBackend(() => fc.assert(fc.property(column, column, column, (x, u, v) => {
    const inner = (a: Value, b: Value) => numbers(a).reduce((total, value, i) => total + value * numbers(b)[i], 0);
    const [hu, hv] = [hvp(x, u), hvp(x, v)];
    // entries of y are below 8, of the Hessian below 9 * 3 * 6 * 3: sums of nine products of relative error 10 eps
    const bound = 2000 * 20 * 2 ** -52;
    expect(Math.abs(inner(hu, v) - inner(hv, u))).toBeLessThanOrEqual(bound);
    numbers(hvpReverse(x, u)).forEach((value, i) => expect(Math.abs(value - numbers(hu)[i])).toBeLessThanOrEqual(bound));
  }), { numRuns: 20 })));
});

describe("scratch memory", () => {
  const f = (y: Value) => sum(mul(mul(y, y), exp(y)));
  const x = array([1, 2]);
  const expected = [3 * Math.E, 8 * Math.exp(2)];
  const close = (actual: unknown, wanted = expected) => numbers(actual).forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 12));

  it("is never what grad, vjp or jvp return", () => onEachBackend(() => {
    const gradient = byGrad(f)(x);
    const { value, pull } = vjp(f, x);
    const pushed = jvp(f as never, [x], [array([1, 0])]);
    const pulled = pull(1)[0];
    churn();
    close(gradient);
    close(value, [Math.E + 4 * Math.exp(2)]);
    close(pulled);
    close(pushed.tangent, [expected[0]]);
    close(pull(1)[0]);
  }));
  it("is never what the user's function keeps: plain results, inner gradients, inner values and pull-backs", () => onEachBackend(() => {
    const kept: Value[] = [];
    for (const d of [byGrad, byVjp, byJvp, byVmap]) {
      d((t) => {
        const { value, pull } = vjp(f, x);
        kept.push(mul(x, 2), byGrad(f)(x), value, pull(1)[0] as Value, jvp(f as never, [x], [array([1, 1])]).tangent);
        return mul(t, t);
      })(scalar(1));
      churn();
      const [plain, gradient, value, pulled, tangent] = kept.splice(0);
      expect(numbers(plain)).toEqual([2, 4]);
      close(gradient);
      close(value, [Math.E + 4 * Math.exp(2)]);
      close(pulled);
      close(tangent, [expected[0] + expected[1]]);
    }
  }));
  it("is never what vjp outside of everything recorded, though a grad ran inside", () => onEachBackend(() => {
    const { value, pull } = vjp((y: Value) => sum(mul(byGrad(f)(y), exp(y))), x);
    churn();
    close(value, [3 * Math.exp(2) + 8 * Math.exp(4)]);
    churn();
    // d/dy (y^2 + 2y) e^2y = (2 y^2 + 6 y + 2) e^2y
    const wanted = [10 * Math.exp(2), 22 * Math.exp(4)];
    numbers(pull(1)[0]).forEach((value, i) => expect(value / wanted[i]).toBeCloseTo(1, 13));
  }));
  it("raises when a pull-back made inside a grad is called after it", () => onEachBackend(() => {
    let kept: ReturnType<typeof vjp>["pull"] | undefined;
    byGrad((t) => { kept = vjp(f, x).pull; return t; })(scalar(1));
    expect(() => kept!(1)).toThrow("vjp: the pull-back was kept beyond the grad or jvp inside which it was made.\n  Expected pull to be called inside that function.\n  Mend: call vjp outside, or return the cotangents instead of pull.");
    expect(() => byGrad((t) => { kept!(1); return t; })(scalar(1))).toThrow("kept beyond");
  }));
});
