import { planeClaim } from "../phase-claims/plane.mjs";

const { region: _region, ...claim } = planeClaim("f04-no-region", 1);
export default claim;
