/** Trees of weights as named plain arrays, for files and threads, and back. */
import { isBranch, leafPaths, leavesOf, type Tree } from "../../autodiff/index.ts";
import { FileError } from "../../errors/index.ts";
import { elements, fromBuffer, type NdArray } from "../../ndarray/index.ts";
import { readNpz, writeNpz } from "../../npz/index.ts";
import type { PlainWeights } from "./records.ts";

/** Weights by the path of each array in its tree, such as kernel1. */
export function plainWeights(params: Tree): PlainWeights {
  const paths = leafPaths(params, "");
  return Object.fromEntries((leavesOf(params) as NdArray[]).map((leaf, i) => [paths[i].replace(/^\./, ""), { shape: [...leaf.shape], data: Float32Array.from(elements(leaf)) }]));
}

/**
 * The same weights as a tree of the form of another.
 *
 * Errors: FileError, in the name of `where`, when an array is missing or of another shape.
 */
export function weightsLike(like: Tree, weights: PlainWeights, where: string, path = ""): Tree {
  if (isBranch(like)) {
    if (Array.isArray(like)) return like.map((child, i) => weightsLike(child, weights, where, `${path}[${i}]`));
    return Object.fromEntries(Object.entries(like).map(([key, child]) => [key, weightsLike(child, weights, where, path === "" ? key : `${path}.${key}`)]));
  }
  const { shape } = like as NdArray;
  const own = weights[path];
  if (own === undefined || own.shape.join() !== shape.join()) {
    throw new FileError({ where, problem: own === undefined ? `the array "${path}" is missing.` : `the array "${path}" is [${own.shape.join(", ")}].`, expected: `the weights of this network: "${path}" of [${shape.join(", ")}].`, mend: "load them into the network they were saved from." });
  }
  return fromBuffer(Float32Array.from(own.data), own.shape);
}

export function writeWeights(path: string, weights: PlainWeights): void {
  writeNpz(path, weights);
}

/** Errors: FileError when the file is missing, damaged, cut short, or does not fit the network. */
export function readWeights(path: string, like: Tree): Tree {
  const arrays = readNpz(path);
  return weightsLike(like, Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape: [...shape], data: Float32Array.from(data as ArrayLike<number>) }])), path);
}
