import type fc from "fast-check";
import { ParameterError } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { coverage, coverageFault, type CoverageOptions, coverageText, type Demand } from "../coverage.ts";
import type { MatcherResult } from "./result.ts";

const checkOptions = optionsOf("toExercise", { samples: kinds.number, seed: kinds.number, atLeast: kinds.number, kinks: kinds.flag });

/** expect(arbitrary).toExercise(f): the arbitrary's samples reach every piece of f; the options of `coverage` and `expectCovered`. */
export function toExercise(received: unknown, f: (sample: never) => unknown, options: CoverageOptions & Demand = {}): MatcherResult {
  if (!isArbitrary(received)) throw new ParameterError({ where: "toExercise", problem: `expect() was given ${received === null ? "null" : `a ${typeof received}`}.`, expected: "a fast-check arbitrary." });
  checkOptions(options);
  const report = coverage(received, f as (sample: unknown) => unknown, options);
  const fault = coverageFault(report, options);
  if (fault === undefined) return { pass: true, message: () => `expected the arbitrary to miss a piece of f, but it reaches them all\n${coverageText(report)}` };
  return { pass: false, message: () => `expected the arbitrary to exercise every piece of f: ${fault.problem}\n  Expected ${fault.expected}\n  Mend: ${fault.mend}` };
}

/** By what it can do, and not by its class: there may be two copies of fast-check. */
function isArbitrary(x: unknown): x is fc.Arbitrary<unknown> {
  return typeof x === "object" && x !== null && "generate" in x && "shrink" in x;
}
