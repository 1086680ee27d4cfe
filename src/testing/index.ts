/** lemmagrad/testing: fast-check arbitraries for array code and for parameters of a theorem, and the vacuity check. Matchers: lemmagrad/testing/matchers. */
export { type ShapeOptions, broadcastableShapes, shapes } from "./shapes.ts";
export { type ElementOptions, elementsFrom } from "./elements.ts";
export { argumentsOf, type ArrayOptions, arrays, directions, type PrimitiveUse } from "./arrays.ts";
export { type DrawCounts, type Drawn, type ParameterPointOptions, type ParameterPoints, parameterPoints } from "./parameter-points.ts";
export { pointsInside, type PointsInsideOptions } from "./points-inside.ts";
export type { Interval, Range } from "../claims/index.ts";
export { type OpPieces, type Piece, piecesOf, type PiecesOfRun } from "./pieces.ts";
export { coverage, CoverageError, type CoverageOptions, type CoverageReport, coverageText, type Demand, expectCovered, type OpCoverage, type PieceShare } from "./coverage.ts";
export { fitPower, type PowerFit } from "./power-fit.ts";
