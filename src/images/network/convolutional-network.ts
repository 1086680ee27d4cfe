/**
 * The reference network of the image experiments: two convolutions of 4 x 4 pixels with stride 2, two dense layers.
 *
 * Source: docs/theory, section 9 (ours); the shape is that of the small networks of Wong & Kolter, arXiv 1711.00851.
 */
import type { Tree, Value } from "../../autodiff/index.ts";
import { ParameterError, shapeText } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { equalLists, type NdArray } from "../../ndarray/index.ts";
import { add, matmul, reshape, sub } from "../../ops/index.ts";
import { convolution } from "../../ops/images/index.ts";
import type { ImageNetwork, Outputs } from "../network-type.ts";
import { type Activation, activationOf } from "./activation.ts";
import { heWeights, noBias } from "./initial-weights.ts";
import { channelsLast, checkImageShape, checkWidths, type ImageShape } from "./layout.ts";

export interface ConvolutionalOptions {
  /** Channels, rows and columns of an image; rows and columns are multiples of 4. */
  image: ImageShape;
  /** Filters of the first and the second convolution, and neurons of the dense layer, whose output are the features. */
  widths: readonly [filters: number, filters2: number, neurons: number];
  classes: number;
  /**
   * The grey that the network takes for nothing: subtracted from every pixel, so that the padding is of that grey; default 0. With images far from
   * it all first filters answer alike to the mean brightness, and an attacked network may stay at chance for many epochs.
   */
  centre?: number;
  /** Default "relu". */
  activation?: Activation;
}

/** Weights and bias of one layer: filters [4, 4, channels, filters], or a matrix [inputs, neurons]. */
export interface Layer<A> { weights: A; bias: A }
/** The parameters of a convolutional network: its layers by name. */
export interface ConvolutionalParams<A = NdArray> { convolution1: Layer<A>; convolution2: Layer<A>; dense1: Layer<A>; dense2: Layer<A> }

/** Widths of the experiments: MNIST, and SVHN and CIFAR-10. */
export const mnistWidths = [8, 16, 64] as const;
export const colourWidths = [16, 32, 64] as const;

const where = "convolutionalNetwork";
const checkOptions = optionsOf(where, {
  image: { words: "[channels, rows, columns].", holds: Array.isArray }, widths: { words: "[filters, filters, neurons].", holds: Array.isArray },
  classes: kinds.number, centre: kinds.number, activation: { words: `"relu" or { q, rho }.`, holds: () => true },
}, ["image", "widths", "classes"]);

/** Every filter sees 4 x 4 pixels, moves by 2, and may stick out by 1: each convolution halves rows and columns. */
const size = 4;
const geometry = { stride: 2, padding: 1 } as const;

/**
 * convolution - activation - convolution - activation - dense - activation - dense, as a pure function of parameters and images.
 *
 * Shapes:  images [n, channels, rows, columns] -> logits [n, classes], features [n, neurons] (what the last layer reads).
 * Initial: weights He, each from a stream of its own, biases 0; float32.
 * Smooth:  as the activation: everywhere with the smoothed ReLU, up to its own joints.
 * Errors:  ParameterError on an image whose rows or columns are no multiple of 4, or on sizes out of range; ShapeError on
 *          images of another shape.
 * Example: convolutionalNetwork({ image: [1, 28, 28], widths: mnistWidths, classes: 10 }).operations  // => 352512
 */
export function convolutionalNetwork(options: ConvolutionalOptions): ImageNetwork {
  checkOptions(options);
  const { image, widths, classes, centre = 0, activation = "relu" } = options;
  checkImageShape(where, image);
  checkWidths(where, "widths", widths, "filters, filters, neurons");
  const [channels, rows, columns] = image;
  if (rows % 4 !== 0 || columns % 4 !== 0) throw new ParameterError({ where, problem: `an image has ${rows} rows and ${columns} columns.`, expected: "multiples of 4, since two convolutions halve them.", mend: "pad the images." });
  if (!Number.isFinite(centre)) throw new ParameterError({ where, problem: `centre = ${centre}.`, expected: "a finite number, in the pixels' unit." });
  if (!Number.isInteger(classes) || classes < 2) throw new ParameterError({ where, problem: `classes = ${classes}.`, expected: "an integer >= 2." });
  const act = activationOf(where, activation);
  const [first, second, neurons] = widths;
  const flat = (rows / 4) * (columns / 4) * second;
  const layers = {
    convolution1: [size, size, channels, first], convolution2: [size, size, first, second], dense1: [flat, neurons], dense2: [neurons, classes],
  } as const;
  const windows = { convolution1: (rows / 2) * (columns / 2), convolution2: (rows / 4) * (columns / 4), dense1: 1, dense2: 1 };
  const names = Object.keys(layers) as (keyof typeof layers)[];

  return {
    name: `${size}x${size} convolutions of ${first} and ${second} filters, ${neurons} neurons${centre === 0 ? "" : `, pixels less ${centre}`}`, image, classes,
    operations: names.reduce((sum, name) => sum + 2 * windows[name] * layers[name].reduce((n: number, length) => n * length, 1), 0),
    initialise: (seed): Tree => Object.fromEntries(names.map((name) => [name, { weights: heWeights(seed, `${name}.weights`, layers[name]), bias: noBias(layers[name][layers[name].length - 1]) }])),
    apply(params, images): Outputs {
      const { convolution1, convolution2, dense1, dense2 } = checkedParams(params, layers);
      const laid = channelsLast(where, images, image);
      const seen = centre === 0 ? laid : sub(laid, centre);
      const one = act(add(convolution(seen, convolution1.weights, geometry), convolution1.bias));
      const two = act(add(convolution(one, convolution2.weights, geometry), convolution2.bias));
      const features = act(add(matmul(reshape(two, [images.shape[0], flat]), dense1.weights), dense1.bias));
      return { features, logits: add(matmul(features, dense2.weights), dense2.bias) };
    },
  };
}

/** Errors: ParameterError when the parameters are of another network. */
function checkedParams(params: Tree, layers: Readonly<Record<string, readonly number[]>>): ConvolutionalParams<Value> {
  for (const [name, shape] of Object.entries(layers)) {
    const layer = (params as unknown as Record<string, Layer<Value> | undefined> | undefined)?.[name];
    for (const [part, wanted] of [["weights", shape], ["bias", shape.slice(-1)]] as const) {
      const own = layer?.[part]?.shape;
      if (own === undefined || !equalLists(own, wanted)) {
        throw new ParameterError({ where, problem: `${name}.${part} ${own === undefined ? "is missing" : `has shape ${shapeText(own)}`}.`, expected: `shape ${shapeText(wanted)}.`, mend: "pass what initialise returned, or training made of it." });
      }
    }
  }
  return params as unknown as ConvolutionalParams<Value>;
}
