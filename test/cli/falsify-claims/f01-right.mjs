import { planeClaim } from "../phase-claims/plane.mjs";

export default planeClaim("f01-right", 1);
