/** The limit of the machine as a contestant: loops of independent SIMD multiplications and additions, without memory (assembly/peak.ts). */
import { wasmBytes } from "../../src/simd/binary.ts";
import type { SimdExports } from "../../src/simd/exports.ts";
import { compileSync, instantiate } from "../../src/simd/host.ts";
import { probeSteps } from "../contestants.ts";
import type { Ready } from "../task.ts";

export function load(): Ready {
  const raw = instantiate(compileSync(wasmBytes())) as unknown as SimdExports;
  return {
    actions: { float64: () => raw.peakProbeF64(probeSteps), float32: () => raw.peakProbeF32(probeSteps) },
    restart: () => undefined,
    results: () => ({}),
  };
}
