/** What a sweep's report draws: a column against a swept parameter, every seed, one panel for each setting of the other axes. */
import type { CellVerdict, ColourRole, Figure, Layer, Panel } from "../claims/figure.ts";
import { cellWords, edges } from "../claims/index.ts";
import { ParameterError, suggestion } from "../errors/index.ts";
import type { Row, Value } from "./cell.ts";
import type { SweepDefinition } from "./definition.ts";
import type { SweepPlan } from "./plan.ts";
import type { Column } from "./table.ts";

export interface SweepPicture {
  figures: Figure[];
  /** The same as numbers, point by point. */
  points: PointSummary[];
  /** Points that `points` leaves out. */
  unlisted: number;
}

/** A column at a point: how many rows have a finite value there, and their least, median and largest. */
export interface PointSummary {
  point: Record<string, Value>;
  column: string;
  rows: number;
  finite: number;
  min: number;
  median: number;
  max: number;
}

/** Rows that a figure takes; of more, evenly spread cells are drawn. */
const mostRows = 4000;
const mostPanels = 6;
const mostPoints = 400;

/** Errors: ParameterError when the definition's figure names a column that the table does not have. */
export function pictureOf(plan: SweepPlan, definition: SweepDefinition, columns: readonly Column[], rowCount: number, rows: Iterable<Row>, where: string): SweepPicture {
  const names = columns.map(({ name }) => name);
  const axes = plan.axes.flatMap((axis) => axis.names);
  const asked = definition.figure ?? {};
  for (const name of [...(asked.x === undefined ? [] : [asked.x]), ...[asked.y ?? []].flat()]) {
    if (columns.some((column) => column.name === name && column.type !== "text")) continue;
    throw new ParameterError({ where: `${where}: figure`, problem: names.includes(name) ? `the column "${name}" holds texts.` : `the table has no column "${name}".`, expected: "a column of numbers.", mend: suggestion(name, names, "the first line of table.csv names all columns.") });
  }
  const every = Math.max(1, Math.ceil(rowCount / mostRows));
  const texts = new Set(["observed", "error", "version", "key"]);
  const kept: Row[] = [];
  for (const row of rows) if (row.status === "done" && Number(row.cell) % every === 0) kept.push(Object.fromEntries(Object.entries(row).filter(([name]) => !texts.has(name))));
  const isNumeric = (name: string): boolean => columns.some((column) => column.name === name && (column.type === "number" || column.type === "integer")) && new Set(kept.map((row) => row[name])).size > 1;
  const x = asked.x ?? (definition.run?.rows === "steps" ? "step" : axes.find(isNumeric)) ?? "seed";
  const ys = asked.y === undefined ? defaultColumns(plan, kept, names) : [asked.y].flat();
  const others = [...(plan.claims.length > 1 ? ["claim"] : []), ...axes].filter((name) => name !== x && name !== "mode");
  // a ladder's names change together: one of them says it
  const told = plan.axes.length > 0 && plan.axes[0].names.length > 1 && plan.axes[0].names.includes(x) ? others.filter((name) => !plan.axes[0].names.includes(name)) : others;
  const figures = ys.map((y) => columnFigure(kept, { x, y, others: told, byMode: axes.includes("mode"), every }));
  const diagram = verdictDiagram(plan, kept);
  const summaries = ys.flatMap((column) => summariesOf(kept, [...(plan.claims.length > 1 ? ["claim"] : []), ...axes, ...(x === "step" ? ["step"] : [])], column));
  return { figures: diagram === undefined ? figures : [diagram, ...figures], points: summaries.slice(0, mostPoints), unlisted: Math.max(0, summaries.length - mostPoints) };
}

/** Of claims how far seeds are from failing, or what they observed; of runs the correlations with both features. */
function defaultColumns({ kind }: SweepPlan, rows: readonly Row[], names: readonly string[]): string[] {
  if (kind === "run") return ["U.median", "V.median", "cleanAccuracy"];
  if (rows.some((row) => typeof row.predictionMargin === "number")) return ["predictionMargin"];
  const observed = names.filter((name) => name === "obs" || (name.startsWith("obs.") && !/\.(min|max|n)$/.test(name)) || name === "obs.median");
  return observed.filter((name) => rows.some((row) => typeof row[name] === "number")).slice(0, 2);
}

interface Drawing {
  x: string;
  y: string;
  others: readonly string[];
  byMode: boolean;
  every: number;
}

function columnFigure(rows: readonly Row[], { x, y, others, byMode, every }: Drawing): Figure {
  const groups = grouped(rows, others);
  const shown = groups.slice(0, mostPanels);
  const xs = [...new Set(rows.map((row) => number(row[x])))].filter(Number.isFinite).sort((a, b) => a - b);
  const log = xs.length > 2 && xs[0] > 0 && xs[xs.length - 1] / xs[0] >= 20 && x !== "step" && x !== "seed";
  const values = shown.flatMap((group) => group.rows.map((row) => number(row[y])));
  const gaps = values.filter((value) => !Number.isFinite(value)).length;
  const panels = shown.map(({ title, rows: own }): Panel => ({
    title: title === "" ? `${y} against ${x}` : title, x: { label: x, ...(log ? { scale: "log" as const } : {}) }, y: { label: y }, layers: layersOf(own, { x, y, xs, byMode }),
  }));
  const title = `${y} against ${x}`;
  const words = [
    `${rows.length} rows of the table${every > 1 ? ` (every ${every}th cell is drawn)` : ""}; ${panels.some(({ layers }) => layers.some((layer) => layer.kind === "lines")) ? "every seed faint, their median bold" : "a point a seed"}.`,
    ...(gaps > 0 ? [`${gaps} of ${values.length} values are not finite (never reached, or not taken) and are gaps; a median counts the others only.`] : []),
    ...(groups.length > shown.length ? [`${groups.length - shown.length} further panels are left out; the table has them.`] : []),
  ];
  return { title, caption: words.join(" "), alt: `${title}, in ${panels.length === 1 ? "one panel" : `${panels.length} panels`}. ${altOf(shown, x, y)}`, panels };
}

/** Lines where x has several values, points where it has one or where seeds lie on both sides of the hypotheses. */
function layersOf(rows: readonly Row[], { x, y, xs, byMode }: { x: string; y: string; xs: readonly number[]; byMode: boolean }): Layer[] {
  const rule: Layer[] = y === "predictionMargin" ? [{ kind: "rule", name: "above: the prediction holds", colour: "prediction", axis: "y", value: 0 }] : [];
  const points = (own: readonly Row[]) => own.map((row) => ({ x: number(row[x]), y: number(row[y]), title: `${x} = ${String(row[x])}, seed ${String(row.seed)}: ${String(row[y])}` }));
  if (rows.some((row) => typeof row.inside === "boolean")) {
    const sides: [string, ColourRole, boolean][] = [["inside the hypotheses", "adversarial", true], ["outside", "neutral", false]];
    return [...sides.map(([name, colour, inside]): Layer => ({ kind: "points", name, colour, points: points(rows.filter((row) => row.inside === inside)) })).filter((layer) => layer.kind !== "points" || layer.points.length > 0), ...rule];
  }
  const series: [string, ColourRole, readonly Row[]][] = byMode
    ? (["standard", "adversarial"] as const).map((mode) => [`${mode} training`, mode, rows.filter((row) => row.mode === mode)])
    : [[y, y.startsWith("U") || y.startsWith("robust") ? "robust" : y.startsWith("V") || y.startsWith("nonRobust") ? "nonRobust" : "neutral", rows]];
  return [...series.filter(([, , own]) => own.length > 0).map(([name, colour, own]): Layer => {
    if (xs.length < 2 || x === "seed") return { kind: "points", name, colour, points: points(own) };
    const members = grouped(own, ["seed"]).map((seed) => {
      const at = new Map(seed.rows.map((row) => [number(row[x]), number(row[y])]));
      return xs.map((place) => at.get(place) ?? NaN);
    });
    return { kind: "lines", name, colour, x: [...xs], members };
  }), ...rule];
}

/** Over exactly two axes of numbers, where a claim holds: the cells of a phase diagram. */
function verdictDiagram({ axes, claims }: SweepPlan, rows: readonly Row[]): Figure | undefined {
  if (claims.length !== 1 || axes.length !== 2 || axes.some(({ names, places }) => names.length !== 1 || places.length < 2 || !places.every(([value]) => typeof value === "number"))) return undefined;
  const [x, y] = axes.map(({ names: [name], places }) => {
    const values = places.map(([value]) => value as number).sort((a, b) => a - b);
    const scale: "log" | "linear" = values[0] > 0 && values[values.length - 1] / values[0] >= 10 ? "log" : "linear";
    return { name, values, scale };
  });
  const cells = grouped(rows, ["cell"]).map(({ rows: own }) => own);
  const layers = (Object.keys(cellWords) as CellVerdict[]).flatMap((verdict): Layer[] => {
    const own = cells.filter(([row]) => row.verdict === verdict);
    if (own.length === 0) return [];
    return [{
      kind: "cells", name: cellWords[verdict], verdict, cells: own.map((seeds) => ({
        x: edges(x, x.values.indexOf(number(seeds[0][x.name]))), y: edges(y, y.values.indexOf(number(seeds[0][y.name]))),
        title: `${x.name} = ${String(seeds[0][x.name])}, ${y.name} = ${String(seeds[0][y.name])}: ${cellWords[verdict]}; holds in ${seeds.filter(({ holds }) => holds === true).length} of ${seeds.length} seeds`,
      })),
    }];
  });
  const title = `Where ${claims[0]} holds`;
  const counts = layers.map((layer) => (layer.kind === "cells" ? `${layer.cells.length} of ${cells.length} points: ${layer.name}` : "")).join("; ");
  return {
    title, caption: `${cells.length} points; all of them share the sweep's seeds. ${counts}.`, alt: `${title}, over ${x.name} and ${y.name}. ${counts}.`,
    panels: [{ title, x: { label: x.name, scale: x.scale, domain: [edges(x, 0)[0], edges(x, x.values.length - 1)[1]] }, y: { label: y.name, scale: y.scale, domain: [edges(y, 0)[0], edges(y, y.values.length - 1)[1]] }, layers }],
  };
}

function grouped(rows: readonly Row[], names: readonly string[]): { title: string; rows: Row[] }[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const title = names.map((name) => `${name} = ${String(row[name])}`).join(", ");
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [row]);
    else group.push(row);
  }
  return [...groups].map(([title, own]) => ({ title, rows: own }));
}

function summariesOf(rows: readonly Row[], names: readonly string[], column: string): PointSummary[] {
  return grouped(rows, names).map(({ rows: own }) => {
    const sorted = own.map((row) => number(row[column])).filter(Number.isFinite).sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return {
      point: Object.fromEntries(names.map((name) => [name, own[0][name] ?? null])), column, rows: own.length, finite: sorted.length,
      min: sorted[0] ?? NaN, max: sorted[sorted.length - 1] ?? NaN, median: sorted.length === 0 ? NaN : sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
    };
  });
}

/** The range of what is drawn, in words. */
function altOf(groups: readonly { title: string; rows: Row[] }[], x: string, y: string): string {
  return groups.map(({ title, rows }) => {
    const range = (name: string): string => {
      const values = rows.map((row) => number(row[name])).filter(Number.isFinite);
      return values.length === 0 ? "no finite value" : `${Number(Math.min(...values).toPrecision(3))} to ${Number(Math.max(...values).toPrecision(3))}`;
    };
    return `${title === "" ? "" : `${title}: `}${y} ${range(y)} over ${x} ${range(x)}.`;
  }).join(" ");
}

const number = (value: Value | undefined): number => (typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : NaN);
