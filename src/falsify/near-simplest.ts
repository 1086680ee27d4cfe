/** Points that differ from the simplest of all in one or two parameters: what a person can hold in mind, looked for from that end. */
import type { Point, Range } from "../claims/index.ts";
import type { Proposer } from "./propose.ts";
import { pointComplexity, simplestOf } from "./simplicity.ts";
import { type Box, freeParameters, isInterval, type Value, valueAt } from "./space.ts";

/** Values of a count, or of a range with 0 in it, that are tried: so many places. */
const places = 9;

/**
 * All points inside the hypotheses at which every parameter but one, or but two, has its simplest value, the simplest first.
 *
 * A chain of small steps may not lead there: where hypotheses bound three parameters by each other, none of them can move alone.
 * Cost: checks the hypotheses of some thousand points; runs nothing.
 */
export function nearSimplest(box: Box, proposer: Pick<Proposer, "inside">): Point[] {
  const names = freeParameters(box);
  const simplest: Point = Object.fromEntries(Object.keys(box).map((name) => [name, simplestOf(box[name])]));
  const others = new Map(names.map((name) => [name, valuesOf(box[name]).filter((value) => value !== simplest[name])]));
  const changed = names.flatMap((name, at) => others.get(name)!.flatMap((value): Point[] => [
    { ...simplest, [name]: value },
    ...names.slice(at + 1).flatMap((second) => others.get(second)!.map((partner) => ({ ...simplest, [name]: value, [second]: partner }))),
  ]));
  return [simplest, ...changed].map((point) => ({ point, total: pointComplexity(box, point) })).filter(({ point }) => proposer.inside(point))
    .sort((a, b) => a.total - b.total).map(({ point }) => point);
}

/** Choices; some counts; of other numbers all that have one digit. */
function valuesOf(range: Range): Value[] {
  if (typeof range !== "object") return [range];
  if (!isInterval(range)) return [...range.choices] as Value[];
  const { low, high, integer = false } = range;
  if (!integer && low > 0) return oneDigit(low, high);
  const values = Array.from({ length: places }, (_, i) => valueAt(range, i / (places - 1)) as number);
  return [...new Set(integer ? values : values.map((value) => Number(value.toPrecision(1))))].filter((value) => value >= low && value <= high);
}

function oneDigit(low: number, high: number): number[] {
  const decades = Array.from({ length: Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, i) => Math.floor(Math.log10(low)) + i);
  return decades.flatMap((decade) => Array.from({ length: 9 }, (_, i) => Number(`${i + 1}e${decade}`))).filter((value) => value >= low && value <= high);
}
