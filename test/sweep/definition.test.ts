/** Sweep files: what is read, what is refused and in which words, and that the published schema says the same. */
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { bytesOf, bytesText, definitionSchema, parseDefinition, secondsOf, sweepSchema } from "../../src/sweep/index.ts";

const refuses = new Ajv2020({ strict: false }).compile(sweepSchema());
const parse = (text: string) => parseDefinition(text, "s.yaml");

const scalar = fc.oneof(fc.integer({ min: -5, max: 500 }), fc.double({ min: 0.001, max: 10, noNaN: true }), fc.constantFrom("standard", "pgd"));
const count = fc.integer({ min: 1, max: 9 });
const from = fc.integer({ min: -3, max: 9 });
const axis = fc.oneof(fc.array(scalar, { minLength: 1, maxLength: 4 }), fc.record({ from, to: from, count, scale: fc.constantFrom("linear", "log") }, { requiredKeys: ["from", "to", "count"] }), fc.record({ from, step: from, count }), fc.record({ from, factor: fc.integer({ min: 1, max: 3 }), count }));
const name = fc.constantFrom("alpha", "k", "A/B", "sigma0");
const definition = fc.record({
  title: fc.constant("A title"), claim: fc.oneof(fc.constant("p03"), fc.constant(["p03", "p04"])), claims: fc.constant("./mine"),
  run: fc.record({ mode: fc.constantFrom("standard", "adversarial"), threat: fc.constantFrom("pgd", "inject"), attackSteps: count, steps: count, logEvery: count, rows: fc.constantFrom("end", "steps"), evaluate: fc.array(fc.record({ threat: fc.constant("fgm"), radii: fc.constant([0, 0.5]) }), { maxLength: 2 }) }, { requiredKeys: [] }),
  set: fc.dictionary(name, scalar), grid: fc.dictionary(name, axis), ladder: fc.dictionary(name, axis), seeds: fc.oneof(count, fc.array(count, { minLength: 1 }), fc.record({ first: fc.nat(), count }, { requiredKeys: ["count"] })),
  budget: fc.record({ memory: fc.constant("4 GB"), time: fc.constant("2h"), cellTime: fc.constant("10m"), attempts: count }, { requiredKeys: [] }), figure: fc.record({ x: fc.constant("k"), y: fc.oneof(fc.constant("U.max"), fc.constant(["U.max", "V.max"])) }, { requiredKeys: [] }),
}, { requiredKeys: [], noNullPrototype: true });

/** Puts something else in the place of one of its parts, or beside them. */
const spoilt = fc.tuple(definition, fc.nat(), fc.constantFrom<unknown>(null, -1, 1.5, "", "word", [], {}, [null], { from: 1 }, { frm: 1, to: 2, count: 3 }, true), fc.boolean()).map(([value, at, put, beside]) => {
  const keys = Object.keys(value);
  const key = beside || keys.length === 0 ? "extra" : keys[at % keys.length];
  return { ...value, [key]: put };
});

describe("a sweep file", () => {
  it("is read as YAML and as JSON, and means the same", () => {
    fc.assert(fc.property(definition, (value) => {
      expect(parse(stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(parse(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }), { numRuns: 40 });
  });

  it("is taken by the published schema exactly when it is taken here", () => {
    fc.assert(fc.property(fc.oneof(definition, spoilt), (value) => {
      expect(definitionSchema.safeParse(value).success).toBe(refuses(value));
    }), { numRuns: 400 });
  });

  it.each([
    ["run: {}\ngrid:\n  alpha: [1, 2]\n  beta: { from: 1, too: 2, count: 3 }", /s\.yaml, line 4: .*grid\.beta/],
    ["run: {}\nset:\n  alpha: [1]", /s\.yaml, line 3: set\.alpha is not what it should be/],
    ["run:\n  mode: standart", /s\.yaml, line 2: run\.mode is not what it should be\.\n {2}Expected .*"standard"/],
    ["run: {}\nseeds: -1", /s\.yaml, line 2: seeds is not what it should be\.\n {2}Expected a number >=1\./],
    ["run: {}\nseeds: many", /s\.yaml, line 2: seeds is not what it should be\.\n {2}Expected a number of seeds, a list of seeds, or \{ first, count \}\./],
    ["run: {}\nbudget: { tiem: 2h }", /s\.yaml, line 2: there is no key "tiem" in budget\.\n {2}Expected one of memory, time, cellTime, attempts\.\n {2}Mend: did you mean time\?/],
    ["run: { evaluate: [{ threat: pgd, radius: [1], radii: [1] }] }", /there is no key "radius" in run\.evaluate\.0\.\n {2}Expected one of threat, loss, attackSteps, attackStepSize, radii\.\n {2}Mend: did you mean radii\?/],
    ["[1, 2]", /this is no sweep/],
    ["", /this is no sweep/],
    ["run: {}\nrun: {}", /s\.yaml, line 2: this is no YAML: Map keys must be unique/],
    ["a: &a [1]\nb: [*a, *b]", /this is no YAML|aliases/],
  ])("%j is refused", (text, words) => {
    expect(() => parse(text)).toThrow(words);
  });

  it.each([["90s", 90], ["10 min", 600], ["1.5h", 5400], ["2d", 172_800]])("understands a time of %s", (text, seconds) => expect(secondsOf(text, "t")).toBe(seconds));
  it.each([["500 MB", 5e8], ["4GB", 4e9], ["2GiB", 2 ** 31]])("understands %s of memory", (text, bytes) => expect(bytesOf(text, "m")).toBe(bytes));
  it.each(["", "10", "h", "-1h", "0s", "1 fortnight", "1constructor"])("refuses a time of %j", (text) => expect(() => secondsOf(text, "t")).toThrow(/is no such amount/));
  it("rounds memory up, never down", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (bytes) => {
      const shown = bytesOf(bytesText(bytes), "m");
      expect(shown).toBeGreaterThanOrEqual(bytes * (1 - 1e-12));
      expect(shown).toBeLessThanOrEqual(bytes * 1.1 + 1e5);
    }));
  });
});
