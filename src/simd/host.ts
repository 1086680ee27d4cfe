/**
 * The little of WebAssembly that this folder needs, typed here so that no DOM library has to be in scope.
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
/** An opaque compiled module. */
export interface WasmModule {
  readonly [Symbol.toStringTag]?: string;
}
interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}
interface WasmHost {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports?: object) => WasmInstance;
  compile(bytes: Uint8Array): Promise<WasmModule>;
}

const host = (globalThis as unknown as { WebAssembly?: WasmHost }).WebAssembly;

/** A module of one function that splats 0 into a v128 and drops it: valid exactly where fixed-width SIMD is. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
]);

let supported: boolean | undefined;

/** Whether this engine runs fixed-width WebAssembly SIMD. It is asked once: validating takes a millisecond. */
export function simdSupported(): boolean {
  supported ??= probed();
  return supported;
}

function probed(): boolean {
  try {
    return host !== undefined && host.validate(SIMD_PROBE);
  } catch {
    return false;
  }
}

function requireHost(): WasmHost {
  if (host === undefined || !simdSupported()) throw new Error("lemmagrad-simd: this engine has no WebAssembly SIMD.");
  return host;
}

/** Compiles in the calling thread. */
export function compileSync(bytes: Uint8Array): WasmModule {
  const wasm = requireHost();
  return new wasm.Module(bytes);
}

/** Compiles off the calling thread where the engine can. */
export function compileAsync(bytes: Uint8Array): Promise<WasmModule> {
  return requireHost().compile(bytes);
}

/** Instantiates a module that imports nothing. */
export function instantiate(module: WasmModule): Readonly<Record<string, unknown>> {
  const wasm = requireHost();
  return new wasm.Instance(module, {}).exports;
}
