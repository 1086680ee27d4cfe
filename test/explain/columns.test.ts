import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnLines, textWidth, wrapped } from "../../src/explain/columns.ts";

describe("columns", () => {
  it("are padded to their widest cell, and end without spaces", () => {
    expect(columnLines([{ right: true }, {}, {}], [["#", "name", "x"], ["10", "a", ""], ["2", "bcdef", "y"]])).toEqual([" #  name   x", "10  a", " 2  bcdef  y"]);
  });
  it("wrap at spaces, the widest first, and continue inside their own column", () => {
    expect(columnLines([{}, { wraps: true }], [["a", "one two three four"], ["b", "five"]], 14)).toEqual(["a  one two", "   three four", "b  five"]);
  });
  it("colour does not count as width", () => {
    const style = (text: string) => `<${text}>`;
    expect(columnLines([{ style }, {}], [["a", "x"], ["bcd", "y"]])).toEqual(["<a>    x", "<bcd>  y"]);
  });
  it("combining marks take no room", () => {
    expect(textWidth("a\u0304b")).toBe(2);
  });
  it("wrapped text keeps every word, in lines that fit, whatever the width", () => {
    const word = fc.string({ unit: fc.constantFrom(..."abcβΣ"), minLength: 1, maxLength: 12 });
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 30 }), (words, width) => {
      const lines = wrapped(words.join(" "), width);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(" ", "")).toBe(words.join(""));
    }));
  });
});
