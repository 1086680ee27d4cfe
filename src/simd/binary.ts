import { wasmLength, wasmText } from "./wasm-binary.generated.ts";

/**
 * The bytes of the release binary, embedded as text so that they load synchronously in Node and in browsers.
 *
 * A byte is a character from # to |, for 0 to 89, after a } where 90 is to be added, or a ~ for 180; all are shifted by 3,
 * so that 0xfd, which begins every SIMD instruction, is one character. In base64 equal instructions read differently by
 * their place; here they read alike, and what compresses the script compresses them too.
 */
export function wasmBytes(): Uint8Array {
  // in place: a byte is written where its character, or one before it, has been read
  const bytes = new TextEncoder().encode(wasmText);
  const { length } = bytes;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const code = bytes[i];
    bytes[at++] = (code > 124 ? 90 * (code - 124) + bytes[++i] : code) - 35 - 3; // which wraps around
  }
  return bytes.slice(0, wasmLength);
}
