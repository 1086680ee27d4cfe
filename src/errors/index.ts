export * from "./errors.ts";
export { shapeText } from "./shape-text.ts";
