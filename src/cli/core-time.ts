/** Core time: seconds on the clock times the threads at work, so that a budget buys the same search however many there are. */
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
  /** Core seconds since the clock was made, and what was credited. */
  spent(): number;
  /** Adds core seconds that an earlier process spent. */
  credit(seconds: number): void;
}

/** `now`: seconds on some clock. */
export function coreClock(workers: number, now: () => number = () => performance.now() / 1000): CoreClock {
  const started = now();
  let before = 0;
  return {
    spent: () => before + workers * (now() - started),
    credit(seconds) { before += seconds; },
  };
}
