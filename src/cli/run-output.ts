/** A training run as a file: run.jsonl, or run.npz for NumPy. */
import type { WritableArray } from "../npz/index.ts";
import type { RunRecord, Setting } from "../theories/robust-features/index.ts";
import { finiteOrNull } from "./table.ts";
import type { Trained } from "./worker.ts";

/** Axes of every probe, by letters: S logged steps, k classes, m neurons. */
const probes = {
  U: "Skm", V: "Skm", nu: "Skm", offDiagonalRobust: "S", offDiagonalNonRobust: "S", loss: "S", trueProbability: "Sk", robustPart: "Sk",
  nonRobustPart: "Sk", cosine: "Sk", cleanAccuracy: "S",
} as const satisfies Partial<Record<keyof RunRecord, string>>;
type ProbeName = keyof typeof probes;
const probeNames = Object.keys(probes) as ProbeName[];

/** What a header says besides the run's own spec. */
export interface Provenance {
  version: string;
  backend: string;
  /** The command line that gives the same file. */
  replay: string;
  /** The file that data and weights came from, and its sha256. */
  from?: { path: string; sha256: string };
}

/**
 * A header with all parameters, then a record a logged step with every probe; one JSON document a line. NaN (a cosine that
 * was not taken) is null.
 */
export function runLines(record: RunRecord, provenance: Provenance): string {
  const { spec, seed, steps } = record;
  const header = { record: "header", format: "lemmagrad-run-1", ...provenance, seed, ...spec, parameters: spec.setting, setting: undefined, loggedSteps: steps.length };
  const lines = [JSON.stringify(header)];
  steps.forEach((step, s) => {
    lines.push(JSON.stringify({ record: "step", step, ...Object.fromEntries(probeNames.map((name) => [name, entryAt(record, name, s)])) }));
  });
  return `${lines.join("\n")}\n`;
}

/** One logged step of a probe: a number, a list [k], or a list of lists [k][m]. */
function entryAt(record: RunRecord, name: ProbeName, s: number): unknown {
  const { k, m } = record.spec.setting;
  const values = record[name];
  const finite = (from: number, count: number) => Array.from(values.subarray(from, from + count), finiteOrNull);
  switch (probes[name]) {
    case "S": return finiteOrNull(values[s]);
    case "Sk": return finite(s * k, k);
    default: return Array.from({ length: k }, (_, i) => finite((s * k + i) * m, m));
  }
}

/**
 * The arrays of run.npz: steps [S]; every probe; W0 and W [k,m,d], the first and last weights; robustTime and nonRobustTime
 * [k] (inf: never); initialResidualGram [k,m,m]; and every parameter, with the seed, as an array without axes.
 */
export function runArrays({ record, initialWeights, finalWeights }: Trained): Record<string, WritableArray> {
  const { spec: { setting }, seed, steps } = record;
  const { k, m, d } = setting;
  const sizes: Record<string, number> = { S: steps.length, k, m };
  const scalar = (x: number): WritableArray => ({ shape: [], data: Float64Array.of(x), dtype: Number.isInteger(x) ? "<i8" : "<f8" });
  return {
    steps: { shape: [steps.length], data: Float64Array.from(steps), dtype: "<i8" },
    ...Object.fromEntries(probeNames.map((name) => [name, { shape: [...probes[name]].map((axis) => sizes[axis]), data: record[name] }])),
    W0: { shape: [k, m, d], data: initialWeights },
    W: { shape: [k, m, d], data: finalWeights },
    robustTime: { shape: [k], data: Float64Array.from(record.robustTime) },
    nonRobustTime: { shape: [k], data: Float64Array.from(record.nonRobustTime) },
    initialResidualGram: { shape: [k, m, m], data: record.initialResidualGram },
    ...Object.fromEntries(Object.entries(setting).filter((entry): entry is [keyof Setting, number] => typeof entry[1] === "number").map(([name, value]) => [name, parameter(name, value)])),
    seed: scalar(seed),
  };

  /** A parameter keeps its type whatever its value: eps = 1 is a float. */
  function parameter(name: keyof Setting, value: number): WritableArray {
    return { shape: [], data: Float64Array.of(value), dtype: integers.has(name) ? "<i8" : "<f8" };
  }
}

const integers: ReadonlySet<keyof Setting> = new Set<keyof Setting>(["k", "m", "P", "sR", "d", "q", "N", "batch"]);
