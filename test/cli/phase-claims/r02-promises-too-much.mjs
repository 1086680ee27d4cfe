import { planeClaim } from "./plane.mjs";

export default planeClaim("r02-promises-too-much", 1.5);
