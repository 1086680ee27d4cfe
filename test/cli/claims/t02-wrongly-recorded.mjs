import { luckyClaim } from "./lucky.mjs";

export default luckyClaim("t02-wrongly-recorded", 1, "contradicted");
