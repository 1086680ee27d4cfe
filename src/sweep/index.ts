/** Sweeps: a file that says what to vary, the cells it means, engines that compute them, and one table of what they gave. */
export { type Cell, type CellError, cellKey, type CellRecord, type CellTask, type ClaimTask, type Identity, type Made, type Row, type RunTask, type Value } from "./cell.ts";
export { computeCell, type ComputeOptions, failedRecord } from "./compute.ts";
export type { Engine, EngineOptions } from "./engine.ts";
