/**
 * The vacuity check: does an arbitrary exercise the function at all?
 *
 * A property of a smoothed ReLU that is only ever tried where it is zero passes, and says nothing. So an arbitrary reports
 * what share of its samples reaches each piece of the function, and a test can ask for every one.
 */
import fc from "fast-check";
import type { Tree } from "../autodiff/index.ts";
import { type ErrorParts, LemmagradError, ParameterError } from "../errors/index.ts";
import { type OpPieces, pieceName, piecesOf } from "./pieces.ts";

/** An arbitrary does not exercise a function. */
export class CoverageError extends LemmagradError {}

export interface CoverageOptions {
  /** How many samples to draw; default 200. */
  samples?: number;
  /** fast-check's seed; default 1. */
  seed?: number;
}

export interface PieceShare {
  piece: string;
  /** A stretch on which the op is smooth, or a kink: a single point (or a tie). */
  kind: "stretch" | "kink";
  /** Share of the samples with an element there. */
  samples: number;
  /** Share of the elements of the op's first argument, over all samples, that lie there. */
  elements: number;
}

export interface OpCoverage {
  op: string;
  /** Counts the applications of this op in f, from 0. */
  entry: number;
  /** The kinks, when they are the same in every sample. */
  kinks: readonly number[] | undefined;
  /** The least and the largest first argument seen. */
  low: number;
  high: number;
  pieces: PieceShare[];
}

export interface CoverageReport {
  samples: number;
  seed: number;
  /** Ops applied to what depends on a sample, over all samples. */
  applications: number;
  ops: OpCoverage[];
  /** The stretches that no sample reached. */
  missed: { op: string; entry: number; piece: string }[];
}

interface Tally extends Omit<OpCoverage, "pieces"> { names: string[]; kinds: PieceShare["kind"][]; samples: number[]; elements: number[] }

/**
 * Draws samples as fc.assert would, runs f on each, and reports the share of samples and of elements in every piece of
 * every op that has pieces.
 *
 * Errors: ParameterError unless samples is an integer >= 1; whatever f throws.
 */
export function coverage<T extends Tree>(arbitrary: fc.Arbitrary<T>, f: (sample: T) => unknown, options: CoverageOptions = {}): CoverageReport {
  const { samples = 200, seed = 1 } = options;
  if (!Number.isInteger(samples) || samples < 1) throw new ParameterError({ where: "coverage", problem: `samples = ${samples} is out of range.`, expected: "an integer >= 1." });
  const tallies = new Map<string, Tally>();
  let applications = 0;
  for (const sample of fc.sample(arbitrary, { numRuns: samples, seed })) {
    const run = piecesOf(f, sample);
    applications += run.applications;
    for (const own of run.ops) add(tallies, own);
  }
  const ops = [...tallies.values()].map(({ names, kinds, samples: reached, elements, ...op }): OpCoverage => {
    const all = elements.reduce((total, count) => total + count, 0);
    return { ...op, pieces: names.map((piece, at) => ({ piece, kind: kinds[at], samples: reached[at] / samples, elements: all === 0 ? 0 : elements[at] / all })) };
  });
  const missed = ops.flatMap(({ op, entry, pieces }) => pieces.filter(({ kind, samples: share }) => kind === "stretch" && share === 0).map(({ piece }) => ({ op, entry, piece })));
  return { samples, seed, applications, ops, missed };
}

function add(tallies: Map<string, Tally>, { op, entry, kinks, pieces, low, high }: OpPieces): void {
  // an application with another number of pieces is another function: a branch of f took the place of this one
  const key = `${op} ${entry} ${pieces.length}`;
  let tally = tallies.get(key);
  if (tally === undefined) {
    tally = { op, entry, kinks, low: Infinity, high: -Infinity, names: pieces.map(({ name }) => name), kinds: pieces.map(({ kind }) => kind), samples: pieces.map(() => 0), elements: pieces.map(() => 0) };
    tallies.set(key, tally);
  }
  if (tally.kinks !== undefined && tally.kinks.some((at, i) => at !== kinks[i])) {
    tally.names = pieces.map((_, piece) => pieceName(kinks.map((_at, i) => `kink ${i + 1}`), piece));
    tally.kinks = undefined;
  }
  tally.low = Math.min(tally.low, low);
  tally.high = Math.max(tally.high, high);
  pieces.forEach(({ count }, at) => {
    tally.samples[at] += count > 0 ? 1 : 0;
    tally.elements[at] += count;
  });
}

export interface Demand {
  /** Least share of the samples that must reach each piece; default: one sample. */
  atLeast?: number;
  /** Ask for the kinks themselves as well. Default false: in a deep network no sample meets one. */
  kinks?: boolean;
}

/**
 * Fails unless every piece was reached by enough samples.
 *
 * Errors: CoverageError naming each piece missed, the range the op's argument had, and how to widen the arbitrary; also
 *         when f applied no op to the samples at all.
 */
export function expectCovered(report: CoverageReport, { atLeast = 0, kinks = false }: Demand = {}): void {
  const fault = coverageFault(report, { atLeast, kinks });
  if (fault !== undefined) throw new CoverageError(fault);
}

/** What is wrong with a coverage, or undefined. */
export function coverageFault(report: CoverageReport, { atLeast = 0, kinks = false }: Demand = {}): ErrorParts | undefined {
  if (!(atLeast >= 0 && atLeast <= 1)) throw new ParameterError({ where: "coverage", problem: `atLeast = ${atLeast} is no share.`, expected: "a number in [0, 1]." });
  const where = "coverage";
  if (report.applications === 0) {
    return { where, problem: `in ${report.samples} samples the function applied no op to anything that depends on the sample.`, expected: "ops of lemmagrad on the sample's arrays.", mend: "use the sample inside the function; numbers and strings in it are not followed." };
  }
  const short = report.ops.flatMap((own) => own.pieces.filter((piece) => (kinks || piece.kind === "stretch") && (piece.samples === 0 || piece.samples < atLeast)).map((piece) => ({ own, piece })));
  if (short.length === 0) return undefined;
  const lines = short.map(({ own, piece }) => `\n    ${label(own)}: ${piece.piece} was reached by ${piece.samples === 0 ? "no sample" : `${percent(piece.samples)} of the samples`}; x was ${own.low > own.high ? "always empty" : `in [${digits(own.low)}, ${digits(own.high)}]`}`);
  const total = report.ops.flatMap(({ pieces }) => pieces.filter(({ kind }) => kinks || kind === "stretch")).length;
  return {
    where, problem: `${short.length} of ${total} pieces ${short.length === 1 ? "is" : "are"} not exercised by ${report.samples} samples (seed ${report.seed}).${lines.join("")}`,
    expected: atLeast > 0 ? `every piece in at least ${percent(atLeast)} of the samples.` : "every piece in at least one sample.",
    mend: mend(short[0].own),
  };
}

function mend({ op, kinks }: OpCoverage): string {
  if (kinks === undefined || kinks.length === 0) return `widen the arbitrary until both outcomes of ${op} come up.`;
  const [first, last] = [kinks[0], kinks[kinks.length - 1]];
  const width = last - first || 1;
  return `if x of ${op} is drawn directly, use arrays({ low: ${digits(first - width)}, high: ${digits(last + width)}, kinks: [${kinks.map(digits).join(", ")}] }); if it is computed, scale what it is computed from until x passes ${kinks.map(digits).join(" and ")}.`;
}

/** The report as text, a line an op: what a CI log shows. */
export function coverageText(report: CoverageReport): string {
  const head = `${report.samples} samples, seed ${report.seed}`;
  const lines = report.ops.map((own) => `  ${label(own)}: ${own.pieces.map(({ piece, samples, elements }) => `${piece} in ${percent(samples)} of samples, ${percent(elements)} of elements`).join("; ")}`);
  return [head, ...lines].join("\n");
}

function label({ op, entry }: { op: string; entry: number }): string {
  return entry === 0 ? op : `${op} (entry ${entry})`;
}
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
function digits(x: number): string {
  return String(Number(x.toPrecision(4)));
}
