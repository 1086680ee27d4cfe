/**
 * The paper's two-layer patch network on the patches of images: F_i(X) = sum over neurons r and patches p of s(<w_{i,r}, x_p>).
 *
 * Source: Li & Li, arXiv 2410.08503, abstract; docs/theory, sections 3 and 9. The weights are laid out as those of
 * theories/robust-features, and so is the function; here the patches are cut out of images first.
 */
import type { Tree, Value } from "../../autodiff/index.ts";
import { ParameterError, shapeText } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { equalLists } from "../../ndarray/index.ts";
import { matmul, reshape, smoothedRelu, type SmoothedRelu, smoothedReluSum, sum, transpose } from "../../ops/index.ts";
import { countsOf, patches, patchesOf } from "../../ops/images/index.ts";
import type { PerPlaneAxis } from "../../ops/index.ts";
import type { ImageNetwork, Outputs } from "../network-type.ts";
import { normalWeights } from "./initial-weights.ts";
import { channelsLast, checkImageShape, type ImageShape } from "./layout.ts";

export interface ImagePatchOptions {
  /** Channels, rows and columns of an image. */
  image: ImageShape;
  /** Rows and columns of a patch. */
  patch: PerPlaneAxis;
  /** From one patch to the next; default the patch, so that they tile the image. */
  stride?: PerPlaneAxis;
  /** Neurons a class. */
  neurons: number;
  classes: number;
  activation: SmoothedRelu;
  /** Standard deviation of the initial weights. */
  sigma0: number;
}

const where = "imagePatchNetwork";
const checkOptions = optionsOf(where, {
  image: { words: "[channels, rows, columns].", holds: Array.isArray }, patch: kinds.perPlaneAxis, stride: kinds.perPlaneAxis, neurons: kinds.number,
  classes: kinds.number, activation: { words: "{ q, rho }.", holds: (x) => typeof x === "object" && x !== null }, sigma0: kinds.number,
}, ["image", "patch", "neurons", "classes", "activation", "sigma0"]);

/**
 * The patch network as a pure function of parameters and images. Its parameters are one array, W [classes, neurons, d], where d
 * counts a patch's elements in the order rows, columns, channels.
 *
 * Shapes:  images [n, channels, rows, columns] -> logits [n, classes], features [n, classes neurons]: what each neuron adds up
 *          over the patches. The logits are their sums over a class's neurons, up to rounding.
 * Initial: N(0, sigma0^2), float32.
 * Errors:  ParameterError on sizes out of range; ShapeError on images of another shape, or if no patch fits.
 * Example: imagePatchNetwork({ image: [1, 28, 28], patch: 7, neurons: 5, classes: 10, activation: { q: 3, rho: 1 }, sigma0: 0.1 }).operations  // => 78400
 */
export function imagePatchNetwork(options: ImagePatchOptions): ImageNetwork {
  checkOptions(options);
  const { image, patch, neurons, classes, activation, sigma0 } = options;
  checkImageShape(where, image);
  for (const [name, value, least] of [["neurons", neurons, 1], ["classes", classes, 2]] as const) {
    if (!Number.isInteger(value) || value < least) throw new ParameterError({ where, problem: `${name} = ${value}.`, expected: `an integer >= ${least}.` });
  }
  if (!(sigma0 > 0) || !Number.isFinite(sigma0)) throw new ParameterError({ where, problem: `sigma0 = ${sigma0}.`, expected: "a finite number > 0." });
  const windows = patchesOf(patch, options.stride ?? patch, 0);
  const [channels, rows, columns] = image;
  const [down, across] = countsOf(where, [1, rows, columns, channels], windows);
  const count = down * across;
  const d = windows.size[0] * windows.size[1] * channels;
  const shape = [classes, neurons, d];
  return {
    name: `patch network of ${count} patches, ${neurons} neurons a class`, image, classes, operations: 2 * count * d * classes * neurons,
    initialise: (seed): Tree => normalWeights(seed, "W", shape, sigma0) as unknown as Tree,
    apply(params, images): Outputs {
      const W = params as unknown as Value;
      const own = W?.shape;
      if (own === undefined || !equalLists(own, shape)) throw new ParameterError({ where, problem: own === undefined ? "the parameters are no array." : `W has shape ${shapeText(own)}.`, expected: `shape ${shapeText(shape)}.` });
      const [n] = images.shape;
      const cut = reshape(patches(channelsLast(where, images, image), windows), [n * count, d]);
      const z = matmul(cut, transpose(reshape(W, [classes * neurons, d])));
      return {
        logits: smoothedReluSum(reshape(z, [n, count, classes, neurons]), activation),
        features: sum(smoothedRelu(reshape(z, [n, count, classes * neurons]), activation), { axes: 1 }),
      };
    },
  };
}
