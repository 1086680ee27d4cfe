import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { Axis, Figure, Layer } from "../../src/claims/figure.ts";
import { drawFigure } from "../../src/report/draw.ts";
import { cellStyles, paperColours, roleColours } from "../../src/report/palette.ts";
import { trajectoryFigure } from "../support/sample-results.ts";

function figure(layers: Layer[], axes: { x?: Partial<Axis>; y?: Partial<Axis> } = {}): Figure {
  return {
    title: "A title",
    caption: "A caption",
    alt: "What <everybody> sees",
    panels: [{ title: "A panel", x: { label: "step t", ...axes.x }, y: { label: "value (unit)", ...axes.y }, layers }],
  };
}

function lines(x: number[], ...members: number[][]): Layer {
  return { kind: "lines", name: "measured", colour: "robust", x, members };
}

/** Sub-paths of all polylines drawn in a role's colour. */
function subpaths(markup: string, role = "robust"): number[] {
  const { document } = parseHTML(`<html><body>${markup}</body></html>`);
  return [...document.querySelectorAll(`svg.lg-plot g[stroke="var(--lg-${role})"][fill="none"] path`)]
    .map((path) => (path.getAttribute("d") ?? "").split("M").length - 1);
}

describe("drawFigure", () => {
  it("is one image with the figure's alt text, escaped, and axis labels and legend as text", () => {
    const markup = drawFigure(figure([lines([0, 1, 2], [1, 2, 3])]));
    expect(markup).toContain('role="img" aria-label="What &lt;everybody&gt; sees"');
    for (const text of ["step t", "value (unit)", "measured", "A title"]) expect(markup).toContain(text);
    expect(markup.match(/role="img"/g)).toHaveLength(1);
  });

  it("says the same twice: equal figures give equal text", () => {
    const clipped = figure([lines([0, 1, 2], [1, 2, 9])], { y: { domain: [0, 4] } });
    expect(drawFigure(clipped)).toBe(drawFigure(clipped));
    expect(drawFigure(clipped)).toContain("clip-path");
  });

  it("drops and counts what a logarithmic axis cannot hold", () => {
    const markup = drawFigure(figure([lines([0, 1, 2, 3], [1, 0, -5, 10])], { y: { scale: "log" } }));
    expect(markup).toContain("2 values at or below zero cannot stand on the logarithmic axis");
    expect(markup).not.toMatch(/NaN|Infinity/);
    expect(subpaths(markup)).toEqual([2]);
  });

  it("puts the labels where the figure wants them", () => {
    const markup = drawFigure(figure([lines([4, 8, 32], [1, 2, 3])], { x: { scale: "log", ticks: [4, 8, 32, 999] } }));
    const labels = [...markup.matchAll(/>(\d+)<\/text>/g)].map(([, label]) => label);
    expect(labels).toEqual(expect.arrayContaining(["4", "8", "32"]));
    expect(labels).not.toContain("5");
    expect(labels).not.toContain("999");
  });

  it("labels the ticks of a logarithmic axis that spans two decades", () => {
    const markup = drawFigure(figure([lines([30, 300, 3000], [1, 2, 3])], { x: { scale: "log" } }));
    for (const tick of ["30", "100", "300", "1000", "3000"]) expect(markup).toContain(`>${tick}</text>`);
  });

  it.each([[[0, -1]], [[NaN, NaN]], [[Infinity, -Infinity]], [[]]])("draws an empty panel rather than throw on %j", (values) => {
    const markup = drawFigure(figure([lines(values.map((_, i) => i), values)], { y: { scale: "log" } }));
    expect(markup).toContain("nothing to draw");
    expect(markup).not.toMatch(/[^\w]NaN|[="(,]-?Infinity/);
  });

  it("ignores a logarithmic domain that starts at zero", () => {
    const markup = drawFigure(figure([lines([0, 1], [1, 10])], { y: { scale: "log", domain: [0, 10] } }));
    expect(markup).not.toContain("NaN");
  });

  it("leaves a gap at NaN and joins nothing across it", () => {
    const markup = drawFigure(figure([lines([0, 1, 2, 3, 4], [1, 2, NaN, 3, 4])]));
    expect(subpaths(markup)).toEqual([2]);
    expect(markup).not.toContain("NaN");
    expect(markup).not.toContain("left out");
  });

  it("counts infinite points as left out", () => {
    const points = [{ x: 1, y: 2 }, { x: 2, y: Infinity }];
    expect(drawFigure(figure([{ kind: "points", name: "p", colour: "standard", points }]))).toContain("1 infinite value is left out.");
  });

  it("draws constant data, rules and a diagonal between mixed axes", () => {
    const layers: Layer[] = [
      lines([1, 2], [3, 3]),
      { kind: "rule", name: "bound", colour: "control", axis: "y", value: 2 },
      { kind: "rule", name: "start", colour: "neutral", axis: "x", value: 1.5 },
      { kind: "diagonal", name: "y = x" },
    ];
    const markup = drawFigure(figure(layers, { x: { scale: "log" } }));
    for (const name of ["bound", "start", "y = x"]) expect(markup).toContain(name);
    expect(markup).not.toContain("NaN");
  });

  it("tells layers of one colour apart by marker or dash", () => {
    const named = (name: string, dashed: boolean): Layer => ({ kind: "lines", name, colour: "standard", dashed, x: [0, 1], members: [[0, 1]] });
    const markup = drawFigure(figure([named("a", false), named("b", false), named("c", true), named("d", true)]));
    const samples = markup.match(/<svg class="lg-sample".*?<\/svg>/g) ?? [];
    expect(samples).toHaveLength(4);
    expect(new Set(samples).size).toBe(4);
  });

  it("draws members, median and band for several members, and the line alone for one", () => {
    const x = [0, 1, 2];
    expect(subpaths(drawFigure(figure([lines(x, [1, 2, 3])])))).toHaveLength(1);
    const many = drawFigure(figure([lines(x, [1, 2, 3], [2, 3, 4], [3, 4, 5])]));
    expect(subpaths(many)).toHaveLength(4);
    expect(many).toContain("median of 3, band 10–90");
    expect(many).toContain('fill-opacity="0.14"');
  });

  it("keeps the figure of 50 members and 600 steps below 110 kB", () => {
    expect(drawFigure(trajectoryFigure()).length).toBeLessThan(110_000);
  });

  it("bounds noisy members too", () => {
    let state = 1;
    const next = (): number => { state = (state * 48271) % 2147483647; return state / 2147483647; };
    const x = Array.from({ length: 600 }, (_, i) => i);
    const members = Array.from({ length: 50 }, () => x.map(next));
    expect(drawFigure(figure([lines(x, ...members)])).length).toBeLessThan(150_000);
  });

  it("escapes names, labels and hover titles", () => {
    const hostile = "<script>alert(1)</script>";
    const markup = drawFigure(figure([
      { kind: "points", name: hostile, colour: "robust", points: [{ x: 1, y: 1, title: hostile }] },
    ], { x: { label: hostile } }));
    expect(markup).not.toContain("<script");
    expect(markup).toContain("&lt;script&gt;");
  });

  it("draws a fit as a line in a band, and intervals as bars through their points, cut at the end of a logarithmic axis", () => {
    const markup = drawFigure(figure([
      { kind: "fit", name: "exponent 1", colour: "robust", x: [1, 10], y: [1, 10], low: [1, 5], high: [1, 20] },
      { kind: "intervals", name: "medians", colour: "control", interval: "95 %", points: [{ x: 2, y: 2, low: 1, high: 4 }, { x: 5, y: 4, low: -1, high: 6 }] },
    ], { x: { scale: "log" }, y: { scale: "log" } }));
    expect(subpaths(markup)).toEqual([1]);
    expect(markup).toContain("interval 95 %");
    const { document } = parseHTML(`<html><body>${markup}</body></html>`);
    const bars = [...document.querySelectorAll('svg.lg-plot g[stroke="var(--lg-control)"] line')].map((bar) => Number(bar.getAttribute("y1")) - Number(bar.getAttribute("y2")));
    expect(bars).toHaveLength(2);
    for (const length of bars) expect(Math.abs(length)).toBeGreaterThan(10);
    expect(markup).not.toMatch(/NaN|Infinity/);
  });

  it("draws every cell as a rectangle with the mark of its verdict, hover text, and a legend that counts them", () => {
    const cell = (x: number): { x: [number, number]; y: [number, number]; title: string } => ({ x: [x, x + 1], y: [0, 1], title: `cell ${x} < 9` });
    const markup = drawFigure(figure([
      { kind: "cells", name: "holds", verdict: "inside holds", cells: [cell(0), cell(1)] },
      { kind: "cells", name: "breaks", verdict: "inside breaks", cells: [cell(2)] },
      { kind: "cells", name: "none", verdict: "impossible", cells: [cell(3)] },
    ]));
    const { document } = parseHTML(`<html><body>${markup}</body></html>`);
    expect(document.querySelectorAll("svg.lg-plot rect title")).toHaveLength(4);
    expect(markup).toContain("cell 2 &lt; 9");
    expect(markup).toContain("(2 cells)");
    // two dots and a cross; a point that does not exist has no mark
    const marks = (verdict: string): number => document.querySelectorAll(`svg.lg-plot g[stroke="var(--lg-cell-${verdict}-ink)"] > *`).length;
    expect(["inside-holds", "inside-breaks", "impossible"].map(marks)).toEqual([2, 1, 0]);
  });

  it("draws a curve of several paths, dashed where asked, and does not let it widen the frame of the cells", () => {
    const markup = drawFigure(figure([
      { kind: "cells", name: "holds", verdict: "inside holds", cells: [{ x: [1, 10], y: [1, 10] }] },
      { kind: "curve", name: "boundary", colour: "robust", dashed: true, paths: [[{ x: 1, y: 1 }, { x: 5, y: 2 }], [{ x: 6, y: 6 }, { x: 9, y: 9 }]] },
    ], { x: { scale: "log", domain: [1, 10] }, y: { scale: "log", domain: [1, 10] } }));
    expect(subpaths(markup).reduce((sum, paths) => sum + paths, 0)).toBe(2);
    expect(markup).toContain('stroke-dasharray="6 4"');
  });
});

describe("the palette", () => {
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [high, low] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (high + 0.05) / (low + 0.05);
  };

  it.each(Object.entries(roleColours))("shows %s at 4.5 : 1 or more on light and on dark", (_role, [light, dark]) => {
    expect(contrast(light, paperColours[0])).toBeGreaterThan(4.5);
    expect(contrast(dark, paperColours[1])).toBeGreaterThan(4.5);
  });

  it.each(Object.entries(cellStyles).filter(([, { mark }]) => mark !== "none"))("shows the mark of a cell that %s at 3 : 1 or more against its fill", (_verdict, { fill, ink }) => {
    for (const column of [0, 1] as const) expect(contrast(fill[column], ink[column])).toBeGreaterThan(3);
  });

  it("tells the verdicts of cells apart without colour: no two have the same mark of the same weight", () => {
    const marks = Object.values(cellStyles).map(({ mark, bold }) => `${mark} ${bold}`);
    expect(new Set(marks).size).toBe(marks.length);
  });
});
