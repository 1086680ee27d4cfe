/** The truncated sequential test: its answers counted, beside those computed exactly. */
import { stream } from "../../src/random/index.ts";
import { decideInOrder, operatingCharacteristic, type SequentialDesign, sequentialUpperBound } from "../../src/statistics/index.ts";
import { atLeast, atMost, percent, rateOf } from "./rate.ts";

const designs: SequentialDesign[] = [
  { p0: 0, p1: 0.05, alpha: 0.05, beta: 0.05, most: 59 },
  { p0: 0.005, p1: 0.05, alpha: 0.05, beta: 0.05, most: 200 },
  { p0: 0.02, p1: 0.2, alpha: 0.05, beta: 0.05, most: 65 },
  { p0: 0.1, p1: 0.4, alpha: 0.05, beta: 0.01, most: 40 },
];

export function sequentialTable(trials: number, seed: number): string[][] {
  const rows = designs.flatMap((design) => {
    const bounds = new Map<string, number>();
    return [...new Set([design.p0, (design.p0 + design.p1) / 2, design.p1, 2 * design.p1])].map((rate) => {
      const { uniform } = stream(seed, `sequential ${JSON.stringify(design)} ${rate}`);
      const counts = { below: 0, above: 0, undecided: 0 };
      let [used, covered] = [0, 0];
      for (let trial = 0; trial < trials; trial++) {
        const outcome = decideInOrder(design, Array.from({ length: design.most }, () => uniform() < rate));
        counts[outcome.decision]++;
        used += outcome.used;
        const key = JSON.stringify(outcome);
        if (!bounds.has(key)) bounds.set(key, sequentialUpperBound(design, outcome));
        if (bounds.get(key)! >= rate) covered++;
      }
      const exact = operatingCharacteristic(design, rate);
      const { p0, p1, alpha, beta, most } = design;
      const cell = (answer: "below" | "above" | "undecided") => {
        const counted = rateOf(counts[answer], trials);
        const shown = answer === "below" && rate >= p1 ? atMost(counted, beta, trials) : answer === "above" && rate <= p0 ? atMost(counted, alpha, trials) : percent(counted);
        return `${shown} (${(100 * exact[answer]).toFixed(2)})`;
      };
      return [
        `${p0}, ${p1}, ${alpha}, ${beta}, ${most}`, `${Number((100 * rate).toPrecision(3))} %`, cell("below"), cell("above"), cell("undecided"),
        `${(used / trials).toFixed(1)} (${exact.expectedTrials.toFixed(1)})`, atLeast(rateOf(covered, trials), 0.95, trials),
      ];
    });
  });
  return [["p0, p1, alpha, beta, most", "true rate", "“below”, % (exactly)", "“above”", "undecided", "mean seeds (exactly)", "upper bound holds, %"], ...rows];
}
