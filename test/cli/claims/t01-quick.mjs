import { luckyClaim } from "./lucky.mjs";

export default luckyClaim("t01-quick", 1, "supported");
