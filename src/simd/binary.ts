import { wasmBase64 } from "./wasm-binary.generated.ts";

/** The bytes of the release binary, embedded as base64 so that they load synchronously in Node and in browsers. */
export function wasmBytes(): Uint8Array {
  const text = atob(wasmBase64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
