/** Core time: what the processors worked for this process, all its threads together, so that a budget buys the same search on any number of workers and on a machine that others use too. */
import { InvalidArgumentError } from "commander";

const units: Record<string, number> = { s: 1, m: 60, min: 60, h: 3600 };

/** Seconds of a text such as 90s, 10m or 1.5h. */
export function timeFrom(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?(s|m|min|h)$/.exec(text) ?? [];
  const seconds = Number(digits) * units[unit];
  if (!(seconds > 0)) throw new InvalidArgumentError("Expected a time such as 90s, 10m or 1.5h.");
  return seconds;
}

export interface CoreClock {
  /** Core seconds worked since the clock was made, and what was credited. */
  spent(): number;
  /** Adds core seconds that an earlier process spent. */
  credit(seconds: number): void;
}

/** `worked`: core seconds of this process, from any moment on. */
export function coreClock(worked: () => number = processorSeconds): CoreClock {
  const started = worked();
  let before = 0;
  return {
    spent: () => before + worked() - started,
    credit(seconds) { before += seconds; },
  };
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
