/** Forms a prediction can take. Each says itself in words and judges one seed's observation. */
import { ParameterError } from "../errors/index.ts";

export interface Judgement {
  holds: boolean;
  /** One line for the report. */
  observed: string;
}

export interface Prediction<Observation> {
  words: string;
  judge(observation: Observation): Judgement;
  /** How far the observation is from failing: > 0 where it holds, < 0 where it fails, in any unit of its own. `falsify` goes where it is small. */
  margin?(observation: Observation): number;
}

/** What all seeds say together; "undecided" when there are too few of them to tell. */
export interface PooledJudgement {
  outcome: "holds" | "fails" | "undecided";
  /** One line for the report, with the interval. */
  observed: string;
}

/** A prediction about all seeds together: an exponent, a frequency, a calibration. */
export interface PooledPrediction<Observation> {
  words: string;
  judgeAll(observations: readonly Observation[]): PooledJudgement;
  /** One line about one seed. */
  describe(observation: Observation): string;
}

export function isPooled<Observation>(prediction: Prediction<Observation> | PooledPrediction<Observation>): prediction is PooledPrediction<Observation> {
  return "judgeAll" in prediction;
}

/** Four significant digits, without trailing noise. */
export function digits(x: number): string {
  if (!Number.isFinite(x)) return x === Infinity ? "never" : String(x);
  return String(Number(x.toPrecision(4)));
}

/**
 * first[i] comes before (is smaller than) second[i] for every i; Infinity means never. Two that never come do not satisfy it.
 */
export function ordering<First extends string, Second extends string>(
  first: First, second: Second, words = `${first} before ${second}, in every class`,
): Prediction<{ [Name in First | Second]: readonly number[] }> {
  return {
    words,
    judge(observation) {
      const [a, b] = [listed(observation, first), listed(observation, second)];
      const kept = a.filter((value, i) => value < b[i]).length;
      return { holds: a.length > 0 && kept === a.length, observed: `${first} first in ${kept} of ${a.length}; median ${digits(median(a))} against ${digits(median(b))}` };
    },
    margin: (observation) => least(observation[first].map((value, i) => room(value, observation[second][i]))),
  };
}

/** What a closed form gives, and what was seen instead. */
export interface Compared {
  predicted: readonly number[];
  observed: readonly number[];
}

/** |observed[i] / predicted[i] - 1| <= tolerance for every i (or for the given share of them), of the quantity that the observable has under this name. */
export function closedForm<Name extends string>(quantity: Name, tolerance: number, words: string, share = 1): Prediction<Record<Name, Compared>> {
  const ratiosOf = (observation: Record<Name, Compared>): number[] => {
    const [predicted, observed] = [listed(named(observation, quantity), "predicted"), listed(observation[quantity], "observed")];
    return observed.map((value, i) => value / predicted[i]);
  };
  return {
    words,
    judge(observation) {
      const ratios = ratiosOf(observation);
      const inside = ratios.filter((ratio) => Math.abs(ratio - 1) <= tolerance).length;
      const sorted = [...ratios].sort((a, b) => a - b);
      return {
        holds: ratios.length > 0 && inside >= share * ratios.length,
        observed: `observed/predicted ${digits(sorted[0])} to ${digits(sorted[sorted.length - 1])}, median ${digits(median(ratios))} (${inside} of ${ratios.length} within ${digits(100 * tolerance)} %)`,
      };
    },
    margin(observation) {
      const deviations = ratiosOf(observation).map((ratio) => Math.abs(ratio - 1)).sort((a, b) => a - b);
      return deviations.length === 0 ? -Infinity : room(deviations[Math.max(0, Math.ceil(share * deviations.length) - 1)], tolerance);
    },
  };
}

export interface Bound {
  atLeast?: number;
  atMost?: number;
}

/** Every named number within its bounds; a list is judged by its worst entry. NaN satisfies nothing. */
export function bounds<Name extends string>(limits: Record<Name, Bound>, words: string): Prediction<Record<Name, number | readonly number[]>> {
  return {
    words,
    judge(observation) {
      let holds = true;
      const lines = (Object.entries(limits) as [Name, Bound][]).map(([name, { atLeast = -Infinity, atMost = Infinity }]) => {
        const list = listed(observation, name);
        const inside = list.length > 0 && list.every((x) => x >= atLeast && x <= atMost);
        holds &&= inside;
        const [low, high] = [Math.min(...list), Math.max(...list)];
        return `${name} ${low === high ? digits(low) : `${digits(low)} to ${digits(high)}`}${inside ? "" : " (outside)"}`;
      });
      return { holds, observed: lines.join(", ") };
    },
    margin: (observation) => least((Object.entries(limits) as [Name, Bound][]).flatMap(([name, { atLeast, atMost }]) => {
      const value = observation[name];
      const list = (typeof value === "number" ? [value] : value) as readonly number[];
      if (list.length === 0) return [-Infinity];
      return list.flatMap((x) => [...(atLeast === undefined ? [] : [room(atLeast, x)]), ...(atMost === undefined ? [] : [room(x, atMost)])]);
    })),
  };
}

/**
 * What an observation has under a name.
 *
 * Errors: ParameterError when it has nothing: the prediction speaks of something that is not observed.
 */
function named(observation: object, name: string): object | number {
  const value = (observation as Record<string, unknown>)[name];
  if (typeof value === "number" || (typeof value === "object" && value !== null)) return value;
  const known = Object.keys(observation);
  throw new ParameterError({
    where: "prediction", problem: `the observable has no "${name}".`, expected: `what the prediction is about under the name that it uses; the observable gives ${known.length === 0 ? "nothing" : known.slice(0, 8).join(", ")}.`,
    mend: "return it from the claim's observable, or name another quantity in its prediction.",
  });
}

/** The numbers under a name; one number is a list of one. Errors: as `named`. */
function listed(observation: object | number, name: string): readonly number[] {
  const value = named(Object(observation) as object, name);
  return typeof value === "number" ? [value] : (value as readonly number[]);
}

/** By how much `larger` exceeds `smaller`: the logarithm of their ratio, or their difference where a sign forbids it. */
function room(smaller: number, larger: number): number {
  if (smaller === larger) return 0;
  return smaller > 0 && larger > 0 ? Math.log(larger / smaller) : larger - smaller;
}

/** The smallest; what is not a number counts as the worst. */
function least(margins: readonly number[]): number {
  return margins.reduce((a, b) => (Number.isNaN(b) ? -Infinity : Math.min(a, b)), margins.length === 0 ? -Infinity : Infinity);
}

/** The middle value, or the mean of the middle two; NaN when any value is, or when there are none. */
export function median(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
