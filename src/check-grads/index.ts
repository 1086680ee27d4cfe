export * from "./check-grads.ts";
