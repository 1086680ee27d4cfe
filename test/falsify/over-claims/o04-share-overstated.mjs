import { bounds } from "lemmagrad/claims";
import { classesOf, neuronsAt } from "lemmagrad/robust-features";
import { dropping, preference } from "./real.mjs";

const { region, ...claim } = dropping(preference, [], ["lottery won", "race decided", "horizon", "somebody spoken of"]);

/** True of a class with probability (1 - 2^-m)^2: of all k of them in 95 % of the draws only where m is large enough for k. */
export default {
  ...claim, id: "o04-share-overstated", title: "The lottery is won in every class, in 95 % of the draws", required: 0.95,
  observable: ({ training: run }) => ({ "classes without a neuron that can learn": classesOf(run).filter((i) => ["U", "V"].some((column) => Math.max(...neuronsAt(run, column, 0, i)) <= 0)).length }),
  prediction: bounds({ "classes without a neuron that can learn": { atMost: 0 } }, "every class has a neuron with a positive correlation with each of its features"),
  region: { ...region, box: { ...region.box, T: 50 } },
};
