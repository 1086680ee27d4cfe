/** That the comparisons with torch would notice a fault: 1e-9 in a number recorded, in an op's result, or in a derivative rule. */
import { describe, expect, it } from "vitest";
import { allPrimitives, mul, type Value } from "lemmagrad";
import * as ops from "../../src/ops/index.ts";
import { comparisons, largest, tolerance } from "./comparisons.ts";
import { type Entries, exceptions, type Expression, expressions, packageOps } from "./expressions.ts";

describe("a fault of 1e-9", () => {
  const faulty = (entries: Entries): Entries => {
    const worst = largest([entries]);
    return { ...entries, data: entries.data.map((x) => (Math.abs(x) === worst ? x * (1 + 1e-9) : x)) };
  };
  it.each(["value", "gradient", "jacobian", "product"] as const)("in the record of a %s is noticed in every expression", (quantity) => {
    const compared = { value: [0], gradient: [0, 3], jacobian: [1, 2], product: [3, 4] }[quantity].map((at) => Object.values(comparisons)[at]);
    for (const at of expressions) {
      // of several blocks the last with entries; a product's largest, since the tolerance is relative to all
      const blocks = [at[quantity]].flat();
      const hit = quantity === "product" ? blocks.findIndex((block) => largest([block]) === largest(blocks)) : blocks.findLastIndex(({ data }) => data.length > 0);
      const wrong = blocks.map((block, i) => (i === hit ? faulty(block) : block));
      for (const compare of compared) expect(compare({ ...at, [quantity]: quantity === "value" ? wrong[0] : wrong })).toBeGreaterThan(tolerance);
    }
  });
  it.each(Object.keys(ops).filter((name) => !(name in exceptions)))("in the result of %s is noticed", (name) => {
    const scaled = (result: unknown): unknown => (Array.isArray(result) ? result.map(scaled) : mul(result as Value, 1 + 1e-9));
    const by = { ...packageOps, [name]: (...args: unknown[]) => scaled(packageOps[name](...args)) };
    const noticed = expressions.filter(({ covers }) => covers.includes(name)).filter((at) => comparisons["value and gradient"](at, by) > tolerance);
    expect(noticed.length).toBeGreaterThan(0);
  });
});

describe("every derivative rule of every primitive", () => {
  type Rule = (...args: unknown[]) => Value;
  interface Site { label: string; rules: Rule[]; position: number }
  const sites: Site[] = allPrimitives().flatMap(({ name, vjp, jvp }) => Object.entries({ vjp, jvp }).flatMap(([mode, rules]) =>
    rules.flatMap((rule, position) => (typeof rule === "function" ? [{ label: `${name} ${mode} ${position}`, rules: rules as unknown as Rule[], position }] : []))));

  /** Runs `body` with another rule at a site, and puts the rule back. */
  function replaced<T>({ rules, position }: Site, by: (rule: Rule) => Rule, body: () => T): T {
    const rule = rules[position];
    rules[position] = by(rule);
    try {
      return body();
    } finally {
      rules[position] = rule;
    }
  }

  /** For each site the comparisons that reach it, found in one pass over all. */
  function reaching(): Map<string, { at: Expression; compare: (at: Expression) => number }[]> {
    const found = new Map<string, Set<string>>(sites.map(({ label }) => [label, new Set()]));
    let now = "";
    const watch = (rest: readonly Site[], body: () => void): void => {
      if (rest.length === 0) body();
      else replaced(rest[0], (rule) => (...args) => { found.get(rest[0].label)!.add(now); return rule(...args); }, () => watch(rest.slice(1), body));
    };
    const all = new Map(expressions.flatMap((at, i) => Object.entries(comparisons).map(([name, compare]) => [`${i} ${name}`, { at, compare }])));
    watch(sites, () => all.forEach(({ at, compare }, key) => { now = key; compare(at); }));
    return new Map([...found].map(([label, keys]) => [label, [...keys].map((key) => all.get(key)!)]));
  }

  it("is reached, and a fault of 1e-9 in it is noticed", () => {
    const reached = reaching();
    const unnoticed = sites.filter((site) => !replaced(site, (rule) => (...args) => mul(rule(...args), 1 + 1e-9), () =>
      reached.get(site.label)!.some(({ at, compare }) => compare(at) > tolerance)));
    expect(unnoticed.map(({ label }) => `${label}, reached ${reached.get(label)!.length} times`)).toEqual([]);
  });
});
