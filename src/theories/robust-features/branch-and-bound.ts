/**
 * Proves that a function stays above a threshold on a whole box, by interval arithmetic: every operation is rounded outward, so
 * what it says of a box holds for every real point of it.
 *
 * Trusted of the package: + - * / on any intervals, and pow to a natural power on intervals without negative numbers. (Its odd
 * powers of an interval around 0 round inward, its tanh is no enclosure.)
 */
import { Interval } from "interval-arithmetic";
import { ParameterError } from "../../errors/index.ts";

export { add, div, Interval, mul, pow, sub } from "interval-arithmetic";

/** Gives an interval that contains the function's value at every point of the box. */
export type Enclosure = (box: readonly Interval[]) => Interval;

export interface BoxProof {
  /** "refuted" comes with a point at which the function is certainly below; "undecided" when the boxes did not suffice. */
  outcome: "proven" | "refuted" | "undecided";
  /** Pieces on which f > threshold was proven. */
  boxes: number;
  /** Largest lower bound that holds everywhere on the pieces looked at. */
  least: number;
  /** A point where the function is below the threshold, and an upper bound of its value there. */
  counterexample?: { point: number[]; atMost: number };
}

/**
 * Cuts the box in halves, each along the axis that helps most, until f > threshold on every piece or a point refutes it.
 *
 * Errors: ParameterError when an axis is empty or not finite.   Cost: 2^axes + 2 axes + 2 evaluations of f a piece.
 */
export function proveAbove(f: Enclosure, box: readonly (readonly [low: number, high: number])[], threshold: number, mostBoxes = 200_000): BoxProof {
  box.forEach(([low, high], axis) => {
    if (!(low <= high) || !Number.isFinite(low) || !Number.isFinite(high)) {
      throw new ParameterError({ where: "proveAbove", problem: `axis ${axis} runs from ${low} to ${high}.`, expected: "finite ends, the lower one first." });
    }
  });
  // oldest first: the largest pieces are tried before small ones, so a point that refutes is found early
  const open = [box.map(([low, high]) => new Interval(low, high))];
  const proof: BoxProof = { outcome: "proven", boxes: 0, least: Infinity };
  for (const piece of open) {
    if (open.length > 2 * mostBoxes) return { ...proof, outcome: "undecided" };
    const { lo } = f(piece);
    if (lo > threshold) {
      proof.boxes += 1;
      proof.least = Math.min(proof.least, lo);
      continue;
    }
    for (const point of [piece.map(middle), ...corners(piece)]) {
      const { hi } = f(point.map((x) => new Interval(x, x)));
      if (hi < threshold) return { ...proof, outcome: "refuted", counterexample: { point, atMost: hi } };
    }
    const halves = bestHalves(f, piece);
    // nothing left to cut: the sides are neighbouring floating-point numbers
    if (halves === undefined) return { ...proof, outcome: "undecided" };
    open.push(...halves);
  }
  return proof;
}

/** A function that is monotone in each coordinate is smallest in a corner. */
function corners(piece: readonly Interval[]): number[][] {
  return piece.reduce<number[][]>((points, { lo, hi }) => points.flatMap((point) => [[...point, lo], [...point, hi]]), [[]]);
}

const middle = ({ lo, hi }: Interval) => lo + (hi - lo) / 2;

/** Both halves along the axis on which the lower of their two lower bounds is largest; NaN bounds count as lowest. */
function bestHalves(f: Enclosure, piece: readonly Interval[]): [Interval[], Interval[]] | undefined {
  let best: [Interval[], Interval[]] | undefined;
  let bestBound = -Infinity;
  piece.forEach((side, axis) => {
    const cut = middle(side);
    if (!(side.lo < cut && cut < side.hi)) return;
    const half = (lo: number, hi: number) => piece.map((other, at) => (at === axis ? new Interval(lo, hi) : other));
    const halves: [Interval[], Interval[]] = [half(side.lo, cut), half(cut, side.hi)];
    const bound = Math.min(...halves.map((one) => f(one).lo));
    if (best === undefined || bound > bestBound) [best, bestBound] = [halves, bound];
  });
  return best;
}
