/**
 * What cancels inside a function: the sizes of its values and slopes on the way to a result, each times what the result makes of it.
 * Differences and derivatives keep the rounding of all of them, also where f(x) and f'(x) show none of it, as in ln(e^x) - x.
 *
 * Source: running error analysis; Higham, Accuracy and Stability of Numerical Algorithms, section 3.3.
 */
import { bottom, refill, trace, type TraceRecord } from "../autodiff/index.ts";
import { DomainError } from "../errors/index.ts";
import { elements, equalLists, type NdArray } from "../ndarray/index.ts";
import { moved, unit } from "./directions.ts";
import type { Subject } from "./subject.ts";

/** Of one result, with ct_e, v_e and t_e the cotangent, the value and the tangent of an entry e of the tape. */
export interface Terms {
  /** max_e sum |ct_e v_e|: times eps, what rounding the values does to phi, to first order. */
  readonly values: number;
  /** max_e sum |ct_e t_e|: times eps, what rounding does to its derivative. */
  readonly slopes: number;
}

export const noTerms: Terms = { values: 0, slopes: 0 };

/** The tapes a step h to either side, from whose values tangents are told without any rule. */
export interface Around {
  readonly above: TraceRecord;
  readonly below: TraceRecord;
  readonly h: number;
}

/** Runs f on either side; undefined where it is not defined there. */
export function movedRecords({ f, args, leaves }: Subject, tangents: readonly NdArray[], h: number): Around | undefined {
  const at = (step: number) => trace(f as (...own: unknown[]) => unknown, ...(refill(args, leaves.map((leaf, l) => moved(leaf, step, tangents[l]))) as unknown[]));
  try {
    return { above: at(h), below: at(-h), h };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/**
 * The terms of result `wanted`, from one pull. Those that are not finite, as under a mask, are left out, and so are slopes where the
 * function takes another way a step away.
 */
export function termsOf({ entries, outputs, pull }: TraceRecord, { above, below, h }: Around, cts: readonly NdArray[], wanted: number): Terms {
  const cotangents = pull(outputs.map(({ value }, at) => (at === wanted ? cts[at] : unit(bottom(value), -1, 0))));
  const oneWay = [above, below].every((other) => other.entries.length === entries.length && other.entries.every(({ out }, e) => equalLists(out.shape, entries[e].out.shape)));
  const valuesOf = (record: Pick<TraceRecord, "entries">, entry: number) => elements(bottom(record.entries[entry].out));
  let [values, slopes] = [0, 0];
  cotangents.forEach((cotangent, entry) => {
    if (cotangent === undefined) return;
    const ct = elements(bottom(cotangent));
    const value = valuesOf({ entries }, entry);
    values = Math.max(values, sumOf(ct, (i) => value[i]));
    if (!oneWay) return;
    const [up, down] = [valuesOf(above, entry), valuesOf(below, entry)];
    slopes = Math.max(slopes, sumOf(ct, (i) => (up[i] - down[i]) / (2 * h)));
  });
  return { values, slopes };
}

/** sum |ct_i x_i| over what is finite. */
function sumOf(ct: ArrayLike<number>, x: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < ct.length; i++) {
    const term = Math.abs(ct[i] * x(i));
    if (Number.isFinite(term)) total += term;
  }
  return total;
}
