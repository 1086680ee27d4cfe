import { luckyClaim } from "./lucky.mjs";

export default luckyClaim("t03-slow", 100, "supported");
