import { bounds } from "lemmagrad/claims";
import { classesOf } from "lemmagrad/robust-features";
import { dropping, preference } from "./real.mjs";

/** P3 for 95 % of the draws, whichever neurons lead: in more of them the robust feature starts so far ahead that it wins a class. */
export default {
  ...dropping(preference, [], ["race decided", "horizon"]), id: "o04-share-overstated", title: "The robust feature is learned first in no class, in 95 % of the draws", required: 0.95,
  observable: ({ training: run }) => ({ "classes that learn the robust feature first": classesOf(run).filter((i) => run.robustTime[i] < run.nonRobustTime[i]).length }),
  prediction: bounds({ "classes that learn the robust feature first": { atMost: 0 } }, "no class learns the robust feature first"),
};
