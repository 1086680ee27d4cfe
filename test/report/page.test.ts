import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { Opening } from "../../src/claims/opening.ts";
import type { Results } from "../../src/claims/results.ts";
import { renderReport } from "../../src/report/page.ts";
import { samplePhase, sampleResults, sampleSearch, trajectoryFigure } from "../support/sample-results.ts";

function page(results: Results, ...options: Parameters<typeof renderReport> extends [unknown, ...infer Rest] ? Rest : never): {
  markup: string;
  document: ReturnType<typeof parseHTML>["document"];
} {
  const markup = renderReport(results, ...options);
  return { markup, document: parseHTML(markup).document };
}

describe("renderReport", () => {
  it("shows the verdict table before any claim's section, one row a claim", () => {
    const { markup, document } = page(sampleResults());
    expect(markup.indexOf('class="verdicts')).toBeLessThan(markup.indexOf('class="claim"'));
    expect(document.querySelectorAll("table.verdicts tbody tr")).toHaveLength(3);
    const cells = document.querySelector("table.verdicts tbody tr")?.textContent ?? "";
    for (const text of ["p03-learning-time", "supported", "10/10", "share ≥ 74"]) expect(cells).toContain(text);
  });

  it("finds each claim in one sentence", () => {
    const rows = [...page(sampleResults()).document.querySelectorAll("table.verdicts tbody tr")].map((row) => row.querySelector('[data-label="Found"]')?.textContent ?? "");
    expect(rows[0]).toContain("As predicted in 10 of 10 seeds; the control broke it, as it must.");
    expect(rows[1]).toContain("Not as predicted: it held only in 7 of 10 seeds.");
    expect(rows[2]).toContain("Not tested: the setting violates “no freeze”.");
  });

  it("opens with what the theory says, the verdicts each sentence rests on, and one picture, and explains its symbols", () => {
    const opening: Opening = {
      title: "A theory, run", paragraphs: ["Words from arXiv 2410.08503."], limits: ["Not on Mars."], lead: ["p99", "p07"],
      sentences: [{ says: "Times follow", claims: ["p03"] }, { says: "Training prefers", claims: ["p07", "p03"] }, { says: "Nobody checked", claims: ["p98"] }],
      symbols: [{ symbol: "\\alpha", meaning: "size", value: "2" }],
    };
    const { markup, document } = page(sampleResults(), { opening });
    expect(document.querySelector("h1")?.textContent).toBe("A theory, run");
    const found = [...document.querySelectorAll("table.found tbody tr")].map((row) => row.textContent.replaceAll(/\s+/g, " "));
    expect(found).toHaveLength(2);
    expect(found[0]).toContain("Times follow✓ supportedp03");
    expect(found[1]).toContain("✗ contradicted in 1 of 2 claims; the others supported");
    expect(document.querySelectorAll("figure.lead")).toHaveLength(1);
    expect(document.querySelector("figure.lead")?.textContent).toContain("Which feature grows");
    expect(markup.indexOf('class="lead"')).toBeLessThan(markup.indexOf('class="verdicts'));
    expect(document.querySelector("table.symbols math")).not.toBeNull();
    expect(markup).toContain("Not on Mars.");
  });

  it("lists every control of every claim, and says how many broke what they had to", () => {
    const { document } = page(sampleResults());
    const section = document.querySelector('[aria-labelledby="controls"]');
    expect(section?.querySelectorAll("tbody tr")).toHaveLength(4);
    expect(section?.textContent).toContain("3 of 4 controls did");
    expect(section?.querySelectorAll(".warn")).toHaveLength(1);
  });

  it("says what holds of all claims together, how many seeds would show all, and links to it only when there is something to say", () => {
    const { document } = page(sampleResults());
    const section = document.querySelector('[aria-labelledby="family"]');
    expect([...section!.querySelectorAll("tbody tr")].map((row) => row.textContent.replaceAll(/\s+/g, " "))).toEqual([
      expect.stringContaining("0 of 10 seedsrate below 50 %"), expect.stringContaining("3 of 10 seedsrate below 20 %"), expect.stringContaining("1 of 10 seedsrate below 20 %"),
    ]);
    // 0.5^10 = 0.00098, three times that; the others 0.879 and 0.376
    expect(section!.querySelector("tbody tr")!.textContent).toMatch(/9.77 · 10⁻⁴\s*0.00293\s*✓ together with the others/);
    expect(section!.textContent).toContain("Of 3 statements that a claim's failure rate is below its limit, 1 holds at 95\u00a0% when looked at alone, and 1 together with the others");
    // 0.8^n <= 0.05/2
    expect(section!.textContent).toContain("17 seeds a claim would have to pass without a failure");
    // seeds 4, 6, 7 and 9 fail somewhere; the upper bound of 4 of 10 is 69.646 %
    expect(section!.textContent).toContain("in 4 of 10 seeds that all claims drew some claim failed inside its hypotheses, so with 95\u00a0% confidence that happens in at most 69.65\u00a0%");
    expect(page(sampleResults({ claims: sampleResults().claims.slice(0, 1) })).document.querySelector('a[href="#family"]')).toBeNull();
  });

  it("says of seeds what they guarantee: a share, an answer of all together, a sequential test, or nothing", () => {
    const [claim] = sampleResults().claims;
    const words = (change: Partial<typeof claim>) => page(sampleResults({ claims: [{ ...claim, ...change }] })).markup;
    expect(words({ judged: "all seeds together" })).toContain("10 seeds, judged together");
    expect(words({ judged: "without seeds" })).toContain("no chance enters");
    expect(words({ sequential: { p0: 0.01, p1: 0.05, alpha: 0.05, beta: 0.05, most: 99, decision: "below", supportedWrongly: 0.047, contradictedWrongly: 0.02 } }))
      .toContain("taken until a sequential test decided (at most 99); with 95\u00a0% confidence the share is at least 74\u00a0%. The test supports a claim that fails in 5\u00a0% of all seeds with probability 0.047, and contradicts one that fails in 1\u00a0% with probability 0.02");
  });

  it("shows phase diagrams with their confusion tables, and links to them only when there are some", () => {
    expect(page(sampleResults()).document.querySelector('a[href="#phases"]')).toBeNull();
    const { document, markup } = page(sampleResults(), { phases: [samplePhase()] });
    expect(document.querySelector('a[href="#phases"]')).not.toBeNull();
    const table = document.querySelector("table.confusion");
    expect([...table!.querySelectorAll("td.number")].map((cell) => cell.textContent)).toEqual(["3", "1", "1", "3"]);
    expect(table!.querySelector(".warn")?.textContent).toBe("1");
    expect(markup).toContain("npx lemmagrad phase p00-toy");
  });

  it("says what the search for counterexamples found and how much it covered", () => {
    const search = sampleSearch();
    const nothingFound = page(sampleResults(), { searches: [search] }).document.querySelector('[aria-labelledby="searches"]')?.textContent ?? "";
    for (const words of ["It found nothing.", "812 points in 10 min 0 s", "fails in at most 0.746\u00a0% of the region (0 of 400 even draws)", "k 5/5, alpha 9/10"]) expect(nothingFound).toContain(words);
    const found = { point: "k = 2, d = 4", seeds: [7], observed: "off by 40 %", replay: "npx lemmagrad falsify p03 --replay p03.json" };
    const markup = page(sampleResults(), { searches: [{ ...search, found }] }).markup;
    for (const words of ["1 claim fails somewhere inside the hypotheses", "k = 2, d = 4, 1 seed from 7: off by 40 %", "--replay p03.json"]) expect(markup).toContain(words);
  });

  it("marks a verdict that differs from the recorded one", () => {
    expect(page(sampleResults()).markup).toContain("recorded: supported");
    expect(page(sampleResults()).markup).toContain("1 verdict differs");
  });

  it("escapes everything that comes from the data", () => {
    const results = sampleResults();
    const hostile = `<script>alert("1")</script><img src=x onerror=alert(2)>`;
    const corrupt = (value: unknown): unknown => {
      if (typeof value === "string") return hostile;
      if (Array.isArray(value)) return value.map(corrupt);
      if (typeof value !== "object" || value === null) return value;
      const kept = ["kind", "colour", "scale", "axis", "verdict", "recordedVerdict"];
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, kept.includes(key) ? item : corrupt(item)]));
    };
    const { markup, document } = page(corrupt(results) as Results);
    expect(markup).not.toMatch(/<script|<img/);
    expect(document.querySelectorAll("script, img, [onerror]")).toHaveLength(0);
    expect(markup).toContain("&lt;script&gt;");
  });

  it("loads nothing: addresses are its own parts, its neighbours, the docs or the paper", () => {
    const { markup, document } = page(sampleResults());
    expect(document.querySelectorAll("script, iframe, object, img, [src]")).toHaveLength(0);
    const addresses = [...document.querySelectorAll("[href]")].map((element) => element.getAttribute("href") ?? "");
    for (const address of addresses) {
      expect(address).toMatch(/^(#[\w-]+|data:,|results(\.schema)?\.json|\.\.\/docs\/[\w/-]+\.md|https:\/\/arxiv\.org\/abs\/[\d.]+)$/);
    }
    expect(markup).not.toMatch(/@import|url\((?!#)/);
    expect(document.querySelector("meta[http-equiv]")?.getAttribute("content")).toContain("default-src 'none'");
  });

  it("names the docs without a link when there are none", () => {
    expect(page(sampleResults(), { docs: null }).markup).not.toContain("../docs/");
  });

  it("has headings in order, distinct ids, and links that lead somewhere", () => {
    const { document } = page(sampleResults());
    const levels = [...document.querySelectorAll("h1, h2, h3, h4")].map((heading) => Number(heading.tagName[1]));
    expect(levels[0]).toBe(1);
    levels.forEach((level, i) => { if (i > 0) expect(level - levels[i - 1]).toBeLessThanOrEqual(1); });
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('a[href^="#"]')) expect(ids).toContain(link.getAttribute("href")?.slice(1));
    for (const heading of document.querySelectorAll("th")) expect(heading.getAttribute("scope")).toMatch(/^(col|row)$/);
    for (const image of document.querySelectorAll('[role="img"]')) expect(image.getAttribute("aria-label")).not.toBe("");
  });

  it("is a page without claims, and with a claim that has neither figure, hypotheses nor controls", () => {
    expect(page(sampleResults({ claims: [] })).markup).toContain("No claim was run");
    const [claim] = sampleResults().claims;
    const { figure: _figure, ...bare } = { ...claim, hypotheses: [], controls: [], perSeed: [], maths: "" };
    const { markup, document } = page(sampleResults({ claims: [bare] }));
    expect(document.querySelectorAll("svg.lg-plot")).toHaveLength(0);
    expect(markup).toContain("No control was run");
    expect(markup).not.toMatch(/undefined|\bNaN\b/);
  });

  it("draws formulas as MathML, and shows LaTeX that does not parse as it was written", () => {
    const [claim] = sampleResults().claims;
    expect(page(sampleResults()).markup).toContain("<math");
    const { markup } = page(sampleResults({ claims: [{ ...claim, maths: "\\frac{a" }] }));
    expect(markup).toContain('<code class="latex">\\frac{a</code>');
  });

  it("gives the line that repeats the run, quoted for a shell where needed", () => {
    expect(page(sampleResults()).markup).toContain("npx lemmagrad verify --plan quick --seeds 10 --seed 0 --backend wasm");
    expect(page(sampleResults({ plan: "my plan" })).document.querySelector("[aria-labelledby=run] .command")?.textContent).toContain("--plan 'my plan'");
  });

  it("stays below 3 MB with 11 claims of 10 seeds, 5 classes and 600 steps, each with a control's picture", () => {
    const [claim] = sampleResults().claims;
    const figure = trajectoryFigure({ seeds: 10, classes: 5, steps: 600 });
    const claims = Array.from({ length: 11 }, (_, i) => ({ ...claim, id: `p${i}`, figure, controlFigure: figure }));
    expect(renderReport(sampleResults({ claims })).length).toBeLessThan(3e6);
  }, 60_000);
});
