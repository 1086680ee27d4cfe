import { wasmLength, wasmText } from "./wasm-binary.generated.ts";

/**
 * The bytes of the release binary, embedded as text so that they load synchronously in Node and in browsers.
 *
 * A byte is a character from # to |, for 0 to 89, after a } where 90 is to be added, or a ~ for 180; all are shifted by 3,
 * so that 0xfd, which begins every SIMD instruction, is one character. In base64 equal instructions read differently by
 * their place; here they read alike, and what compresses the script compresses them too.
 */
export function wasmBytes(): Uint8Array {
  const bytes = new Uint8Array(wasmLength);
  let at = 0;
  let added = 0;
  for (let i = 0; i < wasmText.length; i++) {
    const code = wasmText.charCodeAt(i);
    if (code > 124) added = 90 * (code - 124);
    else {
      bytes[at++] = added + code - 35 - 3; // a byte wraps around
      added = 0;
    }
  }
  return bytes;
}
