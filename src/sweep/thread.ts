/** What a thread that computes cells needs, without the engines, file formats and checks that it does not. */
export { cellKey } from "./cell.ts";
export { computeCell } from "./compute.ts";
export type { SweepAnswer, SweepTask } from "./thread-pool.ts";
