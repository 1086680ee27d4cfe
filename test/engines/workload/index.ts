/**
 * What every engine is asked to compute: bundled to one file without imports, the same for Node and for browsers.
 *
 * All arguments come from our own seeded streams. Asked again with names to keep, it gives those results' bits as well.
 */
import { availableBackends, currentKernels, selectBackend } from "../../../src/kernels/index.ts";
import { compiledResults } from "./compiled.ts";
import { elementaryResults } from "./elementary.ts";
import { bitsOf, fingerprint, formOf } from "./fnv.ts";
import { primitiveResults } from "./primitives.ts";
import { lineResults, productResults } from "./products.ts";
import type { Result } from "./result.ts";
import { recordResults, streamResults, trainingResults } from "./training.ts";

/** One backend's results: name and fingerprint, in order, and the bits of those that were to be kept. */
export interface BackendRun {
  backend: string;
  milliseconds: number;
  elements: number;
  results: [name: string, fingerprint: string][];
  kept: Record<string, { form: string; bits: string[] }>;
}

export interface EngineRun {
  /** The backend that computes unless one is selected. */
  defaultBackend: string;
  runs: BackendRun[];
}

/** Every backend of this engine in turn; the default one is not selected, so that its way in is the one that users meet. */
export function run({ keep = [] }: { keep?: readonly string[] } = {}): EngineRun {
  const defaultBackend = currentKernels().name;
  return {
    defaultBackend,
    runs: availableBackends.map((backend) => {
      if (backend !== defaultBackend) selectBackend(backend);
      return backendRun(currentKernels().name, keep);
    }),
  };
}

function backendRun(backend: string, keep: readonly string[]): BackendRun {
  const start = performance.now();
  const out: BackendRun = { backend, milliseconds: 0, elements: 0, results: [], kept: {} };
  const names = new Set<string>();
  for (const { name, arrays } of allResults()) {
    if (names.has(name)) throw new Error(`two results are called ${name}.`);
    names.add(name);
    out.results.push([name, fingerprint(arrays)]);
    out.elements += arrays.reduce((total, x) => total + x.size, 0);
    if (keep.includes(name)) out.kept[name] = { form: formOf(arrays), bits: bitsOf(arrays) };
  }
  out.milliseconds = Math.round(performance.now() - start);
  return out;
}

function* allResults(): Generator<Result> {
  yield* streamResults();
  yield* primitiveResults();
  yield* productResults();
  yield* lineResults();
  yield* elementaryResults();
  yield* trainingResults();
  yield* compiledResults();
  yield* recordResults();
}
