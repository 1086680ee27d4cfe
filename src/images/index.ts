export * from "./readers/index.ts";
export * from "./fetch/index.ts";
