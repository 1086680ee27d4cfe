import { planeClaim } from "../phase-claims/plane.mjs";

export default planeClaim("f03-slow", 1, 60);
