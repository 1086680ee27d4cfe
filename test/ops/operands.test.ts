/** Operands that are no arrays, of two dtypes, kept too long, or of a NaN's making: the error names the op that was called, not one it is made of. */
import { describe, expect, it } from "vitest";
import * as ops from "../../src/ops/index.ts";
import { add, array, checkFinite, concatenate, conv2d, einsum, embed, grad, index, jvp, log, logSoftmax, mul, outer, pad, pow, scalar, slice, softmax, sortBy, split, sqrt, stack, sum, take, tril, type Value, windows, zeros } from "lemmagrad";
import { escaped, escapedExample, escapedPlan } from "./escaped.ts";

const a = array([[1, 2, 3], [4, 5, 6]]);
const image = zeros([1, 1, 4, 4]);

describe("what is no array is named by the op that was called", () => {
  const list = [1] as never;
  it.each<[string, () => unknown]>([
    ["averagePool2d", () => ops.averagePool2d(list, 2)], ["embed", () => embed(list, { axis: 0, start: 0, count: 1, step: 1 }, 2)], ["gather", () => ops.gather(list, [0])], ["index", () => index(list, 0)],
    ["maxPool2d", () => ops.maxPool2d(list, 2)], ["project", () => ops.project(list, { radius: 1 })], ["scatterAdd", () => ops.scatterAdd(list, [0], 0, 1)], ["slice", () => slice(list)], ["split", () => split(list, 1)], ["stack", () => stack([list])], ["take", () => take(list, [0])],
    ["windows", () => windows(list, { size: 1 })],
  ])("%s", (name, call) => expect(call).toThrow(`${name}: a plain list is not an array.`));
});

describe("operands of composed ops are named by the op that was called", () => {
  const single = zeros([2, 3], "float32");
  it.each<[string, (x: Value, y: Value) => unknown]>([
    ["outer", outer], ["pow", pow], ["conv2d", (_x, _y) => conv2d(image, zeros([1, 1, 2, 2], "float32"))], ["einsum", (x, y) => einsum("ij,ij->", x, y)], ["stack", (x, y) => stack([x, y])],
    ["concatenate", (x, y) => concatenate([x, y])], ["sortBy", sortBy], ["add", add],
  ])("%s: two dtypes", (name, op) => {
    expect(() => op(a, single)).toThrow(new RegExp(`^${name}: the operands mix float64 and float32\\.\\n {2}Expected one dtype\\.\\n {2}Mend: convert one of them with astype\\(x, dtype\\)\\. Here operand 0 is float64 of shape \\[[\\d, ]+\\], operand 1 is float32 of shape \\[[\\d, ]+\\]\\.$`));
  });
  it("a number takes the dtype of the others, wherever it stands", () => {
    const float32s = [outer(2, single), outer(single, 2), einsum(",ij->ij", 2, single), einsum("ij,->ij", single, 2)];
    for (const x of float32s) expect([x.shape, x.dtype]).toEqual([[2, 3], "float32"]);
    for (const parts of [[1, scalar(2, "float32")], [scalar(2, "float32"), 1]]) expect([stack(parts).shape, stack(parts).dtype]).toEqual([[2], "float32"]);
  });
  it("dtypes: the first operand of each, whatever numbers stand between", () => {
    expect(() => ops.where(single, 1, a)).toThrow("Here operand 0 is float32 of shape [2, 3], operand 2 is float64 of shape [2, 3].");
    expect(() => ops.where(single, a, single)).toThrow("Here operand 0 is float32 of shape [2, 3], operand 1 is float64 of shape [2, 3].");
    expect(() => ops.where(1, a, zeros([3], "float32"))).toThrow("Here operand 1 is float64 of shape [2, 3], operand 2 is float32 of shape [3].");
  });
  it.each<[string, (x: Value) => unknown]>([
    ["mean", (x) => ops.mean(x)], ["softmax", (x) => softmax(x)], ["logSoftmax", (x) => logSoftmax(x)], ["tril", (x) => tril(x)], ["pad", (x) => pad(x, [1, 1])], ["mul", (x) => mul(2, x)], ["sum", (x) => sum(x)],
  ])("%s: a value that escaped", (name, op) => {
    expect(() => op(escaped())).toThrow(`${name}: a value was traced by a grad, vjp or jvp that has already returned.\n  Expected traced values to be used only inside the function being differentiated.\n  Mend: return the value, of shape [2], from that function instead of keeping it in a variable outside.`);
    expect(() => op(escapedExample())).toThrow(`${name}: a value was traced by a vmap that has already returned.\n  Expected traced values to be used only inside the function under vmap.\n  Mend: return the value, of shape [2], `);
    expect(() => op(escapedPlan())).toThrow(`${name}: a value was traced by a compile that has already returned.\n  Expected traced values to be used only inside the function being compiled.`);
  });
});

describe("checkFinite names the op that was differentiated", () => {
  const finitely = (run: () => void) => { checkFinite(true); try { run(); } finally { checkFinite(false); } };
  it("on the way back, and beside the value in forward mode", () => finitely(() => {
    const slope = "\\(row-major, shape \\[2\\]\\) is Infinity, from finite arguments\\.\\n {2}Expected finite results while checkFinite is on\\.\\n {2}Mend: look at that element's arguments";
    expect(() => grad((x: Value) => sum(sqrt(x)))(array([1, 0]))).toThrow(new RegExp(`^sqrt: on the way back, in the vjp rule for argument 0, of shape \\[2\\]: div: the result's element 1 ${slope}`));
    expect(() => jvp(sqrt as never, [array([1, 0])], [array([1, 1])])).toThrow(new RegExp(`^sqrt: beside the value, in the jvp rule for argument 0, of shape \\[2\\]: div: the result's element 1 ${slope}`));
  }));
  it("in a second derivative too, once", () => finitely(() => {
    const second = grad((x: Value) => grad((y: Value) => pow(y, 1.5))(x) as Value);
    expect(() => second(scalar(0))).toThrow(/^pow: on the way back, in the vjp rule for argument 0, of shape \[\]: pow: the result's element 0/);
  }));
  it("forward, by its own name alone", () => finitely(() => {
    expect(() => grad((x: Value) => sum(log(x)))(array([1, 0]))).toThrow(/^log: the result's element 1 \(row-major, shape \[2\]\) is -Infinity, from finite arguments\./);
  }));
});
