/** Where things are, seen from a bundle: run.mjs writes them to node_modules/.cache/bench/NAME-PID/. */
import { fileURLToPath } from "node:url";

export const bundles = fileURLToPath(new URL("./", import.meta.url));
export const root = fileURLToPath(new URL("../../../../", import.meta.url));
export const peers = `${root}bench/peers/`;
