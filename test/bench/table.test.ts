import { describe, expect, it } from "vitest";
import type { Group } from "../../bench/contest.ts";
import { sizes, stepTask } from "../../bench/contestants.ts";
import { pythonProblem } from "../../bench/python.ts";
import { shortJson, withSection } from "../../bench/results.ts";
import { digits, groupTable, markdown } from "../../bench/table.ts";

/** Size S is 4 times 2 * 64 * 8 * 4 * 4 * 32 = 2097152 operations an adversarial step. */
const group: Group = {
  title: "S, float64", task: stepTask(sizes.S, "float64"), actions: ["adversarial"], limit: [16, 20, 18],
  entries: [
    { id: "compiled", name: "ours", own: true, memory: 21.6, milliseconds: { adversarial: [1, 10, 2] } },
    { id: "peer", name: "a peer", own: false, memory: 40, milliseconds: { adversarial: [20, 20, 20] } },
    { id: "slow", name: "a slow one", own: false, failure: "too slow: no answer within 20 s", milliseconds: {} },
    { id: "few", name: "a rare one", own: false, milliseconds: { adversarial: [3, null, null] } },
  ],
};

describe("the table of a group", () => {
  const lines = groupTable(group).split("\n");
  const row = (name: string) => lines.find((line) => line.includes(name))!.split("|").slice(1, -1).map((cell) => cell.trim());

  it("gives times, rates, the share of the best limit, and ratios of equal rounds", () => {
    // 2097152 / 2 ms = 1.05 GFLOP/s, 5 % of 20
    expect(row("ours")).toEqual(["ours", "2.00 (1.50–6.00)", "1.05", "5 %", "1", "22"]);
    // rounds 20/1, 20/10, 20/2
    expect(row("a peer")).toEqual(["a peer", "20.0 (20.0–20.0)", "0.105", "1 %", "**10.0** (6.00–15.0)", "40"]);
    expect(row("a rare one")[4]).toBe("**3.00** (3.00–3.00)");
  });
  it("names who could not be timed, and why", () => {
    expect(row("a slow one")).toEqual(["a slow one: too slow: no answer within 20 s", "–", "–", "–", "–", "–"]);
  });
  it("compares with the first of ours that ran, when the compiled form failed", () => {
    const entries = [{ ...group.entries[0], failure: "fails", milliseconds: {} }, { ...group.entries[1], own: true }, group.entries[3]];
    expect(groupTable({ ...group, entries })).toContain("| a rare one | 3.00 (3.00–3.00) | 0.699 | 3 % | **0.150** (0.150–0.150) | – |");
  });
  it("has as many cells in every row", () => {
    expect(new Set(lines.filter((line) => line.startsWith("|")).map((line) => line.split("|").length)).size).toBe(1);
    expect(markdown(["a", "b"], [["1", "2"]])).toBe("| a | b |\n|---|---|\n| 1 | 2 |");
  });
  it("keeps three digits", () => {
    expect([0.0123456, 0.5, 9.999, 12.34, 1743.2, 0, NaN].map(digits)).toEqual(["0.0123", "0.500", "10.0", "12.3", "1740", "0", "–"]);
  });
});

describe("where results go", () => {
  it("a section is replaced, and only it", () => {
    const text = "before\n<!-- step -->\nold\n<!-- end of step -->\nafter\n<!-- step-python -->\n<!-- end of step-python -->\n";
    expect(withSection(text, "step", "new")).toBe("before\n<!-- step -->\n\nnew\n\n<!-- end of step -->\nafter\n<!-- step-python -->\n<!-- end of step-python -->\n");
    expect(withSection(withSection(text, "step", "new"), "step", "new")).toBe(withSection(text, "step", "new"));
    expect(() => withSection(text, "growth", "new")).toThrow("no section growth");
  });
  it("numbers in files are short and still themselves", () => {
    expect(JSON.parse(shortJson({ ms: [0.123456789, 20], none: null }))).toEqual({ ms: [0.1235, 20], none: null });
  });
});

describe("the comparison with Python", () => {
  const found = (missing: string[], blas: string) => ({ status: 0, stdout: JSON.stringify({ missing, blas }) });
  it("says what to install", () => {
    expect(pythonProblem(found(["python3-torch"], ""))).toContain("apt-get install python3-torch libopenblas0-pthread");
    expect(pythonProblem({ status: null, stdout: "", error: new Error("ENOENT") })).toContain("apt-get install python3 ");
  });
  it("does not race against the reference BLAS", () => {
    expect(pythonProblem(found([], "/usr/lib/blas/libblas.so.3.11.0"))).toContain("libopenblas0-pthread");
    expect(pythonProblem(found([], "/usr/lib/openblas-pthread/libopenblasp-r0.3.21.so"))).toBeUndefined();
  });
});
