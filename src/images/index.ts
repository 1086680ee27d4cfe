/** lemmagrad/images: networks of images, attacks on them, and the paper's experiment on real images. */
export * from "./attacks/index.ts";
export * from "./experiment/index.ts";
export * from "./feature-sets/index.ts";
export { batchOf, checkDisjoint, checkImages, countOf, firstImages, type ImageSet, labelsOf, pixelsOf } from "./image-set.ts";
export { answers, type FeatureGradient, isRight, type LossGradient, type Model, modelOf } from "./model.ts";
export type { ImageNetwork, Outputs } from "./network-type.ts";
export * from "./training/index.ts";
export * from "./readers/index.ts";
export * from "./fetch/index.ts";
export * from "./network/index.ts";
export * from "./pictures/index.ts";
