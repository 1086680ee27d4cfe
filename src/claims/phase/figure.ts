/** A phase diagram as a figure: cells by verdict, and the predicted boundary on top. */
import type { Axis, CellVerdict, Figure, Layer } from "../figure.ts";
import { digits } from "../predictions.ts";
import { edges } from "./axes.ts";
import type { PhaseCell, PhaseResult } from "./result.ts";

/** In the order of the legend. */
export const cellWords: Record<CellVerdict, string> = {
  "inside holds": "inside the hypotheses, holds", "inside breaks": "inside the hypotheses, breaks",
  "outside holds": "outside, holds all the same", "outside breaks": "outside, breaks",
  undecided: "undecided: too few seeds", impossible: "no such point",
};

export function phaseFigure(result: PhaseResult): Figure {
  const { claim, x, y, cells, boundary, seedsPerCell, confusion } = result;
  const layers = (Object.keys(cellWords) as CellVerdict[]).flatMap((verdict): Layer[] => {
    const own = cells.filter((cell) => cell.verdict === verdict);
    if (own.length === 0) return [];
    return [{ kind: "cells", name: cellWords[verdict], verdict, cells: own.map((cell) => ({ x: edges(x, x.values.indexOf(cell.x)), y: edges(y, y.values.indexOf(cell.y)), title: cellTitle(result, cell) })) }];
  });
  if (boundary.length > 0) layers.push({ kind: "curve", name: "boundary that the hypotheses predict", colour: "prediction", dashed: true, paths: boundary });
  const title = `${x.label} against ${y.label}`;
  const words = confusionWords(confusion);
  return {
    title,
    caption: `${cells.length} points, ${seedsPerCell} ${seedsPerCell === 1 ? "seed" : "seeds"} each, no seed twice. ${meansOf(x)}${meansOf(y)}The dashed line is computed from the hypotheses alone, before any training. ${words}`,
    alt: `Phase diagram: where "${claim.title}" holds, over ${x.label} from ${digits(x.values[0])} to ${digits(x.values[x.values.length - 1])} and ${y.label} from ${digits(y.values[0])} to ${digits(y.values[y.values.length - 1])}. ${layers.filter((layer) => layer.kind === "cells").map((layer) => `${layer.cells.length} of ${cells.length} cells: ${layer.name}`).join("; ")}. ${words}`,
    panels: [{ title, x: axisOf(x), y: axisOf(y), layers }],
  };
}

/** Integers are labelled one by one, other axes with round numbers. */
function axisOf(axis: PhaseResult["x"]): Axis {
  const { label, scale, integer, values } = axis;
  return { label, scale, domain: [edges(axis, 0)[0], edges(axis, values.length - 1)[1]], ...(integer ? { ticks: values } : {}) };
}

/** What the confusion table says, in a sentence. */
export function confusionWords({ unit, insideHolds, insideBreaks, outsideHolds, outsideBreaks, brokeInside }: PhaseResult["confusion"]): string {
  const inside = insideHolds + insideBreaks;
  const outside = outsideHolds + outsideBreaks;
  return `Inside the hypotheses it broke in ${insideBreaks} of ${inside} ${unit}s (95 % interval of the share: ${digits(100 * brokeInside.low)} to ${digits(100 * brokeInside.high)} %), outside in ${outsideBreaks} of ${outside}.`;
}

function cellTitle({ x, y }: PhaseResult, { x: valueX, y: valueY, verdict, margin, binding, trials, pooled }: PhaseCell): string {
  const held = trials.filter(({ holds }) => holds).length;
  const seen = pooled === undefined ? `holds in ${held} of ${trials.length} seeds` : pooled.observed;
  const words = verdict === "impossible" ? `no such point: ${binding}` : `${cellWords[verdict]}; ${seen}; least margin ${digits(margin ?? NaN)} (${binding})`;
  return `${x.name} = ${digits(valueX)}, ${y.name} = ${digits(valueY)}: ${words}`;
}

/** How an axis changes a point, if that needs saying. */
const meansOf = ({ means }: PhaseResult["x"]): string => (means === "" ? "" : `${means}. `);
