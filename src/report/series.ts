/** From a layer's raw numbers to what can be drawn: quantiles over members, gaps, and a count of what was left out. */

/** Values that a panel could not show, for the note under it. */
export interface LeftOut {
  /** At or below zero on a logarithmic axis. */
  nonPositive: number;
  /** Plus or minus infinity, such as a time never reached. NaN is a gap by intent ("not taken") and is not counted. */
  infinite: number;
}

/** Counts on `leftOut` and returns NaN for a value that an axis cannot show. */
export function showable(value: number, log: boolean, leftOut: LeftOut): number {
  if (Number.isNaN(value)) return NaN;
  if (!Number.isFinite(value)) {
    leftOut.infinite += 1;
    return NaN;
  }
  if (log && value <= 0) {
    leftOut.nonPositive += 1;
    return NaN;
  }
  return value;
}

/**
 * Quantile by linear interpolation of sorted values (R's type 7). Infinities take part in the order, so the median of
 * times is infinite, hence a gap, when most runs never arrive.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return NaN;
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below];
  const high = sorted[Math.min(below + 1, sorted.length - 1)];
  return low === high ? low : low + (position - below) * (high - low);
}

export interface Summary {
  median: number[];
  low: number[];
  high: number[];
}

/** Median, 10 % and 90 % quantile over the members at each of `length` places; NaN members do not count. */
export function summarise(members: readonly (readonly number[])[], length: number): Summary {
  const summary: Summary = { median: [], low: [], high: [] };
  for (let i = 0; i < length; i++) {
    const values = members.map((member) => member[i] ?? NaN).filter((value) => !Number.isNaN(value));
    const sorted = Float64Array.from(values).sort();
    summary.median.push(quantile(sorted, 0.5));
    summary.low.push(quantile(sorted, 0.1));
    summary.high.push(quantile(sorted, 0.9));
  }
  return summary;
}

/** The note's sentences; empty when everything is shown. */
export function leftOutText({ nonPositive, infinite }: LeftOut): string {
  const sentences: string[] = [];
  if (nonPositive > 0) {
    sentences.push(`${nonPositive} ${nonPositive === 1 ? "value" : "values"} at or below zero cannot stand on the logarithmic axis and ${nonPositive === 1 ? "is" : "are"} left out.`);
  }
  if (infinite > 0) {
    sentences.push(`${infinite} infinite ${infinite === 1 ? "value is" : "values are"} left out.`);
  }
  return sentences.join(" ");
}
