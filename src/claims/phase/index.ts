export { type AxisRequest, basePoint, type DerivedCoordinate, type DerivedCoordinates, edges, type PhaseAxis, phaseAxis } from "./axes.ts";
export { type Place, zeroContour } from "./boundary.ts";
export { cellOperations, examineCell, leastMargin, regionOf } from "./cell.ts";
export { confusionOf } from "./confusion.ts";
export { type CellTask, planPhase, type PhasePlan, type PhaseRequest } from "./diagram.ts";
export { cellWords, confusionWords, phaseFigure } from "./figure.ts";
export type { Confusion, Examined, PhaseCell, PhaseResult, PhaseTrial } from "./result.ts";
