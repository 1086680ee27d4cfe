import { planeClaim } from "../phase-claims/plane.mjs";

export default planeClaim("f05-empty", -1);
