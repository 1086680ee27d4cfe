import type { Dtype, FloatArray } from "../kernels/types.ts";
import type { WasmMemory } from "./host.ts";

const PAGE = 65536;
/** Room kept free of arrays, so that a kernel that takes a block of rows at a time, and packs for it, rarely lacks it. */
const SCRATCH_RESERVE = 2 ** 20;

export interface ArenaOptions {
  /**
   * Bytes to start with, by default 16 MiB. Pages that nobody touches cost address space only, but engines count them as memory
   * in use: at 64 MiB V8 collects garbage at once, some milliseconds in which a first gradient waits.
   */
  initialBytes?: number;
  /** The memory never grows beyond this; by default nearly all that 32-bit addresses reach. */
  capBytes?: number;
}

/** Bytes of n elements, rounded up to a multiple of 16. */
export function paddedBytes(x: { readonly BYTES_PER_ELEMENT: number }, n: number): number {
  return Math.ceil((n * x.BYTES_PER_ELEMENT) / 16) * 16;
}

/**
 * One WebAssembly memory: arrays are stacked from the bottom while a scope is open, and a kernel call borrows what is above
 * them for copies and packing.
 *
 * memory.grow detaches every view, so it is called only while no array is live: when the outermost scope opens, or in a
 * kernel call outside any scope. What a scope could not get is remembered, and the next outermost scope starts with it.
 */
export class Arena {
  private readonly memory: WasmMemory;
  private readonly base: number;
  private readonly cap: number;
  private buffer!: ArrayBuffer;
  private f64!: Float64Array;
  private f32!: Float32Array;
  private i32!: Int32Array;
  /** Bytes of the memory, its buffer's length. */
  private size = 0;
  private depth = 0;
  /** End of the live arrays. */
  private top: number;
  /** Where `top` would be had every allocation of this scope found room. */
  private virtualTop: number;
  /** What the next outermost scope should find. */
  private wanted = 0;
  /** End of the operands placed for the current call. */
  private cursor = 0;

  constructor(memory: WasmMemory, heapBase: number, options: ArenaOptions = {}) {
    this.memory = memory;
    this.base = Math.ceil(heapBase / 64) * 64;
    this.cap = options.capBytes ?? 2 ** 32 - 2 ** 20;
    this.top = this.virtualTop = this.base;
    this.remakeViews();
    this.grow(options.initialBytes ?? 16 * 2 ** 20);
  }

  scope<T>(body: () => T): T {
    if (this.depth === 0) this.grow(this.wanted);
    this.depth++;
    try {
      return body();
    } finally {
      this.depth--;
      if (this.depth === 0) this.top = this.virtualTop = this.base;
    }
  }

  /** A scope that gives back what it allocated when it ends, also inside another one. */
  frame<T>(body: () => T): T {
    const { top, virtualTop } = this;
    return this.scope(() => {
      try {
        return body();
      } finally {
        this.top = top;
        this.virtualTop = virtualTop;
      }
    });
  }

  allocate(dtype: Dtype, n: number): FloatArray {
    const make = dtype === "float64" ? Float64Array : Float32Array;
    if (this.depth === 0) return new make(n);
    const bytes = paddedBytes(make, n);
    this.virtualTop += bytes;
    if (this.top + bytes + SCRATCH_RESERVE > this.size) {
      this.want(this.virtualTop + SCRATCH_RESERVE);
      return new make(n);
    }
    const at = this.top;
    this.top += bytes;
    return new make(this.buffer, at, n);
  }

  /**
   * Byte offset of x in this memory; -1 if x lies elsewhere. No array lies at the memory's start, and most others lie at their
   * buffer's: these are told without asking for the buffer, which engines only make for a small array when it is asked for.
   */
  locate(x: ArrayBufferView): number {
    const at = x.byteOffset;
    return at > 0 && x.buffer === this.buffer ? at : -1;
  }

  /** Whether bytes at an offset lie outside the live arrays: whoever points there outlived the scope. */
  isPast(at: number, bytes: number): boolean {
    return at + bytes > this.top;
  }

  /** Opens a call that needs this many bytes above the arrays; false if they cannot be had. */
  begin(bytes: number): boolean {
    this.cursor = this.top;
    if (this.top + bytes <= this.size) return true;
    if (this.depth > 0) {
      this.want(this.virtualTop + bytes);
      return false;
    }
    this.grow(this.top + bytes);
    return this.top + bytes <= this.size;
  }

  /** Takes bytes (a multiple of 16) of the current call's room. */
  take(bytes: number): number {
    const at = this.cursor;
    this.cursor += bytes;
    return at;
  }

  /** Copies the first n elements of x into the current call's room; returns where they are. */
  copyIn(x: FloatArray | Int32Array, n: number): number {
    const at = this.take(paddedBytes(x, n));
    this.write(x, 0, n, at);
    return at;
  }

  /** Copies n elements of x, from its element `from` on, to `at`. */
  write(x: FloatArray | Int32Array, from: number, n: number, at: number): void {
    const source = x.length === n ? x : x.subarray(from, from + n);
    if (x instanceof Float64Array) this.f64.set(source, at >>> 3);
    else if (x instanceof Float32Array) this.f32.set(source, at >>> 2);
    else this.i32.set(source, at >>> 2);
  }

  /** Copies n elements that a kernel wrote at `at` to out, from its element `from` on. */
  read(out: FloatArray, from: number, n: number, at: number): void {
    if (out instanceof Float64Array) out.set(this.f64.subarray(at >>> 3, (at >>> 3) + n), from);
    else out.set(this.f32.subarray(at >>> 2, (at >>> 2) + n), from);
  }

  private want(bytes: number): void {
    this.wanted = Math.max(this.wanted, bytes + bytes / 4);
  }

  /** Grows to at least `bytes`, or as near as the cap and the engine allow. Only while no array is live. */
  private grow(bytes: number): void {
    const pages = Math.ceil((Math.min(bytes, this.cap) - this.size) / PAGE);
    if (pages <= 0) return;
    try {
      this.memory.grow(pages);
    } catch {
      return; // the engine has no more: callers see it in `size`
    }
    this.remakeViews();
  }

  private remakeViews(): void {
    this.buffer = this.memory.buffer;
    this.size = this.buffer.byteLength;
    this.f64 = new Float64Array(this.buffer);
    this.f32 = new Float32Array(this.buffer);
    this.i32 = new Int32Array(this.buffer);
  }
}
