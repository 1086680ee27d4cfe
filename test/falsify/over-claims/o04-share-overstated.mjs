import { bounds } from "lemmagrad/claims";
import { classesOf } from "lemmagrad/robust-features";
import { dropping, preference } from "./real.mjs";

const { region, ...claim } = dropping(preference, [], ["race decided", "horizon"]);
const { box } = region;

/** P3 for 95 % of the draws of small problems, whichever neurons lead: in more of them the robust feature starts so far ahead that it wins a class. */
export default {
  ...claim, id: "o04-share-overstated", title: "The robust feature is learned first in no class, in 95 % of the draws", required: 0.95,
  observable: ({ training: run }) => ({ "classes that learn the robust feature first": classesOf(run).filter((i) => run.robustTime[i] < run.nonRobustTime[i]).length }),
  prediction: bounds({ "classes that learn the robust feature first": { atMost: 0 } }, "no class learns the robust feature first"),
  // a point has up to 64 runs: they must be short for five minutes on one worker
  region: { ...region, box: { ...box, k: { ...box.k, high: 3, toward: 2 }, m: { ...box.m, high: 6, toward: 4 }, P: { ...box.P, high: 60, toward: 30 }, d: { ...box.d, high: 12, toward: 10 }, N: { ...box.N, high: 6, toward: 4 }, sR: 1, T: 200 } },
};
