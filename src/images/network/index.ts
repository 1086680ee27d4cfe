export { averagePool, convolution, maxPool, patches, type PoolOptions } from "../../ops/images/index.ts";
export type { Activation } from "./activation.ts";
export { colourWidths, convolutionalNetwork, type ConvolutionalOptions, type ConvolutionalParams, type Layer, mnistWidths } from "./convolutional-network.ts";
export { imagePatchNetwork, type ImagePatchOptions } from "./patch-network.ts";
export type { ImageShape } from "./layout.ts";
