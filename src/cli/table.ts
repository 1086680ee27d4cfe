/** Tables and numbers for a terminal. */

/** Columns padded to their widest cell, two spaces between them; columns of numbers are set to the right. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], rightFrom = Infinity): string {
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => width(row[column]))));
  const line = (row: readonly string[]) => row
    .map((cell, column) => {
      const space = " ".repeat(widths[column] - width(cell));
      return column >= rightFrom ? space + cell : cell + space;
    })
    .join("  ")
    .trimEnd();
  return `${all.map(line).join("\n")}\n`;
}

const width = (text: string): number => [...text].length;

/** Four significant digits; "never" for Infinity, "-" for NaN. */
export function shown(x: number): string {
  if (Number.isNaN(x)) return "-";
  if (x === Infinity) return "never";
  if (x === 0 || Math.abs(x) >= 1e-3 && Math.abs(x) < 1e6) return String(Number(x.toPrecision(4)));
  return x.toExponential(2);
}

/** 42 s, 3 min 10 s, 2 h 5 min. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "1 run", "3 runs". */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** One paragraph of JSON; a number that is not finite becomes null. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (_key, part: unknown) => (ArrayBuffer.isView(part) ? Array.from(part as Float64Array, finiteOrNull) : typeof part === "number" ? finiteOrNull(part) : part), 2)}\n`;
}

/** NaN and the infinities have no JSON. */
export function finiteOrNull(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
