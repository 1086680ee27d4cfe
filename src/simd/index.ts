/** The SIMD helper by itself: the standalone package's functions, and the bytes to initialise them with. */
export * from "./glue.ts";
export { default } from "./glue.ts";
export { wasmBytes } from "./binary.ts";
