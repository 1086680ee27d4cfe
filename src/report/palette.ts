/**
 * Colour, dash and marker of each layer.
 *
 * The hues are those of Okabe & Ito (safe for the common colour-vision deficiencies), darkened for white paper and
 * lightened for dark: every line keeps a contrast of 3 : 1 or more against its background. Colour never stands alone:
 * layers differ by marker or dash too, also when several share a role.
 */
import type { CellVerdict, ColourRole, Figure, Layer } from "../claims/figure.ts";

/** [light, dark] by role. */
export const roleColours: Record<ColourRole, readonly [light: string, dark: string]> = {
  robust: ["#0069a8", "#5cb8f0"],
  nonRobust: ["#c44900", "#ff9350"],
  standard: ["#9c3f80", "#e8a2cd"],
  adversarial: ["#007a58", "#3fcf9f"],
  prediction: ["#15181c", "#f1f3f5"],
  control: ["#806000", "#e3b93c"],
  neutral: ["#5d6670", "#a3adb8"],
};

interface CellStyle {
  /** Fill of the cell and colour of its mark: [light, dark] each. */
  fill: readonly [light: string, dark: string];
  ink: readonly [light: string, dark: string];
  /** A dot where the claim held, a cross where it broke, a bar where neither can be said. */
  mark: "dot" | "cross" | "bar" | "none";
  /** Inside the hypotheses marks are bold and dots filled. */
  bold: boolean;
}

/**
 * Cells of a phase diagram. Blue against orange is seen by all; inside the hypotheses the fill is strong, outside it is pale, and
 * the mark (dot or cross, bold or thin) says the same without colour.
 */
export const cellStyles: Record<CellVerdict, CellStyle> = {
  "inside holds": { fill: ["#2f7fb8", "#3f93cc"], ink: ["#ffffff", "#0b0e11"], mark: "dot", bold: true },
  "inside breaks": { fill: ["#c44900", "#ff9350"], ink: ["#ffffff", "#0b0e11"], mark: "cross", bold: true },
  "outside holds": { fill: ["#dcebf6", "#1d3343"], ink: ["#1f6596", "#8cc6ee"], mark: "dot", bold: false },
  "outside breaks": { fill: ["#fae5d8", "#45281a"], ink: ["#a03c00", "#ffb083"], mark: "cross", bold: false },
  undecided: { fill: ["#e6e8eb", "#31363d"], ink: ["#4b545d", "#b4bdc6"], mark: "bar", bold: false },
  impossible: { fill: ["#ffffff", "#14171b"], ink: ["#9aa3ac", "#59626b"], mark: "none", bold: false },
};

export function cellVariable(verdict: CellVerdict, part: "fill" | "ink"): string {
  return `var(--lg-cell-${verdict.replace(" ", "-")}-${part})`;
}

/** Background of report and figures, which halos and hollow markers are filled with: [light, dark]. */
export const paperColours = ["#ffffff", "#14171b"] as const;

export const paperVariable = "var(--lg-paper)";

export function roleVariable(role: ColourRole): string {
  return `var(--lg-${role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)})`;
}

const markers = ["circle", "square", "triangle", "diamond", "cross", "star"] as const;
export type Marker = (typeof markers)[number];

const firstMarker: Record<ColourRole, Marker> = {
  robust: "circle",
  nonRobust: "square",
  standard: "triangle",
  adversarial: "diamond",
  prediction: "cross",
  control: "star",
  neutral: "circle",
};

const dashes = ["6 4", "2 3", "9 3 2 3", "4 2"];

export interface LayerStyle {
  colour: string;
  /** Absent on dashed lines, rules, fits, curves and cells. */
  marker?: Marker;
  /** Second and later layers of a role have markers filled with paper. */
  hollow: boolean;
  dash?: string;
}

/** What makes two layers the same entry of the legend. */
export function layerKey(layer: Layer): string {
  const role = roleOf(layer);
  const dashed = (layer.kind === "lines" || layer.kind === "curve") && layer.dashed === true;
  return JSON.stringify([layer.kind, role, dashed, layer.kind === "rule" ? layer.axis : "", layer.name]);
}

function roleOf(layer: Layer): ColourRole | CellVerdict {
  if (layer.kind === "cells") return layer.verdict;
  return layer.kind === "diagonal" ? "prediction" : layer.colour;
}

/** One style for each distinct layer of a figure, so a name looks the same in all its panels. */
export function layerStyles(figure: Figure): Map<string, LayerStyle> {
  const styles = new Map<string, LayerStyle>();
  const used = new Map<string, number>();
  const next = (group: string): number => {
    const count = used.get(group) ?? 0;
    used.set(group, count + 1);
    return count;
  };
  for (const layer of figure.panels.flatMap((panel) => panel.layers)) {
    const key = layerKey(layer);
    if (styles.has(key)) continue;
    if (layer.kind === "cells") {
      styles.set(key, { colour: cellVariable(layer.verdict, "fill"), hollow: false });
      continue;
    }
    const role = roleOf(layer) as ColourRole;
    const colour = roleVariable(role);
    if (layer.kind === "lines" && layer.dashed !== true || layer.kind === "points" || layer.kind === "intervals") {
      const turn = next(`marker ${role}`);
      const marker = markers[(markers.indexOf(firstMarker[role]) + turn) % markers.length];
      styles.set(key, { colour, marker, hollow: turn > 0 });
    } else if (layer.kind === "lines" || layer.kind === "curve" && layer.dashed === true) {
      styles.set(key, { colour, hollow: false, dash: dashes[next(`dash ${role}`) % dashes.length] });
    } else if (layer.kind === "diagonal" || layer.kind === "fit" || layer.kind === "curve") {
      styles.set(key, { colour, hollow: false });
    } else {
      styles.set(key, { colour, hollow: false, dash: ["1 3", "7 2 1 2", "3 2"][next(`rule ${role}`) % 3] });
    }
  }
  return styles;
}

function variables(column: 0 | 1): string {
  const roles = (Object.keys(roleColours) as ColourRole[])
    .map((role) => `${roleVariable(role).slice(4, -1)}: ${roleColours[role][column]};`);
  const cells = (Object.keys(cellStyles) as CellVerdict[]).flatMap((verdict) =>
    (["fill", "ink"] as const).map((part) => `${cellVariable(verdict, part).slice(4, -1)}: ${cellStyles[verdict][part][column]};`));
  return [`--lg-paper: ${paperColours[column]};`, ...roles, ...cells].join(" ");
}

/** The palette as custom properties: light, dark when the reader prefers it, and light again on printed paper. */
export const paletteCss = `:root { ${variables(0)} }
@media screen and (prefers-color-scheme: dark) { :root { ${variables(1)} } }`;
