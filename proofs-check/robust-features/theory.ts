import { defineTheory } from "lemmagrad/claims";
import { reportOpening, trainingRun } from "lemmagrad/robust-features";

const adversarial = (steps: number) => trainingRun({ mode: "adversarial", steps, logEvery: 10, cosineEvery: 0, setting: { N: 10 } });

export default defineTheory({
  name: "robust-features",
  title: "Robust features (Li & Li, arXiv 2410.08503)",
  opening: reportOpening,
  benchmark: { short: adversarial(10), long: adversarial(50) },
});
