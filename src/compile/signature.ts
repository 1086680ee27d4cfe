/**
 * What a plan was made for: the form of the arguments, the arrays' shapes and dtypes, and the value of everything else.
 *
 * Comparing allocates nothing: it is done at every call.
 */
import { isBranch, isTraced } from "../autodiff/index.ts";
import { isNdArray, type NdArray } from "../ndarray/index.ts";

type Node =
  | { readonly kind: "array"; readonly shape: readonly number[]; readonly data: unknown }
  | { readonly kind: "typed"; readonly constructor: unknown; readonly values: ArrayLike<number> }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly Node[] }
  | { readonly kind: "record"; readonly keys: readonly string[]; readonly items: readonly Node[] };

/** Integer arrays (labels, indices) count as values: what a function makes of them is part of its plan. */
function isTyped(x: unknown): x is ArrayLike<number> & { slice(): ArrayLike<number> } {
  return ArrayBuffer.isView(x) && !(x instanceof DataView);
}

function nodeOf(x: unknown): Node {
  if (isNdArray(x)) return { kind: "array", shape: [...x.shape], data: x.data.constructor };
  if (isTyped(x)) return { kind: "typed", constructor: x.constructor, values: x.slice() };
  if (!isBranch(x)) return { kind: "value", value: x };
  if (Array.isArray(x)) return { kind: "list", items: x.map(nodeOf) };
  return { kind: "record", keys: Object.keys(x), items: Object.values(x).map(nodeOf) };
}

function fits(node: Node, x: unknown): boolean {
  switch (node.kind) {
    case "array":
      return isNdArray(x) && x.data.constructor === node.data && sameNumbers(x.shape, node.shape);
    case "typed":
      return isTyped(x) && x.constructor === node.constructor && sameNumbers(x, node.values); // bit for bit, but for the payload of a NaN
    case "value":
      return Object.is(x, node.value);
    case "list":
      if (!Array.isArray(x) || x.length !== node.items.length) return false;
      for (let i = 0; i < node.items.length; i++) if (!fits(node.items[i], x[i])) return false;
      return true;
    case "record": {
      if (!isBranch(x) || Array.isArray(x)) return false;
      let at = 0;
      for (const key in x) {
        if (key !== node.keys[at] || !fits(node.items[at], x[key])) return false;
        at++;
      }
      return at === node.keys.length;
    }
  }
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Puts the target's arrays into a list in the order of the result's leaves; -1 where it is no tree like the result. */
export function collectLike(result: unknown, target: unknown, into: NdArray[], at = 0): number {
  if (!isBranch(result)) {
    if (!isNdArray(target)) return -1;
    into[at] = target;
    return at + 1;
  }
  if (!isBranch(target) || Array.isArray(target) !== Array.isArray(result)) return -1;
  let next = at;
  if (Array.isArray(result)) {
    if (result.length !== (target as unknown[]).length) return -1;
    for (let i = 0; i < result.length && next >= 0; i++) next = collectLike(result[i], (target as unknown[])[i], into, next);
    return next;
  }
  for (const key in target) if (!(key in result) && (target as Record<string, unknown>)[key] !== undefined) return -1;
  for (const key in result) {
    next = collectLike(result[key], (target as Record<string, unknown>)[key], into, next);
    if (next < 0) return -1;
  }
  return next;
}

export class Signature {
  private readonly root: Node;
  constructor(args: readonly unknown[]) {
    this.root = nodeOf(args);
  }
  matches(args: readonly unknown[]): boolean {
    return fits(this.root, args);
  }
}

/** Puts the arguments' arrays into a list, in the order of leaves; returns how many there are. */
export function collectArrays(x: unknown, into: NdArray[], at = 0): number {
  if (isNdArray(x)) {
    into[at] = x;
    return at + 1;
  }
  if (!isBranch(x)) return at;
  let next = at;
  if (Array.isArray(x)) for (let i = 0; i < x.length; i++) next = collectArrays(x[i], into, next);
  else for (const key in x) next = collectArrays(x[key], into, next);
  return next;
}

/** Why no plan can stand for a call with such arguments; undefined where one can. */
export function whyPlain(x: unknown): string | undefined {
  if (isTraced(x)) return "another transformation watches the arguments.";
  if (isNdArray(x)) return undefined;
  if (!isBranch(x)) return typeof x === "object" && x !== null && !isTyped(x) ? "an argument is an object that may change without being another: neither an array nor a plain list or record." : undefined;
  if (Array.isArray(x)) {
    for (let i = 0; i < x.length; i++) {
      const why = whyPlain(x[i]);
      if (why !== undefined) return why;
    }
    return undefined;
  }
  for (const key in x) {
    const why = whyPlain(x[key]);
    if (why !== undefined) return why;
  }
  return undefined;
}
