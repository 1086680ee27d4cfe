/**
 * Fingerprints of arrays: FNV-1a with 64 bits over shapes, dtypes and the bits of every element, little-endian.
 *
 * Every NaN counts as the one of bits 7ff8000000000000 (7fc00000 in float32): which payload and sign an operation gives a
 * NaN is left open by both ECMAScript and WebAssembly, and no program of ours can see it. The sign of a zero counts.
 *
 * Not a cryptographic hash: nobody here is an adversary. Source: Fowler, Noll, Vo; offset and prime of the 64-bit variant.
 */
import { dtypeOf, elements, type FloatArray, type NdArray } from "../../../src/ndarray/index.ts";

/** The prime 2^40 + 0x1b3: its two parts. */
const primeLow = 0x1b3;
const primeShift = 8; // of a low half that moves into the high one: 40 - 32

export class Fnv64 {
  private high = 0xcbf29ce4;
  private low = 0x84222325;

  byte(value: number): void {
    const low = (this.low ^ value) >>> 0;
    const product = low * primeLow; // below 2^41, hence exact
    this.high = (Math.imul(this.high, primeLow) + Math.floor(product / 2 ** 32) + (low << primeShift)) >>> 0;
    this.low = product >>> 0;
  }

  word(value: number): void {
    this.byte(value & 0xff);
    this.byte((value >>> 8) & 0xff);
    this.byte((value >>> 16) & 0xff);
    this.byte(value >>> 24);
  }

  text(value: string): void {
    for (let i = 0; i < value.length; i++) this.byte(value.charCodeAt(i) & 0xff);
  }

  floats(values: FloatArray): void {
    const double = values instanceof Float64Array;
    for (let i = 0; i < values.length; i++) {
      store(values[i], double);
      this.word(scratch.getUint32(0, true));
      if (double) this.word(scratch.getUint32(4, true));
    }
  }

  /** Sixteen hexadecimal digits. */
  digest(): string {
    return hex(this.high) + hex(this.low);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** Through a DataView, so that the order of bytes is ours and not the machine's. */
function store(value: number, double: boolean): void {
  if (double) scratch.setFloat64(0, value, true);
  else scratch.setFloat32(0, value, true);
  if (Number.isNaN(value)) {
    if (double) scratch.setUint32(0, 0, true);
    scratch.setUint32(double ? 4 : 0, double ? 0x7ff80000 : 0x7fc00000, true);
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}

/** What the arrays are; not what is in them. */
export function formOf(arrays: readonly NdArray[]): string {
  return arrays.map((x) => `${dtypeOf(x)} [${x.shape.join(", ")}]`).join("; ");
}

export function fingerprint(arrays: readonly NdArray[]): string {
  const hash = new Fnv64();
  hash.text(formOf(arrays));
  for (const x of arrays) hash.floats(elements(x));
  return hash.digest();
}

export function fingerprintOfText(text: string): string {
  const hash = new Fnv64();
  hash.text(text);
  return hash.digest();
}

/** The bits of every element, most significant digit first. */
export function bitsOf(arrays: readonly NdArray[]): string[] {
  return arrays.flatMap((x) => Array.from(elements(x), (value) => {
    const double = dtypeOf(x) === "float64";
    store(value, double);
    return (double ? hex(scratch.getUint32(4, true)) : "") + hex(scratch.getUint32(0, true));
  }));
}
