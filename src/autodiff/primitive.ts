/**
 * One record per primitive: its shape rule, its forward loop, both derivatives, its kinks, domain, maths and source.
 *
 * Derivatives are given argument by argument and written with ops, so they can be differentiated again. Rules never undo
 * broadcasting: a vjp rule may return a cotangent of the OUTPUT's shape and the backward walk sums it down to its
 * operand's; a jvp rule may return a tangent of the operand's shape and the forward walk spreads it.
 */
import { DerivativeError, DomainError, InternalError, ParameterError, shapeText } from "../errors/index.ts";
import { shown } from "../errors/options.ts";
import type { Dtype, FloatArray, NdArray } from "../ndarray/index.ts";
import type { Kernels } from "../kernels/index.ts";
import { isValue, type Value } from "./value.ts";

/** What a rule may look at: the primitive's arguments, its result and its parameters. */
export interface Application<P> {
  readonly args: readonly Value[];
  readonly out: Value;
  readonly params: P;
  /** Which argument the rule is asked for: a variadic primitive has one rule for all. */
  readonly position: number;
}

/** Pulls the output's cotangent back to one argument. */
export type VjpRule<P> = (ct: Value, at: Application<P>) => Value;
/** Pushes one argument's tangent forward to the output; the walk adds the arguments' contributions. */
export type JvpRule<P> = (tangent: Value, at: Application<P>) => Value;

/** Says in words why a rule is missing. */
export interface Absence {
  readonly absent: "zeroTangent" | "nonDifferentiable" | "notDerivedYet";
  readonly why: string;
}

/** The output does not vary with this argument (where it is differentiable at all): contributes nothing. */
export function zeroTangent(why: string): Absence {
  return { absent: "zeroTangent", why };
}
/** An index, a label or a discrete choice: asking for this derivative is a mistake. */
export function nonDifferentiable(why: string): Absence {
  return { absent: "nonDifferentiable", why };
}
/** Ours to do; `issue` says where it is tracked. Throws when reached. */
export function notDerivedYet(issue: string): Absence {
  return { absent: "notDerivedYet", why: issue };
}

/** Where a function is not smooth along its first argument. */
export interface Kink {
  /** The value of the argument. */
  readonly at: number;
  /** The lowest derivative that jumps there: 0 a jump of the value, 1 of the slope, 2 of the curvature. */
  readonly order: number;
  /** What we return there for the slope. */
  readonly slope?: number;
}

/** Values a test may draw for an argument: an interval, kept away from the kinks by the generator. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * How vmap applies a primitive to operands that carry one more, leading axis:
 *
 *   "aligned"   the operands broadcast against each other from the last axis, as in add or matmul: an operand of lower
 *               rank gets axes of length 1 behind its new axis, and one that does not carry the new axis stays as it is;
 *   a function  gets operands that all carry the new axis, and applies the primitive with its axes moved up by one.
 */
export type Batching<P> = "aligned" | ((args: readonly Value[], params: P) => Value);

/** A worked use for the laws to test: argument shapes (broadcastable names resolved by the generator) and parameters. */
export interface LawCase<P> {
  readonly shapes: readonly (readonly number[])[];
  readonly params: P;
  /** Makes a drawn array admissible (a triangle, positive definite, distinct), smoothly and in its dtype; undefined: any array is. */
  readonly arrange?: readonly (((x: NdArray) => NdArray) | undefined)[];
}

export interface ForwardContext {
  readonly kernels: Kernels;
  /** A result buffer with unspecified content. */
  allocate(dtype: Dtype, size: number): FloatArray;
  /** The elements of a view in row-major order, copied only when it is not contiguous. */
  elements(x: NdArray): FloatArray;
  /** The same, of `x` broadcast to a shape. */
  spread(x: NdArray, shape: readonly number[]): FloatArray;
  /** The value of an array of one element, where it is known already: under `compile`, of constants only. */
  known(x: NdArray): number | undefined;
}

export interface Primitive<P = unknown> {
  readonly name: string;
  /** LaTeX of what it computes. */
  readonly maths: string;
  /** LaTeX of the derivative rules, for readers: `\\mathrm{ct}_a = ...`, one an argument, where `\\mathrm{ct}` is the result's cotangent. */
  readonly rules?: { readonly vjp: readonly string[] };
  readonly source: string;
  /** Checks arguments and parameters, and gives the output's shape. Throws ShapeError or ParameterError. */
  shape(shapes: readonly (readonly number[])[], params: P): number[];
  /** Computes the output; `shape` is what the shape rule gave. Never changes its arguments; may return a view of one. */
  forward(args: readonly NdArray[], params: P, shape: readonly number[], context: ForwardContext): NdArray;
  /** The dtype of the output, where it is not that of the arguments. */
  dtype?(params: P): Dtype;
  /** One rule an argument. */
  readonly vjp: readonly (VjpRule<P> | Absence)[];
  readonly jvp: readonly (JvpRule<P> | Absence)[];
  /** Takes any number of arguments, all under the first rule and the first domain. */
  readonly variadic?: boolean;
  readonly kinks?: (params: P) => readonly Kink[];
  /**
   * How far the arguments are from the nearest point where the function is not smooth (Infinity if nowhere). Needed only
   * where that is no matter of the first argument's own elements meeting `kinks`: ties of a maximum, zero rows of a norm.
   */
  readonly clearance?: (args: readonly NdArray[], params: P) => number;
  /** What vmap does; without it, vmap goes over the slices one by one. */
  readonly batch?: Batching<P>;
  /** Where each argument may be drawn from in tests. */
  readonly domain: readonly Interval[];
  /** Uses that the laws run through: at least one with a size-0 or size-1 axis where that is allowed. */
  readonly cases: readonly LawCase<P>[];
  /** The output depends linearly on all arguments together, or on each with the others held: says which second derivatives vanish. */
  readonly linear?: boolean;
}

const registry = new Map<string, Primitive<never>>();

/** Adds a primitive to the registry, which is enough to have its laws tested. Errors: ParameterError on a name taken. */
export function definePrimitive<P>(primitive: Primitive<P>): Primitive<P> {
  if (registry.has(primitive.name)) {
    throw new ParameterError({ where: "definePrimitive", problem: `"${primitive.name}" is registered already.`, mend: "choose another name." });
  }
  if (primitive.vjp.length !== primitive.jvp.length || primitive.vjp.length !== primitive.domain.length) {
    throw new ParameterError({ where: "definePrimitive", problem: `${primitive.name} gives ${primitive.vjp.length} vjp rules, ${primitive.jvp.length} jvp rules and ${primitive.domain.length} domains.`, expected: "one of each an argument." });
  }
  registry.set(primitive.name, primitive as unknown as Primitive<never>);
  return primitive;
}

/** Looks a primitive up by name. */
export function registered<P>(name: string): Primitive<P> {
  const primitive = registry.get(name);
  if (primitive === undefined) throw new InternalError({ where: "registry", problem: `no primitive "${name}" is registered.`, mend: "import the ops (src/ops/index.ts) before differentiating." });
  return primitive as unknown as Primitive<P>;
}

/** Every registered primitive, in order of registration. */
export function allPrimitives(): Primitive<never>[] {
  return [...registry.values()];
}

/**
 * What the rule of argument `at.position` makes of a cotangent or a tangent, or undefined where the argument contributes nothing.
 *
 * Errors: DerivativeError where the rule is missing for another reason; a DomainError from inside it comes in the name of the op
 *         that was differentiated.
 */
export function applyRule<P>(primitive: Primitive<P>, mode: "vjp" | "jvp", given: Value, at: Application<P>): Value | undefined {
  const rule = primitive[mode][primitive.variadic ? 0 : at.position];
  if (typeof rule === "function") {
    try {
      const part = rule(given, at) as unknown;
      if (isValue(part)) return part;
      throw new DerivativeError({ where: primitive.name, problem: `the ${mode} rule for argument ${at.position} returned ${shown(part)}.`, expected: "an array.", mend: "return the rule's result; where an argument contributes nothing, give zeroTangent(why) in the rule's place." });
    } catch (error) {
      throw error instanceof DomainError ? inNameOf(primitive, mode, at, error) : error;
    }
  }
  if (rule.absent === "zeroTangent") return undefined;
  const word = rule.absent === "nonDifferentiable" ? "is not differentiable in" : "has no rule yet for";
  const mend = `differentiate with respect to something else, or pass it through stopGradient. The argument has shape ${shapeText(at.args[at.position].shape)}.`;
  throw new DerivativeError({ where: primitive.name, problem: `${mode} ${word} argument ${at.position}: ${rule.why}.`, mend });
}

function inNameOf<P>({ name }: Primitive<P>, mode: "vjp" | "jvp", { args, position }: Application<P>, error: DomainError): DomainError {
  const way = `${mode === "vjp" ? "on the way back" : "beside the value"}, in the ${mode} rule for argument ${position}, of shape ${shapeText(args[position].shape)}`;
  return new DomainError({ ...error.parts, where: name, problem: `${way}: ${error.parts.where}: ${error.parts.problem}` }, { cause: error });
}
