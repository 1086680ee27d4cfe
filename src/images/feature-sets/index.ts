export { builtByLot, lots, pushedByLot } from "./lots.ts";
export { type Matched, matchFeatures, type MatchOptions } from "./match-features.ts";
export { answersOn, type ConflictSet, otherClasses, pushAtRandom, type Pushed, pushTowards, smallestPush } from "./push.ts";
export { readSet, writeSet } from "./set-file.ts";
