import { growthLaw } from "./real.mjs";

/** P1 with half the pace: each step adds (eta/2k)(1 - p) B v^(q-1) / rho^(q-1). */
export default {
  ...growthLaw, id: "o02-constant-halved", title: "P1 at half the pace",
  observable(runs) {
    const { growth: { predicted, observed } } = growthLaw.observable(runs);
    return { growth: { predicted: predicted.map((growth) => growth / 2), observed } };
  },
};
