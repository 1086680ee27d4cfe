/** Results written over memory that is still to be read: which inputs must be copied before a plan runs. */
import type { Holding } from "./memory-plan.ts";
import { type Buffer, regionOf } from "./phantom.ts";
import type { Plan } from "./plan.ts";
import type { Words } from "./transfer.ts";

/**
 * Moments are counted as 2 g where group g begins, 2 g + 1 while its blocks run, and so on past the last group: results
 * held whole are written there, and after them those that are an argument handed back.
 */
export class Overlap {
  /** When each input has been read to its end. */
  private readonly read: readonly number[];
  /** When each result is first written. */
  private readonly written: readonly number[];

  constructor({ groups, graph: { outputs }, memory: { holdings } }: Plan, inputs: readonly Buffer[], groupOf: (time: number) => number) {
    const end = 2 * groups.length;
    const results = outputs.map(({ data }) => regionOf(data)!.buffer);
    const momentOf = ({ group, from }: Holding) => (group === undefined ? 2 * groupOf(from) : 2 * group + 1);
    this.read = inputs.map((buffer) => (results.includes(buffer) ? end + 1 : momentOf(holdings.get(buffer)!)));
    this.written = results.map((buffer) => {
      const group = holdings.get(buffer)?.group;
      return buffer.origin.kind !== "computed" || group === undefined ? end : 2 * group + 1;
    });
  }

  /** Puts copies in the places of sources that a target overwrites too early. A block is read before it is written, so the very same memory may be both. */
  separate(sources: Words[], targets: readonly Words[]): void {
    for (let o = 0; o < targets.length; o++) {
      for (let i = 0; i < sources.length; i++) {
        if (this.written[o] <= this.read[i] && meet(sources[i], targets[o]) && !(this.written[o] === this.read[i] && agree(sources[i], targets[o]))) sources[i] = sources[i].slice();
      }
    }
  }
}

/** Whether two arrays share a byte. */
export function meet(x: Words, y: Words): boolean {
  return x.buffer === y.buffer && x.byteOffset < y.byteOffset + y.byteLength && y.byteOffset < x.byteOffset + x.byteLength;
}

function agree(x: Words, y: Words): boolean {
  return x.byteOffset === y.byteOffset && x.byteLength === y.byteLength;
}
