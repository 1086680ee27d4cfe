/** The types that users see: arrays in, arrays out, in the arguments' form. Checked by the compiler; the calls run as well. */
import { expect, expectTypeOf, it } from "vitest";
import { add, array, grad, hessian, hvp, jacobian, jvp, mul, type NdArray, scalar, sum, type Value, valueAndGrad, vjp, vmap } from "lemmagrad";

const x = array([1, 2]);
const square = (y: Value) => mul(y, y);
const loss = ({ w, b }: { w: Value; b: Value }, data: readonly Value[]) => add(sum(mul(w, data[0])), b);
const model = { w: x, b: scalar(1) };

it("plain arrays give plain arrays, in the form of the argument", () => {
  expectTypeOf(grad((y: Value) => sum(y))(x)).toEqualTypeOf<NdArray>();
  expectTypeOf(grad((y: number | Value) => mul(y, 2))(3)).toEqualTypeOf<NdArray>();
  expectTypeOf(grad(loss)(model, [x])).toEqualTypeOf<{ w: NdArray; b: NdArray }>();
  expectTypeOf(grad(loss, { argument: 1 })(model, [x])).toEqualTypeOf<NdArray[]>();
  expectTypeOf(grad(loss, { argument: [1, 0] })(model, [x])).toEqualTypeOf<[NdArray[], { w: NdArray; b: NdArray }]>();
  expectTypeOf(valueAndGrad(loss)(model, [x]).gradient.w).toEqualTypeOf<NdArray>();
  expectTypeOf(valueAndGrad((y: Value) => [sum(y), { y, count: 2, name: "a" }] as const, { aux: true })(x).aux).toEqualTypeOf<{ y: NdArray; count: 2; name: "a" }>();
  expectTypeOf(vjp(square, x).value).toEqualTypeOf<NdArray>();
  expectTypeOf(vjp(loss, model, [x]).pull(1)).toEqualTypeOf<[{ w: NdArray; b: NdArray }, NdArray[]]>();
  expectTypeOf(jvp(square, [x], [x]).tangent).toEqualTypeOf<NdArray>();
  expectTypeOf(vmap(square)(x)).toEqualTypeOf<NdArray>();
  expectTypeOf(jacobian(square)(x)).toEqualTypeOf<NdArray>();
  expectTypeOf(jacobian((y: Value) => ({ y, s: sum(y) }))(x)).toEqualTypeOf<{ y: NdArray; s: NdArray }>();
  expectTypeOf(jacobian(loss)(model, [x])).toEqualTypeOf<{ w: NdArray; b: NdArray }>();
  expectTypeOf(hessian((y: Value) => sum(y))(x)).toEqualTypeOf<NdArray>();
  expectTypeOf(hessian(loss)(model, [x]).w.b).toEqualTypeOf<NdArray>();
  expectTypeOf(hvp(loss, [model, [x]], [model, [x]]).product[0].b).toEqualTypeOf<NdArray>();
  expect(grad(loss)(model, [x]).w.shape).toEqual([2]);
});
it("values give values, so that nested derivatives compose", () => {
  const slope = (y: Value) => grad((z: Value) => sum(square(z)))(y);
  expectTypeOf(slope(x as Value)).toEqualTypeOf<Value>();
  expectTypeOf(grad((y: Value) => sum(slope(y)))(x)).toEqualTypeOf<NdArray>();
  expect([...grad((y: Value) => sum(slope(y)))(x).data]).toEqual([2, 2]);
});
it("a call with other arguments than the function's does not compile", () => {
  // @ts-expect-error a string is no array
  expect(() => grad(square)("x")).toThrow("args[0]");
  // @ts-expect-error there is no argument 1
  expect(() => grad(square, { argument: 1 })(x).shape).toThrow("there is no argument 1");
});
