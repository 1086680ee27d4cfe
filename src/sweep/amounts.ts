/** Amounts of time and memory as people write them. */
import { ParameterError } from "../errors/index.ts";

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };
const bytes: Readonly<Record<string, number>> = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** Seconds of a text such as 90s, 10 min, 1.5h or 2d. Errors: ParameterError on another text. */
export const secondsOf = (text: string, where: string): number => amount(text, where, seconds, "a time such as 90s, 10m, 1.5h or 2d.");

/** Bytes of a text such as 500 MB, 4GB or 2GiB. Errors: ParameterError on another text. */
export const bytesOf = (text: string, where: string): number => amount(text, where, bytes, "an amount of memory such as 500 MB, 4 GB or 2 GiB.");

function amount(text: string, where: string, units: Readonly<Record<string, number>>, expected: string): number {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(text) ?? [];
  const value = Number(digits) * (unit !== undefined && Object.hasOwn(units, unit) ? units[unit] : NaN);
  if (!(value > 0)) throw new ParameterError({ where, problem: `"${text}" is no such amount.`, expected });
  return value;
}

/** 850 MB, 4.2 GB. */
export function bytesText(amountOfBytes: number): string {
  const [unit, size] = amountOfBytes >= 1e12 ? ["TB", 1e12] : amountOfBytes >= 1e9 ? ["GB", 1e9] : ["MB", 1e6];
  const value = amountOfBytes / size;
  return `${value >= 100 ? Math.ceil(value) : Math.ceil(value * 10) / 10} ${unit}`;
}
