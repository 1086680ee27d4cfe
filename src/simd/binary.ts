import { inflate } from "./inflate.ts";
import { wasmDeflated, wasmLength } from "./wasm-binary.generated.ts";

/** The bytes of the release binary, embedded deflated and as base64 so that they load synchronously in Node and in browsers. */
export function wasmBytes(): Uint8Array {
  const text = atob(wasmDeflated);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  return inflate(packed, wasmLength);
}
