/**
 * A claim of our own: gradient descent on L(w) = sum_i lambda_i (w_i - 1)^2 / 2 learns the strong direction before the weak
 * one, provided that the step is small against the strong curvature.
 */
import { array, elements, grad, mul, type NdArray, sub, sum, type Value } from "lemmagrad";
import { defineClaim, type HypothesisResult, ordering } from "lemmagrad/claims";

export interface Quadratic {
  /** Curvatures lambda. */
  strong: number;
  weak: number;
  /** Step size. */
  eta: number;
}

/** Each condition by its name; the margin is the logarithm of the ratio of its two sides. */
export function hypotheses({ strong, weak, eta }: Quadratic): HypothesisResult[] {
  const ratio = (name: string, maths: string, larger: number, smaller: number): HypothesisResult =>
    ({ name, maths, holds: larger > smaller, margin: Math.log(larger / smaller), detail: `${larger} against ${smaller}` });
  return [ratio("curvatures apart", "\\lambda_s > 2 \\lambda_w", strong, 2 * weak), ratio("step small", "\\eta \\lambda_s < 1", 1, eta * strong)];
}

/** The steps after which each weight has come within a tenth of its target; Infinity for one that has not by step 5000, or before one flies away. */
export function arrivals({ strong, weak, eta }: Quadratic, start = 0): { strong: number; weak: number } {
  const lambda = array([strong, weak]);
  const gradient = grad((w: Value) => mul(sum(mul(lambda, mul(sub(w, 1), sub(w, 1)))), 0.5));
  const arrived = [Infinity, Infinity];
  let w: NdArray = array([start, start]);
  for (let step = 0; step <= 5000 && arrived.includes(Infinity) && elements(w).every((weight: number) => Math.abs(weight) < 1e6); step++) {
    elements(w).forEach((weight: number, i: number) => {
      if (Math.abs(weight - 1) <= 0.1 && arrived[i] === Infinity) arrived[i] = step;
    });
    w = sub(w, mul(gradient(w), eta)) as NdArray;
  }
  return { strong: arrived[0], weak: arrived[1] };
}

const run = (quadratic: Quadratic) => ({
  kind: "quadratic", spec: quadratic, operations: 1e5,
  run: (seed: number) => arrivals(quadratic, 0.5 / seed),
});
const main: Quadratic = { strong: 4, weak: 1, eta: 0.05 };

export const strongFirst = defineClaim({
  id: "c01-strong-first",
  title: "The strong direction is learned first",
  source: { words: "textbook", formula: "w_i(t) - 1 = (1 - eta lambda_i)^t (w_i(0) - 1)" },
  statement: "With eta lambda_strong < 1 and lambda_strong > 2 lambda_weak, gradient descent comes within a tenth of the strong target before it does of the weak one.",
  maths: "T_{\\text{strong}} < T_{\\text{weak}}",
  experiments: { run: run(main) },
  hypotheses: () => hypotheses(main),
  observable: ({ run: { strong, weak } }: { run: { strong: number; weak: number } }) => ({ strong: [strong], weak: [weak] }),
  prediction: ordering("strong", "weak"),
  controls: [{ change: "a step too large for the strong direction", experiments: { run: run({ ...main, eta: 0.6 }) } }],
  recorded: "supported",
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 10 } },
});
