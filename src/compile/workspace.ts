/**
 * The memory in which compiled functions run: a WebAssembly instance of their own, shared by all plans, since nothing stays
 * in it between two calls. It grows between calls only, and nobody outside ever holds a view of it.
 */
import { ResourceError } from "../errors/index.ts";
import { wasmBytes } from "../simd/binary.ts";
import type { SimdExports } from "../simd/exports.ts";
import { compileSync, instantiate } from "../simd/host.ts";

export const page = 65536;
/** What a WebAssembly memory with 32-bit addresses can hold. */
export const mostBytes = 65536 * page;

export class Workspace {
  readonly exports: SimdExports;
  /** Where plans start; a multiple of 64. */
  readonly base: number;
  /** Counts the times that the memory moved: views made before are void. */
  generation = 0;
  /** While a plan runs in it: a call inside that one, from a primitive's own loop, must not run in it too. */
  busy = false;

  constructor() {
    this.exports = instantiate(compileSync(wasmBytes())) as unknown as SimdExports;
    this.base = Math.ceil(this.exports.heapBase() / 64) * 64;
  }

  get buffer(): ArrayBuffer {
    return this.exports.memory.buffer;
  }

  /** Makes room for a plan. Errors: ResourceError when the engine does not give it. */
  reserve(bytes: number): void {
    const missing = this.base + bytes - this.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.exports.memory.grow(Math.ceil(missing / page));
    } catch {
      throw new ResourceError({ where: "compile", problem: `the engine does not give ${bytesText(bytes)} of WebAssembly memory.`, expected: `room beside the ${bytesText(this.buffer.byteLength)} that it has given.`, mend: "take fewer samples at a time, or free memory elsewhere." });
    }
    this.generation++;
  }
}

let shared: Workspace | undefined;

/** The one workspace, made when first asked for. */
export function workspace(): Workspace {
  shared ??= new Workspace();
  return shared;
}

/** A number of bytes for reading. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [unit, size] = bytes < 2 ** 20 ? ["KiB", 1024] : ["MiB", 2 ** 20];
  return `${(bytes / size).toFixed(bytes < 100 * size ? 1 : 0)} ${unit}`;
}
