export { checkGrads, type CheckGradsOptions, type CheckGradsReport } from "./check-grads.ts";
export type { DerivativeMode, DirectionCheck } from "./check-direction.ts";
export type { KinkInReach } from "./kinks.ts";
