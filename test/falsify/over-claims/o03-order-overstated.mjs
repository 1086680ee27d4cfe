import { bounds } from "lemmagrad/claims";
import { classesOf, neuronsAt } from "lemmagrad/robust-features";
import { preference } from "./real.mjs";

/** P4 with U_i(T) = U_i(0) (1 + o(1)): the clocks of P2 let it grow by a factor that depends on u_0/v_0. */
export default {
  ...preference, id: "o03-order-overstated", title: "P4 with a robust correlation that stays where it began",
  observable: ({ training: run }) => ({
    "U_i(T) over U_i(0)": classesOf(run).map((i) => {
      const first = neuronsAt(run, "U", 0, i);
      const leader = first.indexOf(Math.max(...first));
      return neuronsAt(run, "U", run.steps.length - 1, i)[leader] / first[leader];
    }),
  }),
  prediction: bounds({ "U_i(T) over U_i(0)": { atMost: 1.25 } }, "the leading robust correlation of every class ends at most a quarter above where it began"),
};
