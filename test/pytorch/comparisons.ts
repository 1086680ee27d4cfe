/**
 * How far what we compute for an expression lies from its record: value, gradient, Jacobian and Hessian-vector product,
 * the last two in two ways, each relative to the largest entry recorded. A Hessian-vector product is measured against its
 * largest entry over all inputs, since an input may enter linearly and have none.
 */
import { expect } from "vitest";
import { add, grad, hvp, jacobian, mul, sum, type Value, valueAndGrad } from "lemmagrad";
import { numbers } from "../support/arrays.ts";
import { type Entries, evaluate, type Expression, type Ops, toArray } from "./expressions.ts";

/**
 * Rounding stays below it: an expression has at most 14 nodes, each with a rule of a few operations, so on the order of
 * 100 roundings of eps = 2.2e-16; the generator keeps only expressions whose derivatives move by at most 1000 times a
 * relative change of the inputs, which makes 100 * 1000 * eps = 2e-11.
 */
export const tolerance = 1e-10;

export const largest = (blocks: readonly Entries[]) => Math.max(0, ...blocks.flatMap(({ data }) => data.map(Math.abs)));

/** The largest difference of entries relative to the largest entry expected, over all blocks. Fails when shapes differ. */
function deviation(actual: readonly Value[], expected: readonly Entries[]): number {
  expect(actual.map(({ shape }) => [...shape])).toEqual(expected.map(({ shape }) => shape));
  const differences = actual.flatMap((x, block) => numbers(x).map((entry, at) => Math.abs(entry - expected[block].data[at])));
  // NaN is no agreement: Math.max keeps it, and it is below no tolerance
  return differences.length === 0 ? 0 : Math.max(...differences) / largest(expected);
}

/** The same with each block relative to its own largest entry. */
function deviationOfEach(actual: readonly Value[], expected: readonly Entries[]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((block, at) => deviation([block], [expected[at]])));
}

/** How far a record lies from what we compute. */
export const comparisons: Record<string, (at: Expression, by?: Ops) => number> = {
  "value and gradient": (at, by) => {
    const inputs = at.inputs.map(toArray);
    const scalar = (...own: Value[]) => {
      const value = evaluate(at, own, by);
      return [sum(mul(toArray(at.weights), value)), value];
    };
    const { gradient, aux } = valueAndGrad(scalar, { argument: inputs.map((_, position) => position), aux: true })(...inputs);
    return Math.max(deviation([aux], [at.value]), deviationOfEach(gradient, at.gradient));
  },
  "Jacobian in reverse mode": (at) => deviationOfEach(jacobians(at, "reverse"), at.jacobian),
  "Jacobian in forward mode": (at) => deviationOfEach(jacobians(at, "forward"), at.jacobian),
  "Hessian-vector product, forward over reverse": (at) => {
    const { gradient, product } = hvp(scalarOf(at), at.inputs.map(toArray), at.directions.map(toArray));
    return Math.max(deviationOfEach(gradient, at.gradient), deviation(product, at.product));
  },
  // the rules of what vjp rules are made of are reached by no other way
  "Hessian-vector product, reverse over reverse": (at) => {
    const inputs = at.inputs.map(toArray);
    const argument = inputs.map((_, position) => position);
    const along = (...own: Value[]) => {
      const gradient: Value[] = grad(scalarOf(at), { argument })(...own);
      return gradient.map((slope, input) => sum(mul(toArray(at.directions[input]), slope))).reduce((total, part) => add(total, part));
    };
    return deviation(grad(along, { argument })(...inputs), at.product);
  },
};

function scalarOf(at: Expression): (...own: Value[]) => Value {
  return (...own) => sum(mul(toArray(at.weights), evaluate(at, own)));
}

function jacobians(at: Expression, mode: "reverse" | "forward"): Value[] {
  return at.inputs.map((_, argument) => jacobian((...own: Value[]) => evaluate(at, own), { argument, mode })(...at.inputs.map(toArray)));
}
