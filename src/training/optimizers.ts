/** Rules by which gradients become steps, as pure functions on trees of arrays: they can be compiled with the rest of a step. */
import { leavesLike, leavesOf, mapTree, type Operand, refill, type Tree, type Value, valueDtype } from "../autodiff/index.ts";
import { ParameterError, ShapeError } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { scalar, zeros } from "../ndarray/index.ts";
import { add, div, mul, sqrt, sub } from "../ops/index.ts";

/** Parameters after a step, and what the rule remembers for the next one. */
export interface Stepped<Params> {
  params: Params;
  state: Tree;
}

export interface Optimizer {
  readonly name: string;
  /** What the rule remembers before the first step: arrays of the parameters' shapes and dtypes. */
  start(params: Tree): Tree;
  /** The next parameters and memory; no argument is changed. `rate` is a number, or an array of no axes where it varies under `compile`. */
  step<Params>(params: Params, gradient: Params, state: Tree, rate: Operand): Stepped<Params>;
}

const checkSgd = optionsOf("sgd", { momentum: kinds.number, weightDecay: kinds.number });

/**
 * Stochastic gradient descent with momentum (heavy ball) and weight decay.
 *
 *   g = gradient + weightDecay w,   m <- momentum m + g,   w <- w - rate m
 *
 * Errors: ParameterError unless 0 <= momentum < 1 and weightDecay >= 0.
 * Source: textbook (Polyak 1964); the form that PyTorch's SGD has.
 */
export function sgd(options: { momentum?: number; weightDecay?: number } = {}): Optimizer {
  checkSgd(options);
  const { momentum = 0, weightDecay = 0 } = options;
  inRange("sgd", "momentum", momentum, 0, 1);
  inRange("sgd", "weightDecay", weightDecay, 0, Infinity);
  return {
    name: `sgd(momentum ${momentum})`,
    start: (params) => (momentum === 0 ? {} : { momentum: zerosLike(params) }),
    step(params, gradient, state, rate) {
      const weights = leavesOf(params) as Value[];
      const decayed = alike("sgd", gradient, params).map((g, i) => (weightDecay === 0 ? g : add(g, mul(weights[i], weightDecay))));
      const velocity = momentum === 0 ? decayed : alike("sgd", (state as { momentum: Tree }).momentum, params).map((m, i) => add(mul(m, momentum), decayed[i]));
      return {
        params: refill(params, weights.map((w, i) => sub(w, mul(velocity[i], rate)))) as typeof params,
        state: momentum === 0 ? {} : { momentum: refill(params, velocity) },
      };
    },
  };
}

const checkAdam = optionsOf("adam", { beta1: kinds.number, beta2: kinds.number, epsilon: kinds.number });

/**
 * Adam: means of the gradient and of its square, both corrected for having begun at 0.
 *
 *   m <- b1 m + (1 - b1) g,   v <- b2 v + (1 - b2) g^2,   w <- w - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
 *
 * The powers b1^t and b2^t are carried along as running products.
 * Errors: ParameterError unless 0 <= beta1, beta2 < 1 and epsilon > 0.
 * Source: Kingma & Ba, arXiv 1412.6980, algorithm 1.
 */
export function adam(options: { beta1?: number; beta2?: number; epsilon?: number } = {}): Optimizer {
  checkAdam(options);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  inRange("adam", "beta1", beta1, 0, 1);
  inRange("adam", "beta2", beta2, 0, 1);
  if (!(epsilon > 0)) throw new ParameterError({ where: "adam", problem: `epsilon = ${epsilon} is out of range.`, expected: "a number > 0." });
  return {
    name: "adam",
    start(params) {
      const leaves = leavesOf(params) as Value[];
      // the running products in the parameters' precision: float32 parameters are not to be drawn up to float64
      const dtype = leaves.length === 0 ? "float64" : valueDtype(leaves[0]);
      return { mean: zerosLike(params), square: zerosLike(params), power1: scalar(1, dtype), power2: scalar(1, dtype) };
    },
    step(params, gradient, state, rate) {
      const { mean, square, power1, power2 } = state as { mean: Tree; square: Tree; power1: Value; power2: Value };
      const weights = leavesOf(params) as Value[];
      const g = alike("adam", gradient, params);
      const m = alike("adam", mean, params).map((old, i) => add(mul(old, beta1), mul(g[i], 1 - beta1)));
      const v = alike("adam", square, params).map((old, i) => add(mul(old, beta2), mul(mul(g[i], g[i]), 1 - beta2)));
      const [next1, next2] = [mul(power1, beta1), mul(power2, beta2)];
      const [share1, share2] = [sub(1, next1), sub(1, next2)];
      const moved = weights.map((w, i) => sub(w, mul(div(div(m[i], share1), add(sqrt(div(v[i], share2)), epsilon)), rate)));
      return { params: refill(params, moved) as typeof params, state: { mean: refill(params, m), square: refill(params, v), power1: next1, power2: next2 } };
    },
  };
}

function zerosLike(params: Tree): Tree {
  return mapTree(params, (leaf) => zeros([...(leaf as Value).shape], valueDtype(leaf as Value)));
}

/** The leaves of a tree in the parameters' order. Errors: ShapeError when the trees differ. */
function alike(where: string, tree: Tree, params: Tree): Value[] {
  const leaves = leavesLike(tree, params) as Value[] | undefined;
  if (leaves === undefined) throw new ShapeError({ where, problem: "gradient or memory is no tree like the parameters.", expected: "trees of one form.", mend: "take the memory from start(params), or from the step before." });
  return leaves;
}

function inRange(where: string, name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value < high)) throw new ParameterError({ where, problem: `${name} = ${value} is out of range.`, expected: high === Infinity ? `a finite number >= ${low}.` : `a number in [${low}, ${high}).` });
}
