/** Intervals for a mean over seeds (an exponent is one), and the equivalence tests that rest on them. */
import { logF64 } from "../../src/kernels/index.ts";
import { stream, type Stream } from "../../src/random/index.ts";
import { bootstrapInterval, intervalAgainst, type MeanInterval, studentInterval } from "../../src/statistics/index.ts";
import { atLeast, atMost, percent, rateOf } from "./rate.ts";

/** Values of mean 0 and standard deviation 1. */
const laws: Record<string, (draws: Stream) => number> = {
  normal: ({ normal }) => normal(),
  "skewed (exponential)": ({ uniform }) => -logF64(1 - uniform()) - 1,
  "heavy tails (Student, 5 degrees)": ({ normal }) => {
    const square = Array.from({ length: 5 }, normal).reduce((sum, x) => sum + x * x, 0);
    return (normal() / Math.sqrt(square / 5)) * Math.sqrt(3 / 5);
  },
};

const sizes = [4, 10, 20, 59];
const drawn = (law: (draws: Stream) => number, n: number, draws: Stream) => Array.from({ length: n }, () => law(draws));

export function meanTable(trials: number, seed: number): string[][] {
  const methods: Record<string, (values: readonly number[], draws: Stream) => MeanInterval> = {
    Student: (values) => studentInterval(values),
    percentile: (values, draws) => bootstrapInterval(values, { method: "percentile", draws }),
    BCa: (values, draws) => bootstrapInterval(values, { method: "bca", draws }),
    "bootstrap-t": (values, draws) => bootstrapInterval(values, { method: "t", draws }),
  };
  const rows = Object.entries(laws).flatMap(([name, law]) => sizes.map((n) => {
    const samples = stream(seed, `means ${name} ${n}`);
    const resamples = stream(seed, `means ${name} ${n}, drawn again`);
    const misses = Object.keys(methods).map(() => ({ above: 0, below: 0 }));
    for (let trial = 0; trial < trials; trial++) {
      const values = drawn(law, n, samples);
      Object.values(methods).forEach((method, at) => {
        const { low, high } = method(values, resamples);
        if (low > 0) misses[at].above++;
        if (high < 0) misses[at].below++;
      });
    }
    const cells = misses.map(({ above, below }) => `${atLeast(rateOf(trials - above - below, trials), 0.9, trials)} (${((100 * above) / trials).toFixed(1)}, ${((100 * below) / trials).toFixed(1)})`);
    return [name, String(n), ...cells];
  }));
  return [["a seed's value", "seeds", ...Object.keys(methods).map((name) => `${name}, %`)], ...rows];
}

/**
 * "Equivalent" stated of a mean that lies just at an edge of the margin, which is two standard deviations of a seed's value: by Student's interval
 * alone, and by both intervals, as verdicts ask for.
 */
export function equivalenceTable(trials: number, seed: number): string[][] {
  const margin = 2;
  const rows = Object.entries(laws).flatMap(([name, law]) => sizes.map((n) => {
    const samples = stream(seed, `equivalence ${name} ${n}`);
    const resamples = stream(seed, `equivalence ${name} ${n}, drawn again`);
    const counts = { student: [0, 0, 0], both: [0, 0, 0] };
    for (let trial = 0; trial < trials; trial++) {
      const values = drawn(law, n, samples);
      const intervals = [studentInterval(values), bootstrapInterval(values, { draws: resamples })];
      // the mean, 0, is at the lower edge of margin +- margin, at the upper one of -margin +- margin, and in the middle of 0 +- margin
      [margin, -margin, 0].forEach((aim, at) => {
        const [student, resampled] = intervals.map((interval) => intervalAgainst(interval, aim, margin) === "equivalent");
        if (student) counts.student[at]++;
        if (student && resampled) counts.both[at]++;
      });
    }
    const cells = ([lower, upper, middle]: number[]) => [atMost(rateOf(lower, trials), 0.05, trials), atMost(rateOf(upper, trials), 0.05, trials), percent(rateOf(middle, trials))];
    return [name, String(n), ...cells(counts.student), ...cells(counts.both)];
  }));
  return [["a seed's value", "seeds", "Student: at the lower edge, %", "upper edge", "middle", "both intervals: at the lower edge, %", "upper edge", "middle"], ...rows];
}
