export * from "./readers/index.ts";
export * from "./fetch/index.ts";
export type { ImageNetwork, Outputs } from "./network-type.ts";
export * from "./network/index.ts";
