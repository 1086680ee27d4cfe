export * from "./errors.ts";
export { shapeText } from "./shape-text.ts";
export { editDistance, nearest, suggestion } from "./nearest.ts";
