import { closedForm } from "lemmagrad/claims";
import { classesOf, featureSide, growthWithNoise, learnedLevel, neuronsAt, spokenOf } from "lemmagrad/robust-features";
import { growthLaw } from "./real.mjs";

/** The law with v^2 whatever q is, summed along a class's leading non-robust neuron until it has learned; right for q = 3. */
function growthOf(run, i) {
  const { setting } = run.spec;
  const { eta, k, rho } = setting;
  const { count, amplitude } = featureSide(setting, "nonRobust");
  const first = neuronsAt(run, "V", 0, i);
  const leader = first.indexOf(Math.max(...first));
  const size = (s) => neuronsAt(run, "V", s, i)[leader];
  let [s, predicted] = [0, 0];
  while (s + 1 < run.steps.length && amplitude * size(s) <= rho && Math.max(run.nonRobustPart[s * k + i], run.robustPart[s * k + i]) <= learnedLevel) {
    predicted += (eta / k) * (1 - run.trueProbability[s * k + i]) * count * amplitude * (amplitude * size(s) / rho) ** 2;
    s++;
  }
  const { bias, deviation } = growthWithNoise(run, "nonRobust", i, leader, s);
  return { predicted, observed: size(s) - size(0), noise: bias + 5 * deviation };
}

/** Classes whose growth noise changes by less than 4 %, as P1 has it. */
const growths = (run) => classesOf(run).map((i) => growthOf(run, i)).filter(({ noise }) => noise <= 0.04);

export default {
  ...growthLaw, id: "o05-wrong-power", title: "P1 with the square whatever q is",
  hypotheses: ({ training }, seed) => [...growthLaw.hypotheses({ training }, seed).filter(({ name }) => name !== "somebody spoken of"), spokenOf(growths(training).length, training.spec.setting.k, "leaders grow above the noise")],
  observable({ training }) {
    const all = growths(training);
    return { growth: { predicted: all.map(({ predicted }) => predicted), observed: all.map(({ observed }) => observed) } };
  },
  prediction: closedForm("growth", 0.05, "growth of the non-robust leader, until a feature is learned, within 5 % of the law with v^2"),
};
