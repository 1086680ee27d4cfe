import { planeClaim } from "../phase-claims/plane.mjs";

export default planeClaim("f02-promises-too-much", 1.5);
