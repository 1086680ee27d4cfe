/** The tape of one run, as users read it. */
import { describe, expect, it } from "vitest";
import { add, array, exp, mul, scalar, sum, trace, type Value } from "lemmagrad";
import { numbers } from "../support/arrays.ts";

const f = ({ w, b }: { w: Value; b: Value }, [x]: readonly Value[]) => ({ y: add(mul(w, x), b), squares: [sum(mul(w, w)), 7] });
/** Made inside each test, so that a fault in `trace` is seen as a failing test. */
const recorded = () => trace(f, { w: array([1, 2]), b: scalar(3) }, [array([10, 20])]);

describe("trace", () => {
  it("lists every entry in order, with what it came from", () => {
    const { entries } = recorded();
    expect(entries.map(({ primitive, from }) => [primitive?.name, [...from]])).toEqual([[undefined, []], [undefined, []], [undefined, []], ["mul", [0, 2]], ["add", [3, 1]], ["mul", [0, 0]], ["sum", [5]]]);
    expect(entries.map(({ args }) => args.map(numbers))).toEqual([[], [], [], [[1, 2], [10, 20]], [[10, 40], [3]], [[1, 2], [1, 2]], [[1, 4]]]);
    expect(entries.map(({ out }) => numbers(out))).toEqual([[1, 2], [3], [10, 20], [10, 40], [13, 43], [1, 4], [5]]);
  });
  it("names inputs and outputs by their paths; an output that depends on nothing has no entry", () => {
    const record = recorded();
    expect(record.inputs).toEqual([{ index: 0, path: "args[0].w" }, { index: 1, path: "args[0].b" }, { index: 2, path: "args[1][0]" }]);
    expect(record.outputs.map(({ index, path, value }) => [index, path, numbers(value)])).toEqual([[4, "value.y", [13, 43]], [6, "value.squares[0]", [5]], [undefined, "value.squares[1]", [7]]]);
  });
  it("pulls cotangents to every entry, not to the inputs only", () => {
    const record = recorded();
    const kept = record.pull([array([1, 100]), scalar(2), scalar(5)]);
    expect(kept.map((ct) => ct && numbers(ct))).toEqual([[10 + 4, 2000 + 8], [101], [1, 200], [1, 100], [1, 100], [2, 2], [2]]);
    expect(record.pull([array([0, 0]), scalar(0), scalar(1)])).toHaveLength(7);
  });
  it("leaves out what no cotangent reaches", () => {
    const unused = trace((x: Value, y: Value) => { mul(y, y); const twice = mul(x, 2); exp(y); return twice; }, scalar(1), scalar(1));
    expect(unused.pull([scalar(1)]).map((ct) => ct && numbers(ct))).toEqual([[2], undefined, undefined, [1], undefined]);
  });
});
