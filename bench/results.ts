/** Where results go: files that are whole or not there, and the sections of bench/README.md. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";

/** Readers see the old file or the new one, never half of one. */
export function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** JSON whose numbers keep `digits` significant digits; timings have no more. */
export function shortJson(value: unknown, digits = 4): string {
  return `${JSON.stringify(value, (_key, part: unknown) => (typeof part === "number" && !Number.isInteger(part) ? Number(part.toPrecision(digits)) : part))}\n`;
}

/**
 * The text with what stands between `<!-- NAME -->` and `<!-- end of NAME -->` replaced.
 * Errors: RangeError when the marks are not there.
 */
export function withSection(text: string, name: string, content: string): string {
  const start = `<!-- ${name} -->\n`;
  const end = `<!-- end of ${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new RangeError(`there is no section ${name} to replace`);
  return `${text.slice(0, from + start.length)}\n${content.trim()}\n\n${text.slice(to)}`;
}

export function replaceSection(path: string, name: string, content: string): void {
  writeWhole(path, withSection(readFileSync(path, "utf8"), name, content));
}

export function machineWords(): string {
  return `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.version.slice(1)}`;
}

export function machine(): { cpu: string; cores: number; node: string } {
  return { cpu: cpus()[0].model.trim(), cores: cpus().length, node: process.version };
}
