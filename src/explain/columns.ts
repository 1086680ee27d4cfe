/** Columns of text that fit a width: cells wrap at spaces inside their column. */

export interface Column {
  readonly right?: boolean;
  /** May be made narrower than its longest cell. */
  readonly wraps?: boolean;
  /** Colour, applied after padding, so that it does not count as width. */
  readonly style?: (text: string) => string;
}

const gap = "  ";
const narrowest = 10;

/** How many columns of a terminal a text takes; combining marks take none. */
export function textWidth(text: string): number {
  return [...text.replaceAll(/\p{M}/gu, "")].length;
}

/** The rows as lines, at most `width` wide where wrapping can bring that about. */
export function columnLines(columns: readonly Column[], rows: readonly (readonly string[])[], width = Infinity): string[] {
  const widths = fitted(columns, columns.map((_, at) => Math.max(0, ...rows.map((row) => textWidth(row[at])))), width);
  return rows.flatMap((row) => {
    const cells = row.map((cell, at) => wrapped(cell, widths[at]));
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const last = cells.findLastIndex((lines) => (lines[line] ?? "") !== "");
      return columns.slice(0, last + 1).map(({ right, style }, at) => {
        const text = cells[at][line] ?? "";
        const space = " ".repeat(at === last && !right ? 0 : widths[at] - textWidth(text));
        const shown = style === undefined || text === "" ? text : style(text);
        return right ? space + shown : shown + space;
      }).join(gap);
    });
  });
}

/** Takes from the widest column that wraps, until the row fits or no column can give more. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, own) => sum + own, 0) + gap.length * (widths.length - 1);
  while (total() > width) {
    let widest = -1;
    columns.forEach(({ wraps }, at) => { if (wraps && widths[at] > narrowest && (widest < 0 || widths[at] > widths[widest])) widest = at; });
    if (widest < 0) break;
    widths[widest]--;
  }
  return widths;
}

/** Lines of at most `width`; a word that is longer is cut. */
export function wrapped(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const characters = [...word];
    while (textWidth(characters.join("")) > width) lines.push(characters.splice(0, Math.max(1, width)).join(""));
    line = characters.join("");
  }
  return [...lines, line];
}
