import { bounds, defineClaim } from "lemmagrad/claims";
import { trainingRun } from "lemmagrad/robust-features";

// placeholder of the real claim, so that the command line can be built; replaced in this same change
const standard = trainingRun({ mode: "standard", steps: 30, setting: { P: 40, N: 10 } });

export default defineClaim({
  id: "p04-standard-training-prefers-nonrobust",
  title: "Standard training ends on the non-robust feature",
  source: { words: "Li & Li, arXiv 2410.08503, abstract", formula: "docs/theory, P4" },
  statement: "After standard training ...",
  maths: "U_i(T) \\ll V_i(T)",
  experiments: { standard },
  hypotheses: () => [{ name: "beta < eps < alpha", maths: "\\beta < \\varepsilon < \\alpha", holds: true, margin: 0.2, detail: "0.4 < 0.5 < 2" }],
  observable: ({ standard: run }) => ({ share: run.nonRobustPart.at(-1)! }),
  prediction: bounds({ share: { atLeast: 0 } }, "positive share"),
  controls: [{ change: "energies swapped", experiments: { standard: trainingRun({ mode: "standard", steps: 30, setting: { P: 40, N: 10, alpha: 3 } }) } }],
  recorded: "inconclusive",
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 10 } },
});
