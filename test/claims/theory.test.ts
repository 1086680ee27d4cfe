import { describe, expect, it } from "vitest";
import { defineTheory, isTheory, type Opening, openingOf } from "../../src/claims/index.ts";
import { messageOf } from "../support/message-of.ts";
import { toyRun } from "./toy.ts";

const opening = (word: string): Opening => ({ title: `About ${word}`, paragraphs: [word], sentences: [{ says: word, claims: [word] }], limits: ["both"], lead: [word], symbols: [{ symbol: "m", meaning: `m of ${word}` }] });

describe("defineTheory", () => {
  it("gives back what it was told, recognisably", () => {
    const theory = defineTheory({ name: "toy-theory", title: "Toy", onlyWhenNamed: true });
    expect(theory).toEqual({ kind: "theory", name: "toy-theory", title: "Toy", onlyWhenNamed: true });
    expect([theory, { name: "toy-theory" }, null, "theory", { kind: "theory" }].map(isTheory)).toEqual([true, false, false, false, false]);
  });
  it.each(["", "Toy", "toy_theory", "toy-", "all"])("refuses the name %j", (name) => {
    expect(messageOf(() => defineTheory({ name, title: "t" }))).toContain("is no name");
  });
  it("refuses a benchmark whose long run is not longer", () => {
    expect(messageOf(() => defineTheory({ name: "t", title: "t", benchmark: { short: toyRun(0, 5), long: toyRun(0, 5) } }))).toContain("not longer");
    expect(defineTheory({ name: "t", title: "t", benchmark: { short: toyRun(0, 5), long: toyRun(0, 6) } }).benchmark?.long.operations).toBe(6);
  });
});

describe("the opening of several theories", () => {
  const theory = (name: string) => defineTheory({ name, title: name.toUpperCase(), opening: opening(name) });
  it("is that of the one that has one", () => {
    expect(openingOf([])).toBeUndefined();
    expect(openingOf([defineTheory({ name: "a", title: "a" })])).toBeUndefined();
    expect(openingOf([defineTheory({ name: "a", title: "a" }), theory("b")])).toEqual(opening("b"));
  });
  it("has the words of all, common ones once, and says whose a symbol is", () => {
    expect(openingOf([theory("a"), theory("b")])).toEqual({
      title: "The claims of 2 theories, run", paragraphs: ["a", "b"], sentences: [{ says: "a", claims: ["a"] }, { says: "b", claims: ["b"] }], limits: ["both"], lead: ["a", "b"],
      symbols: [{ symbol: "m", meaning: "A: m of a" }, { symbol: "m", meaning: "B: m of b" }],
    });
  });
});
