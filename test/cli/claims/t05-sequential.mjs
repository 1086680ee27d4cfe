import { defineClaim } from "lemmagrad/claims";
import { luckyClaim } from "./lucky.mjs";

/** ln(0.1)/ln(0.7/0.98) = 6.8, so seven seeds that pass decide. */
export default defineClaim({
  ...luckyClaim("t05-sequential", 1, "supported"), sequential: { p0: 0.02, p1: 0.3, alpha: 0.05, beta: 0.1 },
  plan: { quick: { seeds: 20, controlSeeds: 2 }, full: { seeds: 30, controlSeeds: 3 } },
});
