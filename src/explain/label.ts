/** Names that a function gives to its intermediate values, for the reader of an explanation. */
import { isTraced, TapeValue, type Value } from "../autodiff/index.ts";

interface Labels {
  /** The trace whose entries are named: that of the function being explained, not of one inside it. */
  readonly trace: unknown;
  readonly names: Map<number, string>;
}

let current: Labels | undefined;

/** Runs `body`; `label` meanwhile writes into `labels`. */
export function collectingLabels<R>(labels: Labels, body: () => R): R {
  const before = current;
  current = labels;
  try {
    return body();
  } finally {
    current = before;
  }
}

/**
 * Names a value where `explain` shows it, and returns it unchanged; does nothing outside `explain`.
 *
 * The first name that a value gets stays. Cost: none to speak of.
 * Example: label("h", mul(2, 3))  // => 6
 */
export function label<V extends Value>(name: string, value: V): V {
  if (current === undefined) return value;
  let inner: Value = value;
  while (isTraced(inner)) {
    if (inner.trace === current.trace && inner instanceof TapeValue && !current.names.has(inner.index)) current.names.set(inner.index, name);
    inner = inner.primal;
  }
  return value;
}
