/** What the experiments ask of a network of images: any differentiable function with features before its logits will do. */
import type { Tree, Value } from "../autodiff/index.ts";

export interface Outputs {
  /** [n, classes]. */
  logits: Value;
  /** What the last layer reads (penultimate features), [n, width]. */
  features: Value;
}

export interface ImageNetwork {
  readonly name: string;
  /** Channels, rows, columns of an image. */
  readonly image: readonly [channels: number, rows: number, columns: number];
  readonly classes: number;
  /** Weights drawn for a seed, float32. */
  initialise(seed: number): Tree;
  /** Images [n, channels, rows, columns], pixels from 0 to 1. */
  apply(params: Tree, images: Value): Outputs;
  /** Floating-point operations of one forward pass of one image. */
  readonly operations: number;
}
