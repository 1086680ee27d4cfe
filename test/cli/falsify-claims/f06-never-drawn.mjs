import { planeClaim } from "../phase-claims/plane.mjs";

/** No seed satisfies the claim's own hypothesis. */
export default { ...planeClaim("f06-never-drawn", 1), hypotheses: () => [{ name: "lottery won", maths: "", holds: false, margin: -1, detail: "never" }] };
