/** The search for a counterexample: points inside a claim's hypotheses at which its prediction fails. */
export { type Covered, coverageOf, type ParameterCoverage } from "./covered.ts";
export { type ExamineOptions, examinePoint, type Examined, observedAt, outcomeOf, type PointOutcome, type Trial } from "./examine.ts";
export { exampleFrom, exampleKind, exampleText, type KeptExample, replay } from "./example.ts";
export { type Origin, Proposer } from "./propose.ts";
export { type Counterexample, type Execute, isAboutEverySeed, roundSize, search, type SearchOptions, type SearchResult, type SearchState, seedsOfPoint, type Task } from "./search.ts";
export { shrink, type ShrinkOptions, type Shrunk } from "./shrink.ts";
export { complexity, notSimplest, simplerValues } from "./simplicity.ts";
export { pointFrom, pointText } from "./space.ts";
