/** Trees: nested lists and records whose leaves are arrays (or numbers), as arguments and results of transformations. */
import { isNdArray } from "../ndarray/index.ts";
import { isTraced } from "./value.ts";

export type Tree = unknown;

/** Whether a tree goes on here: a list or a plain record. */
export function isBranch(x: unknown): x is Record<string, unknown> | unknown[] {
  if (typeof x !== "object" || x === null || isNdArray(x) || isTraced(x)) return false;
  if (Array.isArray(x)) return true;
  const prototype = Object.getPrototypeOf(x) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** The same tree with every leaf replaced. */
export function mapTree(tree: Tree, onLeaf: (leaf: unknown) => unknown): Tree {
  if (!isBranch(tree)) return onLeaf(tree);
  if (Array.isArray(tree)) return tree.map((child) => mapTree(child, onLeaf));
  const mapped: Record<string, unknown> = {};
  for (const key of Object.keys(tree)) {
    const value = mapTree(tree[key], onLeaf);
    if (key === "__proto__") Object.defineProperty(mapped, key, { value, enumerable: true, configurable: true, writable: true });
    else mapped[key] = value;
  }
  return mapped;
}

/** The leaves, depth first, in order of lists and of record keys. */
export function leavesOf(tree: Tree): unknown[] {
  const leaves: unknown[] = [];
  collect(tree, leaves);
  return leaves;
}

function collect(tree: Tree, leaves: unknown[]): void {
  if (!isBranch(tree)) leaves.push(tree);
  else (Array.isArray(tree) ? tree : Object.values(tree)).forEach((child) => collect(child, leaves)); // which leaves out holes, as map does
}

/** The leaves of a tree in the order of another of the same form, keys told by name; undefined where the forms differ. */
export function leavesLike(tree: Tree, like: Tree): unknown[] | undefined {
  if (!isBranch(like)) return isBranch(tree) ? undefined : [tree];
  if (!isBranch(tree) || Array.isArray(tree) !== Array.isArray(like) || Object.keys(tree).length !== Object.keys(like).length) return undefined;
  const own = new Map(Object.entries(tree));
  const parts = Object.entries(like).map(([key, child]) => (own.has(key) ? leavesLike(own.get(key), child) : undefined));
  return parts.includes(undefined) ? undefined : parts.flat();
}

/** The tree with its leaves taken in order from a list. */
export function refill(tree: Tree, leaves: readonly unknown[]): Tree {
  if (!isBranch(tree)) return leaves[0];
  let at = 0;
  return mapTree(tree, () => leaves[at++]);
}

/** Where a leaf stands, for messages: args[0].weights[2]. */
export function leafPaths(tree: Tree, root: string): string[] {
  if (!isBranch(tree)) return [root];
  if (Array.isArray(tree)) return tree.flatMap((child, index) => leafPaths(child, `${root}[${index}]`));
  return Object.entries(tree).flatMap(([key, child]) => leafPaths(child, `${root}.${key}`));
}
