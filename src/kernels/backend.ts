import { ParameterError } from "../errors/index.ts";
import { referenceKernels } from "./reference/index.ts";
import type { Kernels } from "./types.ts";
import { wasmKernels, wasmSupported } from "./wasm/index.ts";

export type BackendName = "wasm" | "reference";

/** The backends this engine can run; the first is the default. */
export const availableBackends: readonly BackendName[] = wasmSupported() ? ["wasm", "reference"] : ["reference"];

let current: Kernels | undefined;

/**
 * Makes a backend the current one, for every op from here on. Both compute the same bits.
 * Errors: ParameterError when there is no such backend, or this engine cannot run it.
 */
export function selectBackend(name: BackendName): Kernels {
  current = kernelsNamed(name);
  return current;
}

/** The current backend's kernels. Falling back to the reference backend is said once. */
export function currentKernels(): Kernels {
  if (current === undefined) {
    if (!wasmSupported()) {
      console.warn('lemmagrad: this engine has no WebAssembly SIMD, so ops run on the reference backend: the same bits, more slowly. selectBackend("reference") chooses it without this line.');
    }
    current = kernelsNamed(availableBackends[0]);
  }
  return current;
}

function kernelsNamed(name: BackendName): Kernels {
  switch (name) {
    case "wasm":
      return wasmKernels();
    case "reference":
      return referenceKernels;
    default:
      throw new ParameterError({
        where: "backend",
        problem: `there is no backend ${JSON.stringify(name)}.`,
        expected: `one of ${availableBackends.map((known) => JSON.stringify(known)).join(", ")}.`,
      });
  }
}
