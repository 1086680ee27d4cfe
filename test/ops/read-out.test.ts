import { expect, it } from "vitest";
import { array, elements, grad, item, jvp, mul, scalar, toNested, type Value, vmap } from "lemmagrad";

it("numbers come out of plain arrays, also of views", () => {
  const x = array([[1, 2], [3, 4]]);
  expect(toNested<number[][]>(x.transpose(1, 0))).toEqual([[1, 3], [2, 4]]);
  expect([...elements(x.pick(null, 1))]).toEqual([2, 4]);
  expect(item(array([[7]]))).toBe(7);
  expect(() => item(x)).toThrow("item: an array of shape [2, 2] is not one number.");
});
it.each([["item", item], ["toNested", toNested], ["elements", elements]] as const)("%s of a traced value is refused, in every transformation", (name, read) => {
  const f = (x: Value) => { read(x); return mul(x, 2); };
  const text = `${name}: the value is traced: a number read out of it would not be differentiated.\n  Expected a plain array.\n  Mend: compute with ops`;
  expect(() => grad(f)(scalar(1))).toThrow(text);
  expect(() => jvp(f, [scalar(1)], [scalar(1)])).toThrow(text);
  expect(() => vmap(f)(array([1]))).toThrow(text);
  expect(() => read([1] as never)).toThrow(`${name}: a plain list is not an array.`);
});
