/** A hash of what an array holds, to notice that it has changed. */
import { elements } from "./layout.ts";
import type { FloatArray, NdArray } from "./nd-array.ts";

/**
 * A 32-bit hash that mixes every word with its place, so that exchanging two elements shows as well; a change goes unseen
 * with a probability of about 2^-32. It has four lanes, so that the multiplications overlap. Cost: about a nanosecond an
 * element.
 */
export function fingerprint(x: NdArray): number {
  return wordsPrint(wordsOf(elements(x)));
}

/** The same of raw words. */
export function wordsPrint(words: Int32Array): number {
  const whole = words.length & ~3;
  let a = 1, b = 2, c = 3, d = 4;
  for (let i = 0; i < whole; i += 4) {
    a = mixed(a ^ words[i]);
    b = mixed(b ^ words[i + 1]);
    c = mixed(c ^ words[i + 2]);
    d = mixed(d ^ words[i + 3]);
  }
  for (let i = whole; i < words.length; i++) a = mixed(a ^ words[i]);
  return mixed(mixed(mixed(a) ^ b) ^ c) ^ d;
}

/** A bijection of 32 bits. The rotation matters: without it the highest bit, a double's sign, would meet no other. */
function mixed(x: number): number {
  return Math.imul((x << 15) | (x >>> 17), 0x9e3779b1);
}

/** Where there is one, the host's comparison of bytes is some ten times as fast as a loop. */
const host = (globalThis as { Buffer?: { compare(a: Uint8Array, b: Uint8Array): number } }).Buffer;

/** Up to so many elements, a loop over numbers is faster than views of their bytes. */
const FEW = 16;

/** Whether two arrays hold the same elements, of one dtype and bit for bit; one NaN may stand for another. */
export function sameBits(x: NdArray, y: NdArray): boolean {
  const values = elements(x);
  const others = elements(y);
  if (values.length !== others.length || values.BYTES_PER_ELEMENT !== others.BYTES_PER_ELEMENT) return false;
  if (values.length <= FEW) return values.every((value, at) => Object.is(value, others[at]));
  const [a, b] = [wordsOf(values), wordsOf(others)];
  if (host !== undefined) return host.compare(bytesOf(a), bytesOf(b)) === 0;
  let differences = 0;
  for (let i = 0; i < a.length; i++) differences |= a[i] ^ b[i];
  return differences === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function wordsOf(values: FloatArray): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength >>> 2);
}
