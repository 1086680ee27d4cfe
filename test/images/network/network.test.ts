/** The networks of images: shapes, initial weights, gradients, and compiled steps with the bits of plain ones. */
import { describe, expect, it } from "vitest";
import { add, array, checkGrads, clip, compile, conv2d, grad, logSoftmax, maximum, mean, minimum, mul, type NdArray, neg, oneHot, reshape, selectBackend, sign, sub, sum, transpose, type Tree, type Value, valueAndGrad, zeros } from "lemmagrad";
import { colourWidths, convolutionalNetwork, type ConvolutionalParams, type ImageNetwork, imagePatchNetwork, mnistWidths } from "lemmagrad/images";
import { patchNetwork } from "lemmagrad/robust-features";
import { leavesOf, mapTree } from "../../../src/autodiff/index.ts";
import { stream } from "../../../src/random/index.ts";
import { expectSame, numbers, onEachBackend } from "../../support/arrays.ts";

const small = convolutionalNetwork({ image: [1, 8, 8], widths: [3, 4, 5], classes: 3 });
const colour = convolutionalNetwork({ image: [3, 8, 12], widths: [4, 5, 6], classes: 4, activation: { q: 3, rho: 0.5 } });
const patchwise = imagePatchNetwork({ image: [2, 6, 9], patch: 3, neurons: 2, classes: 3, activation: { q: 3, rho: 0.5 }, sigma0: 0.3 });

function imagesFor({ image }: ImageNetwork, n: number, seed: number, dtype: "float64" | "float32" = "float32"): NdArray {
  const drawn = stream(seed, "images");
  return array(Array.from({ length: n * image[0] * image[1] * image[2] }, () => drawn.uniform()), [n, ...image], dtype);
}
const targetsFor = ({ classes }: ImageNetwork, n: number) => oneHot(Int32Array.from({ length: n }, (_, i) => (i * 7) % classes), classes, "float32");
const loss = (network: ImageNetwork) => (params: Tree, images: Value, targets: Value) => neg(mean(sum(mul(targets, logSoftmax(network.apply(params, images).logits)), { axes: 1 })));

/** A step of adversarial training: some steps of projected ascent in the images, then one of descent in the weights. */
const adversarial = (network: ImageNetwork, attackSteps: number) => (params: Tree, images: Value, targets: Value) => {
  const own = loss(network);
  let at = images;
  for (let i = 0; i < attackSteps; i++) {
    const up = grad((x: Value) => own(params, x, targets))(at as NdArray) as Value;
    at = clip(minimum(maximum(add(at, mul(sign(up), 0.1)), sub(images, 0.2)), add(images, 0.2)), { low: 0, high: 1 });
  }
  const { value, gradient } = valueAndGrad((p: Tree) => own(p, at, targets))(params as never);
  const gradients = leavesOf(gradient as Tree) as Value[];
  let leaf = 0;
  return { params: mapTree(params, (w) => sub(w as Value, mul(gradients[leaf++], 0.05))), loss: value, attacked: at };
};

describe("the convolutional network", () => {
  it("gives logits and penultimate features, and counts its operations", () => {
    const mnist = convolutionalNetwork({ image: [1, 28, 28], widths: mnistWidths, classes: 10 });
    expect(mnist.operations).toBe(2 * (14 * 14 * 16 * 8 + 7 * 7 * 128 * 16 + 784 * 64 + 640));
    const { logits, features } = mnist.apply(mnist.initialise(1), imagesFor(mnist, 3, 1));
    expect([logits.shape, features.shape]).toEqual([[3, 10], [3, 64]]);
    expect(convolutionalNetwork({ image: [3, 32, 32], widths: colourWidths, classes: 10 }).operations).toBe(2 * (256 * 48 * 16 + 64 * 256 * 32 + 2048 * 64 + 640));
  });
  it("with a centre is the network without one, of images less that grey", () => {
    const options = { image: [1, 8, 8], widths: [2, 3, 4], classes: 3 } as const;
    const [plain, centred] = [convolutionalNetwork(options), convolutionalNetwork({ ...options, centre: 0.25 })];
    const [params, images] = [plain.initialise(3), imagesFor(plain, 2, 5)];
    expect(numbers(centred.apply(params, images).logits as NdArray)).toEqual(numbers(plain.apply(params, sub(images, 0.25)).logits as NdArray));
    expect(numbers(centred.apply(params, images).logits as NdArray)).not.toEqual(numbers(plain.apply(params, images).logits as NdArray));
    expect(() => convolutionalNetwork({ ...options, centre: NaN })).toThrow("centre = NaN");
  });
  it("is what conv2d, relu and products say, layer by layer", () => {
    const params = colour.initialise(3) as unknown as ConvolutionalParams;
    const images = imagesFor(colour, 2, 5);
    const bend = (z: number) => (z <= 0 ? 0 : z < 0.5 ? z ** 3 / (3 * 0.25) : z - (1 - 1 / 3) * 0.5);
    const bent = (x: NdArray) => array(numbers(x).map(bend), [...x.shape]);
    const wide = (x: NdArray) => array(numbers(x), [...x.shape]);
    const filters = (w: NdArray) => transpose(wide(w), [3, 2, 0, 1]);
    const column = (b: NdArray) => reshape(add(wide(b), 0), [1, b.shape[0], 1, 1]);
    const one = bent(add(conv2d(wide(images), filters(params.convolution1.weights), { stride: 2, padding: 1 }), column(params.convolution1.bias)) as NdArray);
    const two = bent(add(conv2d(one, filters(params.convolution2.weights), { stride: 2, padding: 1 }), column(params.convolution2.bias)) as NdArray);
    const flat = numbers(transpose(two, [0, 2, 3, 1]) as NdArray);
    const dense = (x: readonly number[], w: NdArray) => Array.from({ length: 2 * w.shape[1] }, (_, at) => {
      const [n, j] = [Math.floor(at / w.shape[1]), at % w.shape[1]];
      let total = 0;
      for (let i = 0; i < w.shape[0]; i++) total += x[n * w.shape[0] + i] * w.get(i, j);
      return total;
    });
    const features = dense(flat, params.dense1.weights).map(bend);
    const { logits, features: own } = colour.apply(params as unknown as Tree, images);
    numbers(own).forEach((value, at) => expect(Math.abs(value - features[at])).toBeLessThan(2 ** -24 * 200));
    dense(features, params.dense2.weights).forEach((value, at) => expect(Math.abs(value - numbers(logits)[at])).toBeLessThan(2 ** -24 * 300));
  });
  it("draws every parameter from a stream of its own, with the variance of He", () => {
    const mnist = convolutionalNetwork({ image: [1, 28, 28], widths: mnistWidths, classes: 10 });
    const params = mnist.initialise(7) as unknown as ConvolutionalParams;
    const drawn = stream(7, "initial weights of dense1.weights").fillNormal(new Float64Array(784 * 64), Math.sqrt(2 / 784));
    expectSame(params.dense1.weights, array(Float32Array.from(drawn), [784, 64]));
    // 50,176 normals: their mean square has a relative standard deviation of sqrt(2 / 50,176) = 0.6 %
    expect(Math.abs(numbers(params.dense1.weights).reduce((sum2, w) => sum2 + w * w, 0) / (784 * 64) / (2 / 784) - 1)).toBeLessThan(0.03);
    for (const layer of Object.values(params)) expect(numbers(layer.bias).every((b: number) => b === 0)).toBe(true);
    // other widths elsewhere change nothing here
    const other = convolutionalNetwork({ image: [1, 28, 28], widths: [8, 16, 32], classes: 10 }).initialise(7) as unknown as ConvolutionalParams;
    expectSame(other.convolution2.weights, params.convolution2.weights);
    expect(numbers((mnist.initialise(8) as unknown as ConvolutionalParams).dense2.weights)).not.toEqual(numbers(params.dense2.weights));
  });
  it.each([["relu", small], ["smoothed ReLU, three channels", colour]] as const)("has gradients in weights and images that differences confirm, with their order (%s)", (_name, network) => {
    const params = mapTree(network.initialise(2), (w) => array(numbers(w as NdArray).map((value, at) => value + 0.01 * ((at % 5) - 2)), [...(w as NdArray).shape]));
    const images = imagesFor(network, 2, 3, "float64");
    const targets = array(numbers(targetsFor(network, 2)), [2, network.classes]);
    checkGrads(((p: Tree, x: Value) => loss(network)(p, x, targets)) as never, [params, images] as never, { directions: 3 });
  });
  it("refuses what it is not made for", () => {
    expect(() => convolutionalNetwork({ image: [1, 28, 30], widths: mnistWidths, classes: 10 })).toThrow("convolutionalNetwork: an image has 28 rows and 30 columns.\n  Expected multiples of 4, since two convolutions halve them.\n  Mend: pad the images.");
    expect(() => convolutionalNetwork({ image: [1, 28] as never, widths: mnistWidths, classes: 10 })).toThrow("convolutionalNetwork: the image is [1, 28].\n  Expected [channels, rows, columns], integers >= 1.");
    expect(() => convolutionalNetwork({ image: [1, 8, 8], widths: [1, 2] as never, classes: 10 })).toThrow("convolutionalNetwork: widths are [1, 2].\n  Expected [filters, filters, neurons], integers >= 1.");
    expect(() => convolutionalNetwork({ image: [1, 8, 8], widths: [1, 2, 3], classes: 1 })).toThrow("convolutionalNetwork: classes = 1.\n  Expected an integer >= 2.");
    expect(() => convolutionalNetwork({ image: [1, 8, 8], widths: [1, 2, 3], classes: 2, activation: "tanh" as never })).toThrow(`convolutionalNetwork: the activation is "tanh".\n  Expected "relu", or { q, rho } for the smoothed ReLU.`);
    expect(() => convolutionalNetwork({ image: [1, 8, 8], widths: [1, 2, 3], clases: 2 } as never)).toThrow('convolutionalNetwork: there is no option "clases".');
    expect(() => small.apply(small.initialise(1), zeros([2, 1, 8, 9], "float32"))).toThrow("convolutionalNetwork: the images have shape [2, 1, 8, 9].\n  Expected [n, 1, 8, 8]: images of 1 channels, 8 rows and 8 columns.");
    expect(() => small.apply(colour.initialise(1), imagesFor(small, 1, 1))).toThrow("convolutionalNetwork: convolution1.weights has shape [4, 4, 3, 4].\n  Expected shape [4, 4, 1, 3].\n  Mend: pass what initialise returned, or training made of it.");
    expect(() => small.apply({} as never, imagesFor(small, 1, 1))).toThrow("convolutionalNetwork: convolution1.weights is missing.");
  });
});

describe("the patch network on images", () => {
  it("is the paper's network on the patches, cut out by hand", () => onEachBackend(() => {
    const W = patchwise.initialise(4) as unknown as NdArray;
    const images = imagesFor(patchwise, 2, 6);
    const X = array(Array.from({ length: 2 * 6 * 18 }, (_, at) => {
      const [n, p, k, l, c] = [Math.floor(at / 108), Math.floor(at / 18) % 6, Math.floor(at / 6) % 3, Math.floor(at / 2) % 3, at % 2];
      return images.get(n, c, 3 * Math.floor(p / 3) + k, 3 * (p % 3) + l);
    }), [2, 6, 18], "float32");
    const { logits, features } = patchwise.apply(W as unknown as Tree, images);
    expectSame(logits, patchNetwork({ q: 3, rho: 0.5 })(W, X));
    expect(features.shape).toEqual([2, 6]);
    const sums = numbers(sum(reshape(features, [2, 3, 2]), { axes: 2 }) as NdArray);
    sums.forEach((value, at) => expect(Math.abs(value - numbers(logits)[at])).toBeLessThan(2 ** -24 * 12 * (1 + Math.abs(value)) * 2));
  }));
  it("has gradients in weights and images that differences confirm", () => {
    const W = array(numbers(patchwise.initialise(2) as unknown as NdArray), [3, 2, 18]);
    checkGrads(((w: Value, x: Value) => loss(patchwise)(w as unknown as Tree, x, array([[1, 0, 0], [0, 0, 1]]))) as never, [W, imagesFor(patchwise, 2, 3, "float64")], { directions: 3 });
  });
  it("refuses what it is not made for", () => {
    const options = { image: [1, 8, 8], patch: 4, neurons: 2, classes: 2, activation: { q: 3, rho: 1 }, sigma0: 0.1 } as const;
    expect(() => imagePatchNetwork({ ...options, patch: 9 })).toThrow("imagePatchNetwork: a window spans 9 x 9 elements, the plane has 8 x 8.");
    expect(() => imagePatchNetwork({ ...options, neurons: 0 })).toThrow("imagePatchNetwork: neurons = 0.\n  Expected an integer >= 1.");
    expect(() => imagePatchNetwork({ ...options, sigma0: 0 })).toThrow("imagePatchNetwork: sigma0 = 0.\n  Expected a finite number > 0.");
    expect(() => imagePatchNetwork(options).apply(zeros([2, 2, 9], "float32") as never, zeros([1, 1, 8, 8], "float32"))).toThrow("imagePatchNetwork: W has shape [2, 2, 9].\n  Expected shape [2, 2, 16].");
  });
});

describe("compiled", () => {
  const networks = [["convolutional", small, 9], ["smoothed, three channels", colour, 5], ["patches", patchwise, 7]] as const;
  it.each(networks)("%s: adversarial training has the bits of the tape and of the reference backend, step after step", (_name, network, n) => {
    const step = adversarial(network, 2);
    const [images, targets] = [imagesFor(network, n, 1), targetsFor(network, n)];
    const run = (f: typeof step) => {
      let last = f(network.initialise(1), images, targets);
      for (let t = 1; t < 3; t++) last = f(last.params, images, targets);
      return leavesOf(last as unknown as Tree) as NdArray[];
    };
    const fast = compile(step);
    const compiled = run(fast as never);
    const threaded = run(compile(step, { threads: 2 }) as never);
    const plain = run(step);
    selectBackend("reference");
    const reference = run(step);
    selectBackend("wasm");
    compiled.forEach((x, at) => [threaded, plain, reference].forEach((other) => expectSame(other[at], x)));
    expect(fast.plan(network.initialise(1), images, targets).plainBecause).toBe("");
  });
  it("the whole step, attack and all, is kernel calls in one group of blocks of images, but for what is left of the batch", () => {
    const n = 64;
    const plan = compile(adversarial(small, 2)).plan(small.initialise(1), imagesFor(small, n, 1), targetsFor(small, n));
    const kernels = plan.groups.flatMap(({ steps }) => steps.map(({ kernel }) => kernel));
    expect(kernels.filter((kernel) => kernel === "whole" || kernel === "copy")).toEqual([]);
    const cut = plan.groups.filter(({ slices }) => slices === n);
    expect(cut).toHaveLength(1);
    expect(kernels.filter((kernel) => kernel.startsWith("matmul")).length).toBe(cut[0].steps.filter(({ kernel }) => kernel.startsWith("matmul")).length);
  });
});
