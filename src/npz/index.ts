export { formatNpy, parseNpy, writableDtypes, type NpyArray, type WritableArray } from "./npy.ts";
export { formatNpz, parseNpz, readNpz, writeNpz } from "./npz.ts";
