export * from "./nd-array.ts";
export * from "./layout.ts";
export * from "./axes.ts";
export * from "./lists.ts";
export * from "./fingerprint.ts";
