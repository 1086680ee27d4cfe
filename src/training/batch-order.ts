/** In which order training sees its samples. */
import { ParameterError } from "../errors/index.ts";
import type { Stream } from "../random/index.ts";

/**
 * The batches of one epoch: every sample once, in a random order, `size` at a time; the last batch holds the rest.
 *
 * The stream should serve nothing else, so that two trainings with the same seed see the same batches whatever else they draw.
 * Shapes:  ceil(count / size) lists of indices.
 * Errors:  ParameterError unless count and size are integers >= 1.
 */
export function epochBatches(order: Stream, count: number, size: number): Int32Array[] {
  for (const [name, value] of [["count", count], ["size", size]] as const) {
    if (!Number.isInteger(value) || value < 1) throw new ParameterError({ where: "epochBatches", problem: `${name} = ${value} is out of range.`, expected: "an integer >= 1." });
  }
  const all = order.permutation(count);
  return Array.from({ length: Math.ceil(count / size) }, (_, batch) => all.slice(batch * size, (batch + 1) * size));
}
