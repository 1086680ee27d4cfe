import { planeClaim } from "../phase-claims/plane.mjs";

/** The observable cannot be had where x is above 1/2. */
const claim = planeClaim("f07-throws", 1);
export default {
  ...claim,
  observable(runs) {
    if (runs.sum.sum > 0.5) throw new TypeError("a bug in the claim");
    return claim.observable(runs);
  },
};
