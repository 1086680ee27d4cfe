/** Progress on standard error: one line rewritten on a terminal, a plain line every tenth of the way elsewhere. */
import { duration } from "./table.ts";

export interface ProgressLine {
  /** `done` of `total`, in any unit; the time left follows from it and from what `words` cannot know. */
  update(done: number, total: number, words: string): void;
  /** Ends the rewritten line. */
  end(): void;
}

export interface ProgressOptions {
  stream?: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;
  /** Seconds on some clock. */
  now?: () => number;
  /** Seconds between two rewritings. */
  every?: number;
}

/** `before`: how much was done before the clock started (runs kept by --resume), so that it does not flatter the estimate. */
export function progressLine({ stream = process.stderr, now = () => performance.now() / 1000, every = 0.1 }: ProgressOptions = {}): ProgressLine {
  const started = now();
  let before: number | undefined;
  let lastDrawn = -Infinity;
  let lastTenth = 0;
  let open = false;
  return {
    update(done, total, words) {
      before ??= done;
      const share = total === 0 ? 1 : done / total;
      const seconds = now() - started;
      const left = done > before && done < total ? ((total - done) / (done - before)) * seconds : NaN;
      const text = `${String(Math.floor(100 * share)).padStart(3)} %  ${words}${Number.isNaN(left) ? "" : `, ${duration(left)} left`}`;
      if (stream.isTTY) {
        if (now() - lastDrawn < every && share < 1) return;
        lastDrawn = now();
        stream.write(`\r${text.slice(0, (stream.columns ?? 80) - 1)}\u001b[K`);
        open = true;
        return;
      }
      const tenth = Math.floor(10 * share);
      if (tenth <= lastTenth) return;
      lastTenth = tenth;
      stream.write(`${text}\n`);
    },
    end() {
      if (open) stream.write("\n");
      open = false;
    },
  };
}
