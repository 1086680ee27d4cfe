/**
 * Points of a parameter space, inside a theorem's hypotheses or just one of them violated.
 *
 * A property that holds inside and fails outside says that the hypothesis is needed; one that is only ever tried inside
 * says nothing about it.
 */
import fc from "fast-check";
import type { HypothesisResult, Interval, Range } from "../claims/index.ts";
import { LemmagradError, ParameterError, RegimeError } from "../errors/index.ts";

/** What is drawn from a box: a number for an interval, one of the choices, or the fixed value. */
export type Drawn<Box> = { -readonly [Name in keyof Box]: Box[Name] extends { readonly choices: readonly (infer Choice)[] } ? Choice : Box[Name] extends Interval ? number : Box[Name] };

export interface ParameterPointOptions<Box extends Readonly<Record<string, Range>>, Point> {
  /** A range for each parameter. */
  box: Box;
  /** Makes the point of a draw, as by filling in defaults; a LemmagradError means that there is no such point. Default: the draw itself. */
  point?: (drawn: Drawn<Box>) => Point;
  /** Every hypothesis at a point, by its own name, with a margin > 0 inside and < 0 outside. */
  hypotheses: (point: Point) => readonly HypothesisResult[];
  /** Names of the hypotheses that must hold; default all (but `outside`). Those not named may hold or not. */
  inside?: readonly string[];
  /** The one hypothesis that must be violated. */
  outside?: string;
  /** Least distance from the boundary: margins at least this inside, at most minus this outside. Default 0. */
  clearance?: number;
  /** Draws in a row without a point before it gives up; default 2000, which finds a region of 1 % of the box all but twice in 10^9. */
  attempts?: number;
}

/** What became of the draws so far; those of shrinking are not counted. */
export interface DrawCounts {
  drawn: number;
  accepted: number;
  /** Draws for which `point` threw. */
  impossible: number;
  /** For each hypothesis that decides, how many draws were on its wrong side. */
  wrongSide: Record<string, number>;
}

/** An arbitrary of parameter points that counts its draws. */
export class ParameterPoints<Box extends Readonly<Record<string, Range>>, Point> extends fc.Arbitrary<Point> {
  readonly counts: DrawCounts = { drawn: 0, accepted: 0, impossible: 0, wrongSide: {} };
  private readonly options: ParameterPointOptions<Box, Point>;
  private readonly source: fc.Arbitrary<Drawn<Box>>;

  constructor(options: ParameterPointOptions<Box, Point>) {
    super();
    this.options = options;
    const ranges = Object.entries(options.box).map(([name, range]) => [name, valuesIn(name, range)] as const);
    this.source = fc.noBias(fc.record(Object.fromEntries(ranges))) as fc.Arbitrary<unknown> as fc.Arbitrary<Drawn<Box>>;
  }

  generate(random: fc.Random): fc.Value<Point> {
    const { attempts = 2000 } = this.options;
    const before = structuredClone(this.counts);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const drawn = this.source.generate(random, undefined);
      this.counts.drawn++;
      const found = this.examine(drawn.value);
      if (found === undefined) this.counts.impossible++;
      else if (found.wrong.length === 0) {
        this.counts.accepted++;
        return new fc.Value(found.point, drawn);
      } else for (const name of found.wrong) this.counts.wrongSide[name] = (this.counts.wrongSide[name] ?? 0) + 1;
    }
    throw this.emptyRegion(attempts, before);
  }

  /** A point alone does not say from which draw it was made. */
  canShrinkWithoutContext(_value: unknown): _value is Point {
    return false;
  }

  shrink(_value: Point, context: unknown): fc.Stream<fc.Value<Point>> {
    if (!(context instanceof fc.Value)) return fc.Stream.nil();
    const smaller = this.source.shrink((context as fc.Value<Drawn<Box>>).value, context.context);
    return smaller.map((drawn) => ({ drawn, found: this.examine(drawn.value) }))
      .filter(({ found }) => found !== undefined && found.wrong.length === 0)
      .map(({ drawn, found }) => new fc.Value(found!.point, drawn));
  }

  /** The point of a draw and the hypotheses on whose wrong side it is; undefined where there is no such point. */
  private examine(drawn: Drawn<Box>): { point: Point; wrong: string[] } | undefined {
    const { hypotheses, inside, outside, clearance = 0 } = this.options;
    let point: Point;
    try {
      point = this.options.point === undefined ? (drawn as unknown as Point) : this.options.point(drawn);
    } catch (error) {
      if (error instanceof LemmagradError) return undefined;
      throw error;
    }
    const results = hypotheses(point);
    const known = results.map(({ name }) => name);
    for (const name of [...(inside ?? []), ...(outside === undefined ? [] : [outside])]) {
      if (!known.includes(name)) throw new ParameterError({ where: "parameterPoints", problem: `there is no hypothesis "${name}".`, expected: `one of ${known.map((own) => `"${own}"`).join(", ")}.` });
    }
    const wrong = results.filter(({ name, holds, margin }) => {
      if (name === outside) return holds || !(margin <= -clearance);
      return (inside ?? known).includes(name) && !(holds && margin >= clearance);
    });
    return { point, wrong: wrong.map(({ name }) => name) };
  }

  private emptyRegion(attempts: number, before: DrawCounts): RegimeError {
    const { outside } = this.options;
    const wrong = Object.entries(this.counts.wrongSide).map(([name, count]) => ({ name, count: count - (before.wrongSide[name] ?? 0) })).filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
    const impossible = this.counts.impossible - before.impossible;
    const share = (count: number) => `${(100 * count / attempts).toPrecision(3)} %`;
    const lines = wrong.map(({ name, count }) => `\n    ${name}: ${name === outside ? "still held" : "failed"} in ${share(count)}`);
    if (impossible > 0) lines.push(`\n    no such point: ${share(impossible)}`);
    const worst = wrong[0];
    return new RegimeError({
      where: "parameterPoints", problem: `none of ${attempts} draws in a row was ${outside === undefined ? "inside the hypotheses" : `outside "${outside}" and inside the others`}.${lines.join("")}`,
      expected: "a box of which a noticeable share is such points.",
      mend: worst === undefined ? "make the box hold points that exist." : `move or narrow the ranges of the parameters in "${worst.name}"${worst.name === outside ? ", so that it can be violated" : ""}, or name fewer hypotheses in \`inside\`.`,
    });
  }
}

/**
 * Points drawn from a box that satisfy the hypotheses named `inside`, or all of them but the one named `outside`.
 *
 * `counts` of the result says how many draws were rejected and why. Values of an interval are one of a thousand steps,
 * rounded to four digits; shrinks towards each range's `toward`, its low end or its first choice, staying in the region.
 *
 * Errors: ParameterError on an empty range or an unknown name; RegimeError, when drawn from, after `attempts` draws in a
 *         row without a point, saying which hypotheses stood in the way.
 */
export function parameterPoints<const Box extends Readonly<Record<string, Range>>, Point = Drawn<Box>>(options: ParameterPointOptions<Box, Point>): ParameterPoints<Box, Point> {
  return new ParameterPoints(options);
}

const steps = 1000;

function valuesIn(name: string, range: unknown): fc.Arbitrary<unknown> {
  if (typeof range !== "object" || range === null) return fc.constant(range);
  if ("choices" in range) {
    const { choices } = range as { choices: readonly unknown[] };
    if (choices.length === 0) throw faulty(name, "it has no choices", "at least one");
    return fc.nat(choices.length - 1).map((at) => choices[at]);
  }
  if (!("low" in range && "high" in range)) return fc.constant(range);
  const { low, high, integer = false, scale = "linear", toward = low } = range as Interval;
  if (!(low <= toward && toward <= high) || !Number.isFinite(high - low)) throw faulty(name, `${low} to ${high}, toward ${toward}, is no range`, "finite numbers with low <= toward <= high");
  if (scale === "log" && !(low > 0)) throw faulty(name, `low = ${low} has no logarithm`, "low > 0 on a log scale");
  if (integer && ![low, high, toward].every(Number.isInteger)) throw faulty(name, `${low} to ${high}, toward ${toward}, are not integers`, "integers");
  if (integer && scale === "linear") return fc.integer({ min: low - toward, max: high - toward }).map((offset) => toward + offset);
  const share = (x: number) => (high === low ? 0 : scale === "log" ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low));
  const value = (at: number) => (scale === "log" ? low * (high / low) ** at : low + at * (high - low));
  const start = Math.round(steps * share(toward));
  const rounded = (x: number) => Math.min(high, Math.max(low, integer ? Math.round(x) : Number(x.toPrecision(4))));
  return fc.integer({ min: -start, max: steps - start }).map((offset) => (offset === 0 ? toward : rounded(value((start + offset) / steps))));
}

function faulty(name: string, problem: string, expected: string): ParameterError {
  return new ParameterError({ where: "parameterPoints", problem: `the range of ${name}: ${problem}.`, expected: `${expected}.` });
}
