/**
 * The entry of the standalone package, in the manner of wasm-pack's --target web: initialise once, then call functions on
 * typed arrays.
 *
 *   import init, { matmulNN } from "lemmagrad-simd";
 *   await init();                                   // fetches lemmagrad_simd_bg.wasm beside this file
 *   const out = new Float64Array(4);
 *   matmulNN(new Float64Array([1, 2, 3, 4]), new Float64Array([1, 0, 0, 1]), out, 2, 2, 2);
 */
import type { SimdExports } from "./exports.ts";
import { compileAsync, compileSync, instantiate, simdSupported } from "./host.ts";
import type { WasmModule } from "./host.ts";
import { createSimdKernels } from "./kernels.ts";
import type { SimdKernels } from "./kernels.ts";

export type { Dtype, FloatArray } from "../kernels/types.ts";
export type { SimdExports, SimdKernels, WasmModule };
export { simdSupported };

type Bytes = ArrayBuffer | ArrayBufferView;
/** Anything with a body to read, such as what fetch returns. */
export interface ResponseLike {
  arrayBuffer(): Promise<ArrayBuffer>;
}
export type InitInput = URL | string | ResponseLike | Bytes | WasmModule;

let exports: SimdExports | undefined;
let kernels: SimdKernels | undefined;

function finish(module: WasmModule): SimdExports {
  exports = instantiate(module) as unknown as SimdExports;
  kernels = createSimdKernels(exports);
  return exports;
}

function bytesOf(input: Bytes): Uint8Array {
  return input instanceof ArrayBuffer ? new Uint8Array(input) : new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
}

const isBytes = (input: unknown): input is Bytes => input instanceof ArrayBuffer || ArrayBuffer.isView(input);

/** Initialises from bytes or a compiled module, in the calling thread. A second call returns the first instance. */
export function initSync(input: { module: Bytes | WasmModule }): SimdExports {
  if (exports !== undefined) return exports;
  return finish(isBytes(input.module) ? compileSync(bytesOf(input.module)) : input.module);
}

/**
 * Initialises from a URL, a response, bytes or a compiled module; by default from lemmagrad_simd_bg.wasm beside this file.
 * file: URLs are read with node:fs, which fetch does not do. A second call returns the first instance.
 */
export default async function init(input?: InitInput | Promise<InitInput>): Promise<SimdExports> {
  if (exports !== undefined) return exports;
  let source = (await input) ?? new URL("lemmagrad_simd_bg.wasm", import.meta.url);
  if (typeof source === "string" || source instanceof URL) source = await load(new URL(source, import.meta.url));
  if ("arrayBuffer" in source) source = await source.arrayBuffer();
  return exports ?? finish(isBytes(source) ? await compileAsync(bytesOf(source)) : source);
}

async function load(url: URL): Promise<Bytes> {
  if (url.protocol === "file:") {
    const name = "node:fs/promises"; // in a variable, so that bundlers for browsers leave it alone
    const fs = (await import(/* @vite-ignore */ name)) as { readFile(url: URL): Promise<Uint8Array> };
    return fs.readFile(url);
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`lemmagrad-simd: ${url.href} answered ${response.status}.`);
  return response.arrayBuffer();
}

function ready(): SimdKernels {
  if (kernels === undefined) throw new Error("lemmagrad-simd: not initialised. Call `await init()` or `initSync({ module })` first.");
  return kernels;
}

export const scope: SimdKernels["scope"] = (body) => ready().scope(body);
export const frame: SimdKernels["frame"] = (body) => ready().frame(body);
export const allocate: SimdKernels["allocate"] = (dtype, n) => ready().allocate(dtype, n);
export const isScratch: SimdKernels["isScratch"] = (x) => ready().isScratch(x);
export const matmulNN: SimdKernels["matmulNN"] = (...args) => ready().matmulNN(...args);
export const matmulNT: SimdKernels["matmulNT"] = (...args) => ready().matmulNT(...args);
export const matmulTN: SimdKernels["matmulTN"] = (...args) => ready().matmulTN(...args);
export const smoothedRelu: SimdKernels["smoothedRelu"] = (...args) => ready().smoothedRelu(...args);
export const smoothedReluSlope: SimdKernels["smoothedReluSlope"] = (...args) => ready().smoothedReluSlope(...args);
export const smoothedReluSum: SimdKernels["smoothedReluSum"] = (...args) => ready().smoothedReluSum(...args);
export const smoothedReluSumVjp: SimdKernels["smoothedReluSumVjp"] = (...args) => ready().smoothedReluSumVjp(...args);
export const rowNorm: SimdKernels["rowNorm"] = (...args) => ready().rowNorm(...args);
export const normalizeRows: SimdKernels["normalizeRows"] = (...args) => ready().normalizeRows(...args);
export const projectRows: SimdKernels["projectRows"] = (...args) => ready().projectRows(...args);
export const logSoftmax: SimdKernels["logSoftmax"] = (...args) => ready().logSoftmax(...args);
export const softmaxCrossEntropy: SimdKernels["softmaxCrossEntropy"] = (...args) => ready().softmaxCrossEntropy(...args);
export const softmaxCrossEntropyVjp: SimdKernels["softmaxCrossEntropyVjp"] = (...args) => ready().softmaxCrossEntropyVjp(...args);
export const axpy: SimdKernels["axpy"] = (...args) => ready().axpy(...args);
export const add: SimdKernels["add"] = (...args) => ready().add(...args);
export const subtract: SimdKernels["subtract"] = (...args) => ready().subtract(...args);
export const multiply: SimdKernels["multiply"] = (...args) => ready().multiply(...args);
export const divide: SimdKernels["divide"] = (...args) => ready().divide(...args);
export const scale: SimdKernels["scale"] = (...args) => ready().scale(...args);
export const shift: SimdKernels["shift"] = (...args) => ready().shift(...args);
export const exp: SimdKernels["exp"] = (...args) => ready().exp(...args);
export const log: SimdKernels["log"] = (...args) => ready().log(...args);
export const sqrt: SimdKernels["sqrt"] = (...args) => ready().sqrt(...args);
export const relu: SimdKernels["relu"] = (...args) => ready().relu(...args);
export const isPositive: SimdKernels["isPositive"] = (...args) => ready().isPositive(...args);
export const sign: SimdKernels["sign"] = (...args) => ready().sign(...args);
export const maximum: SimdKernels["maximum"] = (...args) => ready().maximum(...args);
export const minimum: SimdKernels["minimum"] = (...args) => ready().minimum(...args);
export const isEqual: SimdKernels["isEqual"] = (...args) => ready().isEqual(...args);
export const clip: SimdKernels["clip"] = (...args) => ready().clip(...args);
export const addRow: SimdKernels["addRow"] = (...args) => ready().addRow(...args);
export const scaleRows: SimdKernels["scaleRows"] = (...args) => ready().scaleRows(...args);
export const patches: SimdKernels["patches"] = (...args) => ready().patches(...args);
export const addPatches: SimdKernels["addPatches"] = (...args) => ready().addPatches(...args);
export const sumAxis: SimdKernels["sumAxis"] = (...args) => ready().sumAxis(...args);
export const maxAxis: SimdKernels["maxAxis"] = (...args) => ready().maxAxis(...args);
