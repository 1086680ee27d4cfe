/** The order of growth of quantities along a ladder of sizes: a prediction of any theory's claim. */
import { bootstrapInterval, checkLadder, equivalence, type EquivalenceOutcome, exponentAlong, exponentMargin, intervalAgainst, studentInterval } from "../statistics/index.ts";
import { digits, type PooledJudgement, type PooledPrediction } from "./predictions.ts";

/** What a seed shows: for each quantity its value at each rung. */
export type LadderObservation<Name extends string> = Record<Name, readonly number[]>;

/** An exponent fixed before looking, and how far off still counts as this order. */
export interface ExpectedOrder {
  exponent: number;
  margin: number;
}

export interface FittedOrder {
  exponent: number;
  /** Student's 90 % interval over seeds. */
  low: number;
  high: number;
}

export interface OrderOptions {
  /** What the sizes are called, such as "k". */
  size?: string;
}

/** The order of a closed form taken to hold within `factor` at every rung, such as 1.1 for 10 %: its own slope, and how far that lets the exponent be off. */
export function orderOf(sizes: readonly number[], closedForm: readonly number[], factor: number): ExpectedOrder {
  return { exponent: exponentAlong(sizes, closedForm), margin: exponentMargin(sizes, factor) };
}

/** The mean of the seeds' exponents, with Student's 90 % interval: seeds are independent, and each gives the whole ladder. NaN when a seed's exponent is, or there are fewer than two. */
export function fittedOrder(sizes: readonly number[], seeds: readonly (readonly number[])[]): FittedOrder {
  const { mean, low, high } = studentInterval(seeds.map((values) => exponentAlong(sizes, values)));
  return { exponent: mean, low, high };
}

/**
 * Every quantity grows as its expected power of the size, up to the margin: value = Theta(size^exponent), as far as these sizes can show.
 *
 * Holds when two one-sided tests at 5 % put every exponent within its margin, by Student's interval over seeds and, from ten seeds on, by
 * the bootstrap-t one: the first is exact for normal exponents, the second nearly keeps its level for skewed ones too (docs/statistics),
 * but of fewer seeds it is so wide that it decides nothing. Fails when the intervals of a quantity lie beyond its margin, or a quantity is
 * not positive and finite at every rung; otherwise undecided. That all must
 * be within needs no correction for their number: each test alone keeps the level (intersection-union; Berger 1982).
 *
 * `expected` may be a function, worked out when first needed: a list of claims need not wait for it.
 * Errors:  ParameterError for a ladder with fewer than two different sizes.
 * Example: orderOfGrowth([4, 8, 16, 32], { U: { exponent: -0.7, margin: 0.1 } }, "U falls like k^(-0.7), within 0.1", { size: "k" })
 */
export function orderOfGrowth<Name extends string>(
  sizes: readonly number[], expected: Record<Name, ExpectedOrder> | (() => Record<Name, ExpectedOrder>), words: string, { size = "the size" }: OrderOptions = {},
): PooledPrediction<LadderObservation<Name>> {
  checkLadder("orderOfGrowth", sizes);
  let known: Record<Name, ExpectedOrder> | undefined = typeof expected === "function" ? undefined : expected;
  return {
    words,
    judgeAll(seeds): PooledJudgement {
      known ??= (expected as () => Record<Name, ExpectedOrder>)();
      const orders = (Object.entries(known) as [Name, ExpectedOrder][]).map(([name, order]) => judgeOrder(name, seeds.map((seed) => exponentAlong(sizes, seed[name])), order));
      return {
        outcome: orders.some(({ outcome }) => outcome === "different") ? "fails" : orders.every(({ outcome }) => outcome === "equivalent") ? "holds" : "undecided",
        observed: `exponents in ${size}, with 90 % intervals: ${orders.map(({ line }) => line).join(", ")}`,
      };
    },
    describe: (seed) => (Object.entries(seed) as [Name, readonly number[]][]).map(([name, values]) => `${name} ${values.map(digits).join(", ")}`).join("; "),
  };
}

/** Below it Student's interval decides alone. */
const fewestForBootstrap = 10;

function judgeOrder(name: string, exponents: readonly number[], { exponent: aim, margin }: ExpectedOrder): { outcome: EquivalenceOutcome; line: string } {
  const student = equivalence(exponents, aim, margin);
  const resampled = bootstrapInterval(exponents);
  const never = exponents.length > 1 && Number.isNaN(student.mean);
  const agreed = exponents.length < fewestForBootstrap || intervalAgainst(resampled, aim, margin) === student.outcome ? student.outcome : "undecided";
  const outcome = never ? "different" : agreed;
  const boot = `bootstrap ${signed(resampled.low)} to ${signed(resampled.high)}`;
  return { outcome, line: `${name} ${digits(student.mean)} (${digits(student.low)} to ${digits(student.high)}, ${boot}; predicted ${digits(aim)} within ${digits(margin)})${outcome === "different" ? " (outside)" : ""}` };
}

/** An interval's end, which may be unbounded. */
const signed = (end: number): string => (Math.abs(end) === Infinity ? (end > 0 ? "∞" : "-∞") : digits(end));
