/** What a theory tells the runner about itself: the default export of a module beside its claims. The runner knows no more of any theory. */
import { ParameterError } from "../errors/index.ts";
import type { Experiment } from "./define-claim.ts";
import type { Opening } from "./opening.ts";

export interface Theory {
  readonly kind: "theory";
  /** Lower-case words joined by dashes: what `verify --theory` takes. */
  readonly name: string;
  /** In a few words, for headings. */
  readonly title: string;
  /** What a report of its claims says before the verdicts. */
  readonly opening?: Opening;
  /** Its claims are verified when they or it are named, and left out of a verification of everything else. */
  readonly onlyWhenNamed?: boolean;
  /** Two runs that differ in their length alone; timed where a cost has to be said in seconds. */
  readonly benchmark?: { readonly short: Experiment<unknown>; readonly long: Experiment<unknown> };
}

/**
 * Checks a definition and returns it. Its claims are those of its module's folder, and of the folders in there.
 *
 * Errors: ParameterError on a malformed name, or a benchmark whose long run is not longer.
 */
export function defineTheory(definition: Omit<Theory, "kind">): Theory {
  const where = `theory ${definition.name}`;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(definition.name) || definition.name === "all") {
    throw new ParameterError({ where, problem: `"${definition.name}" is no name.`, expected: 'lower-case words joined by dashes, such as robust-features, and not "all".' });
  }
  const { benchmark } = definition;
  if (benchmark !== undefined && !(benchmark.long.operations > benchmark.short.operations)) {
    throw new ParameterError({ where, problem: "its benchmark's long run is not longer than the short one.", expected: "two runs of different length, by their operations." });
  }
  return { kind: "theory", ...definition };
}

export function isTheory(value: unknown): value is Theory {
  return typeof value === "object" && value !== null && (value as Partial<Theory>).kind === "theory" && typeof (value as Partial<Theory>).name === "string";
}

/** One opening for claims of several theories: what each says, in their order. Undefined when none says anything. */
export function openingOf(theories: readonly Theory[]): Opening | undefined {
  const own = theories.filter((theory) => theory.opening !== undefined) as (Theory & { opening: Opening })[];
  if (own.length < 2) return own[0]?.opening;
  const all = <Part>(part: (opening: Opening) => readonly Part[]): Part[] => [...new Set(own.flatMap(({ opening }) => part(opening)))];
  return {
    title: `The claims of ${own.length} theories, run`,
    paragraphs: all(({ paragraphs }) => paragraphs), sentences: all(({ sentences }) => sentences), limits: all(({ limits }) => limits), lead: all(({ lead }) => lead),
    // a letter may stand for something else in another theory
    symbols: own.flatMap(({ title, opening }) => opening.symbols.map((symbol) => ({ ...symbol, meaning: `${title}: ${symbol.meaning}` }))),
  };
}
