/** P13's prediction: each quantity's exponent along a ladder, equal to that of the closed forms within a tolerance fixed before. */
import { type ExpectedOrder, type Figure, fittedOrder, type LadderObservation, orderOf, orderOfGrowth, type PooledPrediction } from "../../claims/index.ts";
import { figure, type LadderGroup, ladderPanel } from "./figures.ts";

/**
 * `accuracy`: the factor within which each quantity's closed form is taken to hold at every rung, such as 1.1 for 10 %. The closed forms are
 * worked out when first needed.
 */
export function ordersNear<Name extends string>(sizes: readonly number[], predicted: () => Record<Name, readonly number[]>, accuracy: Record<Name, number>, words: string): PooledPrediction<LadderObservation<Name>> {
  const expected = () => Object.fromEntries((Object.entries(predicted()) as [Name, readonly number[]][]).map(([name, values]) => [name, orderOf(sizes, values, accuracy[name])])) as Record<Name, ExpectedOrder>;
  return orderOfGrowth(sizes, expected, words, { size: "k" });
}

/** Both sizes, and the time, along the ladder on logarithmic axes, with fitted power laws where there are any. */
export function ordersFigure<Time extends "T_u" | "T_v">(title: string, sizes: readonly number[], seeds: readonly LadderObservation<"U" | "V" | Time>[], time: Time): Figure {
  const group = (quantity: "U" | "V" | Time, name: string, colour: LadderGroup["colour"]): LadderGroup => {
    const fit = fittedOrder(sizes, seeds.map((seed) => seed[quantity]));
    return { name, colour, sizes, values: sizes.map((_, at) => seeds.map((seed) => seed[quantity][at])), ...(Number.isNaN(fit.low) ? {} : { fit }) };
  };
  const timed = time === "T_u" ? group(time, "T_u, robust", "robust") : group(time, "T_v, non-robust", "nonRobust");
  return figure(title, `${seeds.length} seed${seeds.length === 1 ? "" : "s"}, a typical class of each. Lines: fitted power laws with 90 % bands.`, [
    ladderPanel("sizes at the end of training", "number of classes k", "largest correlation (weight units)", [group("U", "U, robust", "robust"), group("V", "V, non-robust", "nonRobust")]),
    ladderPanel("learning time", "number of classes k", "steps", [timed]),
  ]);
}
