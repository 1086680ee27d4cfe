/**
 * lemmagrad/testing/matchers: importing it adds the matchers to vitest's expect, and their types to its interface.
 * `matchers` is there for runners with another expect.extend.
 */
import { expect } from "vitest";
import type { Tree } from "../../autodiff/index.ts";
import type { CheckGradsOptions } from "../../check-grads/index.ts";
import type { CoverageOptions, Demand } from "../coverage.ts";
import { type ArrayLikeValue, type Closeness, toBeCloseToArray } from "./close-to-array.ts";
import { toExercise } from "./exercise.ts";
import { type GradientOptions, toHaveCorrectGradients, toHaveGradientOf, type Undecided } from "./gradients.ts";
import { type GrowthOptions, toGrowLike } from "./grow-like.ts";
import { type OrderOptions, toBeOrdered } from "./ordered.ts";
import type { MatcherResult } from "./result.ts";

export type { ArrayLikeValue, Closeness, GradientOptions, GrowthOptions, OrderOptions, Undecided };

/** A matcher that fails with `.not` as without when it cannot decide. */
function decided<Args extends readonly unknown[]>(matcher: (...args: Args) => MatcherResult) {
  return function decidedMatcher(this: { readonly isNot?: boolean }, ...args: Args): { pass: boolean; message: () => string } {
    const { pass, message } = matcher(...args);
    return { pass: pass ?? this.isNot === true, message };
  };
}

export const matchers = {
  toBeCloseToArray: decided(toBeCloseToArray),
  toHaveGradientOf: decided(toHaveGradientOf),
  toHaveCorrectGradients: decided(toHaveCorrectGradients),
  toGrowLike: decided(toGrowLike),
  toBeOrdered: decided(toBeOrdered),
  toExercise: decided(toExercise),
};

/** The matchers as `expect` shows them. */
export interface LemmagradMatchers {
  /** The same shape, and each element within atol + rtol |expected|, or within so many ulps. */
  toBeCloseToArray(expected: ArrayLikeValue, closeness?: Closeness): void;
  /** This array, tree or function is the gradient of the scalar function f at x, as differences of f see it. */
  toHaveGradientOf(f: (x: never) => unknown, x: Tree, options?: GradientOptions): void;
  /** jvp and vjp of this function at these arguments agree with differences and with each other. */
  toHaveCorrectGradients(args: readonly Tree[], options?: CheckGradsOptions & Undecided): void;
  /** This function of the size, or list of values, grows like a power of the size or like a function of it. */
  toGrowLike(predicted: number | ((size: number) => number), ladder: readonly number[], options?: GrowthOptions): void;
  /** Each named arrival time comes before the next, in every class or seed; or the numbers of a list increase. */
  toBeOrdered(names?: readonly string[] | OrderOptions, options?: OrderOptions): void;
  /** The samples of this arbitrary reach every piece of f. */
  toExercise(f: (sample: never) => unknown, options?: CoverageOptions & Demand): void;
}

declare module "vitest" {
  // the type parameter must be there, and be named as vitest names it, for the two declarations to merge
  interface Matchers<T = any> extends LemmagradMatchers {}
}

expect.extend(matchers);
