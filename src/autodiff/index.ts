export * from "./primitive.ts";
export * from "./value.ts";
export * from "./apply.ts";
export * from "./scope.ts";
export * from "./tape.ts";
export * from "./tree.ts";
export * from "./reverse.ts";
export * from "./forward.ts";
