import { defineTheory } from "lemmagrad/claims";
import { reportOpening, trainingRun } from "lemmagrad/benign-overfitting";

const run = (steps: number) => trainingRun({ steps, logEvery: 1000 });

export default defineTheory({
  name: "benign-overfitting",
  title: "Benign overfitting (Cao, Chen, Belkin & Gu, arXiv 2202.06526)",
  opening: reportOpening,
  // the first theory's quick plan fills the two minutes that a verification without arguments may take
  onlyWhenNamed: true,
  benchmark: { short: run(10), long: run(60) },
});
