import { planeClaim } from "./plane.mjs";

export default planeClaim("r01-right", 1);
