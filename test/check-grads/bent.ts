/** Primitives made for these tests, each with rules that a test may bend. */
import { apply, definePrimitive, mul, type NdArray, type Value } from "lemmagrad";

export type Rule = (ct: Value, x: Value) => Value;

let made = 0;
/** A name of its own for every primitive. */
export function freshName(word: string): string {
  return `test: ${word} ${made++}`;
}

export const right: Rule = (ct, x) => mul(ct, mul(3, mul(x, x)));

/** x^3 elementwise with a vjp and a jvp of its own. */
export function cubeWith(vjp: Rule, jvp: Rule = right): (x: Value) => Value {
  const primitive = definePrimitive<object>({
    name: freshName("cube"), maths: "", source: "", shape: ([x]) => [...x],
    forward: ([x]) => mul(x, mul(x, x)) as NdArray,
    vjp: [(ct, { args: [x] }) => vjp(ct, x)], jvp: [(t, { args: [x] }) => jvp(t, x)], domain: [{ low: -2, high: 2 }], cases: [],
  });
  return (x) => apply(primitive, [x], {});
}

/** x^4 whose derivative is a primitive of its own, and so on: `bends` are factors of the first, second, ... derivative's rule. */
export function tower(bends: { vjp?: number[]; jvp?: number[] }): (x: Value) => Value {
  const power = (n: number, depth: number): ((x: Value) => Value) => {
    const slope = (): ((x: Value) => Value) => (next ??= power(n - 1, depth + 1));
    let next: ((x: Value) => Value) | undefined;
    const rule = (own: number[] | undefined) => (ct: Value, x: Value) => mul(ct, mul(n * (own?.[depth] ?? 1), n === 1 ? 1 : slope()(x)));
    const primitive = definePrimitive<object>({
      name: freshName(`power ${n}`), maths: "", source: "", shape: ([x]) => [...x],
      forward: ([x]) => Array.from({ length: n - 1 }).reduce<NdArray>((product) => mul(product, x) as NdArray, x),
      vjp: [(ct, { args: [x] }) => rule(bends.vjp)(ct, x)], jvp: [(t, { args: [x] }) => rule(bends.jvp)(t, x)], domain: [{ low: -2, high: 2 }], cases: [],
    });
    return (x) => apply(primitive, [x], {});
  };
  return power(4, 0);
}

type PairRule = (ct: Value, x: Value, y: Value) => Value;
/** x y^2, broadcasting, with rules for x and for y of its own. */
export function pairWith({ x = (ct, _x, y) => mul(ct, mul(y, y)), y = (ct, a, b) => mul(ct, mul(2, mul(a, b))) }: { x?: PairRule; y?: PairRule }): (a: Value, b: Value) => Value {
  const primitive = definePrimitive<object>({
    name: freshName("pair"), maths: "", source: "", shape: ([a, b]) => (a.length >= b.length ? [...a] : [...b]),
    forward: ([a, b]) => mul(a, mul(b, b)) as NdArray,
    vjp: [(ct, { args: [a, b] }) => x(ct, a, b), (ct, { args: [a, b] }) => y(ct, a, b)],
    jvp: [(t, { args: [, b] }) => mul(t, mul(b, b)), (t, { args: [a, b] }) => mul(2, mul(a, mul(b, t)))],
    domain: [{ low: -2, high: 2 }, { low: -2, high: 2 }], cases: [],
  });
  return (a, b) => apply(primitive, [a, b], {});
}
