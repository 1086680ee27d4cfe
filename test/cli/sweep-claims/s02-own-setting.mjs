/** The same claim without a region: it can only be run at its own setting. */
import { defineClaim } from "lemmagrad/claims";
import base from "./s01-short.mjs";

const { region: _region, ...claim } = base;
export default defineClaim({ ...claim, id: "s02-own-setting" });
