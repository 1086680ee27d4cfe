/** Images: networks of them, and the ops these are made of. */
export type { ImageNetwork, Outputs } from "./network-type.ts";
export * from "./network/index.ts";
