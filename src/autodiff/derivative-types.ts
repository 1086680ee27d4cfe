/** The types of what transformations return: arrays in the arguments' form. */
import type { NdArray } from "../ndarray/index.ts";
import type { Operand } from "./value.ts";

/**
 * A function's result as transformations return it: every leaf an array. Inside a further transformation it may be a traced
 * value all the same, which ops take alike; only there must nobody read `.data`.
 */
export type Outcome<R> = R extends Operand ? NdArray : R extends object ? { -readonly [K in keyof R]: Outcome<R[K]> } : R;

/** A tree like T; called with plain arrays, a transformation gives plain arrays, called with traced values it gives values. */
export type Like<T> = T extends number ? NdArray : T extends Operand ? T : T extends object ? { -readonly [K in keyof T]: Like<T[K]> } : T;

/** What grad returns: a tree like the chosen argument, or a list of them. */
export type GradientOf<B extends readonly unknown[], O> = O extends { argument: infer P }
  ? P extends readonly number[] ? { -readonly [I in keyof P]: Like<B[P[I] & number]> } : P extends number ? Like<B[P]> : never
  : Like<B[0]>;

/** What a function that returns [loss, aux] gives beside its gradient; unchecked where its type is no pair. */
export type AuxOf<R> = R extends readonly [unknown, infer X] ? Aux<X> : never;
type Aux<X> = X extends number ? X : X extends Operand ? NdArray : X extends object ? { -readonly [K in keyof X]: Aux<X[K]> } : X;

/** The chosen argument of jacobian and hessian. */
type Chosen<B extends readonly unknown[], O> = O extends { argument: infer P extends number } ? B[P] : B[0];

/** For every leaf of R a tree like T. */
type Blocks<R, T> = R extends number | Operand ? Like<T> : R extends object ? { -readonly [K in keyof R]: Blocks<R[K], T> } : Like<T>;
export type JacobianOf<R, B extends readonly unknown[], O> = Blocks<R, Chosen<B, O>>;
export type HessianOf<B extends readonly unknown[], O> = Blocks<Chosen<B, O>, Chosen<B, O>>;
