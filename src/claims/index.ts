/** lemmagrad/claims: define a claim of any theory, its prediction and its controls, and verify it. */
export { canonical, type Claim, type ClaimDefinition, type Control, defineClaim, type Experiment, experimentKey, type Experiments, type Plan, requiredShare, type Sample } from "./define-claim.ts";
export { fittedOrder, type FittedOrder, type ExpectedOrder, type LadderObservation, orderOf, orderOfGrowth, type OrderOptions } from "./order-of-growth.ts";
export { probability } from "./probability.ts";
export { familyOf } from "./family.ts";
export { bounds, type Bound, closedForm, type Compared, digits, isPooled, type Judgement, median, ordering, type PooledJudgement, type PooledPrediction, type Prediction } from "./predictions.ts";
export type { Interval, PhasePreset, Point, Range, Region } from "./region.ts";
export { judgeClaim, type RunsFor, verdictOf } from "./judge.ts";
export { type Job, jobsOf, type LoadedClaim, type SeedPlan, seedsOf } from "./run-plan.ts";
export { type Progress, verifyClaim, verifyClaims, type VerifyOptions } from "./verify.ts";
export type { Axis, CellVerdict, ColourRole, Figure, Layer, Panel } from "./figure.ts";
export type { Opening, SymbolMeaning } from "./opening.ts";
export { defineTheory, isTheory, openingOf, type Theory } from "./theory.ts";
export type { ClaimResult, ControlResult, FamilyMember, FamilyStatement, HypothesisResult, Results, SequentialResult, Verdict } from "./results.ts";
export * from "./phase/index.ts";
export { clopperPearson, exponentAlong, operatingCharacteristic, type OperatingCharacteristic, type SequentialDesign, type SequentialOutcome } from "../statistics/index.ts";
