/**
 * Random expressions over every op, against torch.autograd in float64. The records are in test/fixtures/pytorch, with the
 * generator; that these comparisons would notice a fault is tested in planted-faults.test.ts.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as ops from "../../src/ops/index.ts";
import { onEachBackend } from "../support/arrays.ts";
import { comparisons, largest, tolerance } from "./comparisons.ts";
import { exceptions, type Expression, expressions, fixtures, seed, torch } from "./expressions.ts";

describe.each(Object.entries(comparisons))("%s agrees with torch", (_name, compare) => {
  it.each(expressions.map((at, number) => [number, at.nodes.map(({ op }) => op).join(" "), at] as const))("expression %i: %s", (_number, _ops, at) => {
    onEachBackend(() => expect(compare(at)).toBeLessThan(tolerance));
  });
});

describe("the expressions", () => {
  const uses = new Map<string, number>();
  for (const op of expressions.flatMap(({ covers }) => covers)) uses.set(op, (uses.get(op) ?? 0) + 1);

  it("are at least 200, of 4 to 14 nodes and 1 to 3 inputs", () => {
    expect(expressions.length).toBeGreaterThanOrEqual(200);
    for (const { nodes, inputs, covers } of expressions) {
      expect(nodes.length).toBeGreaterThanOrEqual(4);
      expect(nodes.length).toBeLessThanOrEqual(14);
      expect([1, 2, 3]).toContain(inputs.length);
      expect(nodes.map(({ op }) => op)).toEqual(expect.arrayContaining(covers));
    }
  });
  it("contain every op in at least 8; a new op needs an entry in operations.py and in drawing.py, and new fixtures", () => {
    const missing = Object.keys(ops).filter((name) => !(name in exceptions) && (uses.get(name) ?? 0) < 8);
    expect(missing).toEqual([]);
  });
  it("are those that README.md describes", () => {
    const readme = readFileSync(`${fixtures}README.md`, "utf8");
    expect(readme).toContain(`${expressions.length} expressions, torch ${torch}, seed ${seed}`);
    for (const [op, count] of uses) expect(readme).toContain(`| ${op} | ${count} |`);
  });
  it("make exceptions of ops only", () => {
    expect(Object.keys(exceptions).filter((name) => !(name in ops) || uses.has(name))).toEqual([]);
  });
  it("meet broadcasting, axes of length 0 and 1, values used more than once, and results of no axis", () => {
    const shapes = expressions.flatMap(({ inputs }) => inputs.map(({ shape }) => shape));
    expect(shapes.filter((shape) => shape.includes(0)).length).toBeGreaterThan(8);
    expect(shapes.filter((shape) => shape.includes(1)).length).toBeGreaterThan(40);
    expect(expressions.filter(({ value }) => value.shape.length === 0).length).toBeGreaterThan(8);
    expect(expressions.filter(({ value }) => value.data.length > 1).length).toBeGreaterThan(100);
    expect(expressions.filter(hasDiamond).length).toBeGreaterThan(100);
  });
  it("have no derivative of zero, by which a missing rule would pass", () => {
    for (const { gradient, jacobian, product } of expressions) {
      for (const block of [...gradient, ...jacobian].filter(({ data }) => data.length > 0)) expect(largest([block])).toBeGreaterThan(1e-3);
      expect(largest(product)).toBeGreaterThan(1e-3);
    }
  });
});

/** Whether a value is an argument more than once. */
function hasDiamond({ nodes }: Expression): boolean {
  const at = [...JSON.stringify(nodes.map(({ args }) => args)).matchAll(/\{"at":(\d+)\}/g)].map(([, value]) => value);
  return new Set(at).size < at.length;
}
