/** Intervals and tests, each in a file of its own with its source; their guarantees are measured in docs/statistics. */
export { clopperPearson } from "./clopper-pearson.ts";
export { binomialAtMost, passesNeeded } from "./binomial.ts";
export { holmAdjusted } from "./holm.ts";
export { checkLadder, exponentAlong, exponentMargin } from "./exponent.ts";
export { type MeanInterval, studentInterval } from "./student.ts";
export { bootstrapInterval, type BootstrapMethod, type BootstrapOptions } from "./bootstrap.ts";
export { type Equivalence, equivalence, type EquivalenceOutcome, intervalAgainst } from "./equivalence.ts";
export { type Boundaries, boundariesOf, decideInOrder, fewestToBelow, type SequentialDesign, type SequentialOutcome } from "./sequential-test.ts";
export { asGoodAs, operatingCharacteristic, type OperatingCharacteristic, sequentialUpperBound } from "./sequential-exact.ts";
