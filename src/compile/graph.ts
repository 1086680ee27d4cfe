/** What a traced function comes to: its calls in order, what goes in and what comes out. */
import type { NdArray } from "../ndarray/index.ts";
import { type Call, readsOf, writesOf } from "./calls.ts";
import { type Buffer, type Region, regionOf } from "./phantom.ts";

export interface Graph {
  readonly calls: readonly Call[];
  /** The result's leaves, as views on phantoms. */
  readonly outputs: readonly NdArray[];
}

/** Whether a region is all of its buffer. */
export function isWhole({ buffer, offset, length }: Region): boolean {
  return offset === 0 && length === buffer.length;
}

/** Who writes each buffer, and who reads it; an output counts as a reader without a call. */
export class Uses {
  private readonly writers = new Map<Buffer, Call[]>();
  private readonly readers = new Map<Buffer, (Call | undefined)[]>();

  constructor({ calls, outputs }: Graph) {
    for (const call of calls) {
      for (const { buffer } of writesOf(call)) this.writers.set(buffer, [...(this.writers.get(buffer) ?? []), call]);
      for (const { buffer } of readsOf(call)) this.readers.set(buffer, [...(this.readers.get(buffer) ?? []), call]);
    }
    for (const { data } of outputs) {
      const { buffer } = regionOf(data)!;
      this.readers.set(buffer, [...(this.readers.get(buffer) ?? []), undefined]);
    }
  }

  readersOf(buffer: Buffer): readonly (Call | undefined)[] {
    return this.readers.get(buffer) ?? [];
  }

  /** The one call that writes this whole buffer, in one piece; undefined for inputs and for what is written in parts. */
  writerOf(region: Region): Call | undefined {
    const writers = this.writers.get(region.buffer) ?? [];
    return writers.length === 1 && isWhole(region) && writesOf(writers[0]).some((written) => written.buffer === region.buffer && isWhole(written)) ? writers[0] : undefined;
  }

  /** The same, where nothing else reads what it writes. */
  onlyFor(region: Region): Call | undefined {
    return this.readersOf(region.buffer).length === 1 ? this.writerOf(region) : undefined;
  }
}

/** The calls without those whose results nobody reads. */
export function withoutDead({ calls, outputs }: Graph): Call[] {
  const wanted = new Set(outputs.map(({ data }) => regionOf(data)!.buffer));
  const kept: Call[] = [];
  for (const call of [...calls].reverse()) {
    if (!writesOf(call).some(({ buffer }) => wanted.has(buffer))) continue;
    kept.push(call);
    for (const { buffer } of readsOf(call)) wanted.add(buffer);
  }
  return kept.reverse();
}
