import { leavesOf } from "../../src/autodiff/index.ts";
import { elements, type NdArray } from "../../src/ndarray/index.ts";
import { cleanRight, type ImageNetwork, type ImageSet, modelOf, share } from "lemmagrad/images";

/** All weights of a tree, one behind the other. */
export function flat(params: unknown): number[] {
  return (leavesOf(params) as NdArray[]).flatMap((leaf) => [...elements(leaf)]);
}

export function accuracyOf(network: ImageNetwork, params: unknown, images: ImageSet): number {
  return share(cleanRight({ model: modelOf(network, params), images }));
}
