/** The network of the experiments: two strided convolutions and two dense layers. */
import type { Tree, Value } from "../../autodiff/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { fromBuffer, type NdArray, zeros } from "../../ndarray/index.ts";
import { add, conv2d, matmul, relu, reshape } from "../../ops/index.ts";
import { stream } from "../../random/index.ts";
import type { ImageNetwork } from "../network-type.ts";

export interface SmallCnn {
  image: readonly [channels: number, rows: number, columns: number];
  classes: number;
  /** Channels after either convolution, and width of the dense layer whose outputs are the features. */
  widths: readonly [first: number, second: number, dense: number];
}

interface Params {
  kernel1: Value;
  bias1: Value;
  kernel2: Value;
  bias2: Value;
  dense: Value;
  denseBias: Value;
  last: Value;
  lastBias: Value;
}

/**
 * conv 4x4 stride 2, relu, conv 4x4 stride 2, relu, dense, relu (the features), dense (the logits); padding 1.
 *
 * Weights: N(0, 2 / inputs of the unit), biases 0, float32; the last layer N(0, 1 / inputs).
 * Errors:  ParameterError unless rows and columns are multiples of 4.
 * Source:  He et al., arXiv 1502.01852, for the scale of the weights.
 */
export function smallCnn({ image, classes, widths }: SmallCnn): ImageNetwork {
  const [channels, rows, columns] = image;
  if (rows % 4 !== 0 || columns % 4 !== 0) throw new ParameterError({ where: "smallCnn", problem: `images of ${rows} by ${columns} pixels.`, expected: "multiples of 4: each convolution halves them." });
  const [first, second, dense] = widths;
  const flat = (second * rows * columns) / 16;
  return {
    name: `cnn ${widths.join("-")}`, image, classes,
    operations: 2 * (16 * channels * first * (rows * columns) / 4 + 16 * first * second * (rows * columns) / 16 + flat * dense + dense * classes),
    initialise(seed) {
      const random = stream(seed, "initial weights");
      const drawn = (shape: number[], inputs: number, gain: number): NdArray => {
        const size = shape.reduce((a, b) => a * b, 1);
        return fromBuffer(Float32Array.from(random.fillNormal(new Float64Array(size), Math.sqrt(gain / inputs))), shape);
      };
      return {
        kernel1: drawn([first, channels, 4, 4], 16 * channels, 2), bias1: zeros([first, 1, 1], "float32"),
        kernel2: drawn([second, first, 4, 4], 16 * first, 2), bias2: zeros([second, 1, 1], "float32"),
        dense: drawn([flat, dense], flat, 2), denseBias: zeros([dense], "float32"),
        last: drawn([dense, classes], dense, 1), lastBias: zeros([classes], "float32"),
      } satisfies Params;
    },
    apply(params, images) {
      const { kernel1, bias1, kernel2, bias2, dense: middle, denseBias, last, lastBias } = params as Tree as Params;
      const a = relu(add(conv2d(images, kernel1, { stride: 2, padding: 1 }), bias1));
      const b = relu(add(conv2d(a, kernel2, { stride: 2, padding: 1 }), bias2));
      const features = relu(add(matmul(reshape(b, [images.shape[0], flat]), middle), denseBias));
      return { features, logits: add(matmul(features, last), lastBias) };
    },
  };
}
