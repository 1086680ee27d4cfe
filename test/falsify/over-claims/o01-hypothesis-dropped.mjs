import { dropping, preference } from "./real.mjs";

/** P4 without A/B <= 1/3 and without a race that the initial weights decide: whatever the energies, the non-robust feature wins. */
export default { ...dropping(preference, ["robust energy small"], ["race decided", "horizon"]), id: "o01-hypothesis-dropped", title: "P4 whatever the energies" };
