import { planeClaim } from "./plane.mjs";

const { region: _region, ...claim } = planeClaim("r04-no-region", 1);
export default claim;
