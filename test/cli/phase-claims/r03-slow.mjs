import { planeClaim } from "./plane.mjs";

export default planeClaim("r03-slow", 1, 60);
