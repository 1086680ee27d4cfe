/** Shapes to test with: scalars, empty axes, axes of length 1, and tuples that broadcast. */
import fc from "fast-check";
import { ParameterError } from "../errors/index.ts";

export interface ShapeOptions {
  /** Default 0: scalars too. */
  minRank?: number;
  /** Default 3. */
  maxRank?: number;
  /** Shortest axis; default 0, so that empty arrays come up. */
  minLength?: number;
  /** Longest axis; default 5. */
  maxLength?: number;
}

/**
 * Shapes, lists of axis lengths. Ranks are equally likely; of the axes 1/16 have length 0, 3/16 length 1, and the rest is
 * spread evenly over the longer ones (a length outside the range gives its share to the others).
 *
 * Nothing is biased towards small values behind your back, as it is in fc.nat: the shares hold for every draw. Shrinks
 * towards lower ranks and shorter axes.
 *
 * Errors: ParameterError on a range that is empty or not made of integers >= 0.
 */
export function shapes(options: ShapeOptions = {}): fc.Arbitrary<number[]> {
  const { minRank, maxRank, lengths } = ranges("shapes", options);
  // the rank is drawn before the lengths: fc.array alone would favour short lists
  return fc.noBias(fc.tuple(fc.integer({ min: minRank, max: maxRank }), fc.array(lengths, { minLength: maxRank, maxLength: maxRank, size: "max" })))
    .map(([rank, all]) => all.slice(0, rank));
}

/**
 * Tuples of `count` shapes that broadcast with each other. A shape is drawn as in `shapes`; each operand has it, but
 * lacks 1 to maxRank of its leading axes with probability maxRank / (2 maxRank + 1), just under 1/2, and has each axis with
 * probability 1/4 as length 1 instead.
 *
 * Shrinks towards operands of one equal shape. Errors: ParameterError as for `shapes`, or unless count is an integer >= 1.
 */
export function broadcastableShapes(count: number, options: ShapeOptions = {}): fc.Arbitrary<number[][]> {
  const { maxRank } = ranges("broadcastableShapes", options);
  if (!Number.isInteger(count) || count < 1) throw new ParameterError({ where: "broadcastableShapes", problem: `count = ${count} is out of range.`, expected: "an integer >= 1." });
  const quarter = fc.integer({ min: 0, max: 3 }).map((x) => x === 3);
  const operand = fc.record({
    lacks: fc.integer({ min: -maxRank, max: maxRank }).map((x) => Math.max(0, x)),
    stretched: fc.array(quarter, { minLength: maxRank, maxLength: maxRank, size: "max" }),
  });
  return fc.noBias(fc.tuple(shapes(options), fc.array(operand, { minLength: count, maxLength: count, size: "max" })))
    .map(([shape, operands]) => operands.map(({ lacks, stretched }) => shape.map((length, axis) => (stretched[axis] ? 1 : length)).slice(lacks)));
}

interface Ranges { minRank: number; maxRank: number; lengths: fc.Arbitrary<number> }

function ranges(where: string, { minRank = 0, maxRank = Math.max(3, minRank), minLength = 0, maxLength = Math.max(5, minLength) }: ShapeOptions): Ranges {
  for (const [name, low, high] of [["rank", minRank, maxRank], ["length", minLength, maxLength]] as const) {
    if (![low, high].every((x) => Number.isInteger(x) && x >= 0) || low > high) {
      throw new ParameterError({ where, problem: `the ${name} would lie between ${low} and ${high}.`, expected: "integers with 0 <= least <= most." });
    }
  }
  // 1 : 3 : 12 for 0, 1 and all longer ones together; every longer length has 12 tickets, so 0 and 1 have as many times theirs
  const longer = Math.max(1, maxLength - Math.max(1, minLength - 1));
  const tickets = Array.from({ length: maxLength - minLength + 1 }, (_, at) => {
    const length = minLength + at;
    return { length, weight: length === 0 ? longer : length === 1 ? 3 * longer : 12 };
  });
  const table = tickets.flatMap(({ length, weight }) => new Array<number>(weight).fill(length));
  return { minRank, maxRank, lengths: fc.nat(table.length - 1).map((ticket) => table[ticket]) };
}
