import { bounds, defineClaim } from "lemmagrad/claims";
import { trainingRun } from "lemmagrad/robust-features";

const setting = { k: 2, m: 2, P: 6, d: 5, N: 4 };
const training = trainingRun({ mode: "adversarial", steps: 4, setting });

export default defineClaim({
  id: "t04-trains", title: "Four steps lower the loss", source: { words: "made up for tests", formula: "none" },
  statement: "After four steps of adversarial training the loss is not above its start.", maths: "L_4 < L_0",
  experiments: { training },
  hypotheses: () => [{ name: "none", maths: "", holds: true, margin: 1, detail: "" }],
  observable: ({ training: run }) => ({ loss: run.loss.at(-1) / run.loss[0], V: Array.from(run.V) }),
  prediction: bounds({ loss: { atMost: 1 }, V: {} }, "the loss falls"),
  controls: [{ change: "labels shuffled and radius 0", experiments: { training: trainingRun({ mode: "adversarial", steps: 4, setting: { ...setting, eps: 0 }, shuffleLabels: true }) } }],
  recorded: "inconclusive", plan: { quick: { seeds: 3, controlSeeds: 2 }, full: { seeds: 3, controlSeeds: 2 } },
});
