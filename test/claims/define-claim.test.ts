import { describe, expect, it } from "vitest";
import { bounds, canonical, closedForm, defineClaim, experimentKey, ordering } from "../../src/claims/index.ts";
import { toyClaim, toyRun } from "./toy.ts";

describe("defineClaim", () => {
  it("asks for an id of lower-case words", () => {
    expect(() => defineClaim(toyClaim({ id: "P4 Standard" }))).toThrow(/"P4 Standard" is no id[\s\S]*lower-case words joined by dashes/);
  });
  it("asks for a control, and for one that replaces an experiment of the claim", () => {
    expect(() => defineClaim(toyClaim({ controls: [] }))).toThrow(/it has no control[\s\S]*Mend: remove the cause/);
    expect(() => defineClaim(toyClaim({ controls: [{ change: "typo", experiments: { rnu: toyRun(1) } as never }] }))).toThrow(/the control "typo" replaces rnu[\s\S]*some of run/);
  });
  it("asks for a required share in (0, 1]", () => {
    expect(() => defineClaim(toyClaim({ required: 0 }))).toThrow(/required = 0 is no share/);
  });
});

describe("experimentKey", () => {
  it("does not depend on the order in which a spec's keys were written", () => {
    expect(canonical({ b: [1, { d: 2, c: 3 }], a: null })).toBe('{"a":null,"b":[1,{"c":3,"d":2}]}');
    expect(experimentKey({ ...toyRun(1), spec: { x: 1, y: 2 } })).toBe(experimentKey({ ...toyRun(1), spec: { y: 2, x: 1 } }));
  });
});

describe("predictions", () => {
  it("ordering needs every class in order; a tie or two nevers do not count", () => {
    const before = ordering("v", "u");
    expect(before.judge({ v: [1, 2], u: [3, Infinity] }).holds).toBe(true);
    expect(before.judge({ v: [1, 3], u: [3, 3] }).holds).toBe(false);
    expect(before.judge({ v: [Infinity], u: [Infinity] }).holds).toBe(false);
    expect(before.judge({ v: [], u: [] }).holds).toBe(false);
  });
  it("closedForm compares ratios, counts a share, and holds for nothing when there is nothing", () => {
    const within = closedForm("size", 0.1, "within 10 %", 0.5);
    expect(within.judge({ size: { predicted: [1, 1], observed: [1.09, 2] } })).toEqual({ holds: true, observed: "observed/predicted 1.09 to 2, median 1.545 (1 of 2 within 10 %)" });
    expect(within.judge({ size: { predicted: [1, 1], observed: [1.2, 2] } }).holds).toBe(false);
    expect(within.judge({ size: { predicted: [], observed: [] } }).holds).toBe(false);
    expect(closedForm("size", 0.1, "").judge({ size: { predicted: [1], observed: [NaN] } }).holds).toBe(false);
  });
  it("bounds judges a list by its worst entry, and NaN or an empty list satisfies nothing", () => {
    const limits = bounds({ x: { atLeast: 0, atMost: 1 } }, "x in [0, 1]");
    expect(limits.judge({ x: [0, 1] }).holds).toBe(true);
    expect(limits.judge({ x: [0.5, 1.01] })).toEqual({ holds: false, observed: "x 0.5 to 1.01 (outside)" });
    expect(limits.judge({ x: NaN }).holds).toBe(false);
    expect(limits.judge({ x: [] }).holds).toBe(false);
  });
});
