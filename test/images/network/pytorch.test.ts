/** The convolutional network against torch.autograd: outputs, and the loss's gradients in every parameter and in the images. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { add, array, clip, compile, crossEntropy, grad, maximum, mean, minimum, mul, type NdArray, sign, sub, transpose, reshape, type Tree, type Value, valueAndGrad, copy } from "lemmagrad";
import { type Activation, convolutionalNetwork, type ImageNetwork } from "lemmagrad/images";
import { numbers } from "../../support/arrays.ts";

interface Case {
  image: [number, number, number]; widths: [number, number, number]; classes: number; activation: Activation; labels: number[]; eps: number; step: number;
  params: Record<string, number[]>; images: number[]; logits: number[]; features: number[]; loss: number; gradients: Record<string, number[]>; "attacked loss": number;
}
const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/pytorch-cnn/cnn.json", import.meta.url), "utf8")) as { cases: Case[] };

/**
 * Both sides add at most a few hundred products in float64, in different orders, through four layers: relative to the largest
 * entry, some hundred times eps = 2.2e-16. Any mistake is far larger.
 */
const tolerance = 1e-13;
function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  expect(largest).toBeGreaterThan(0);
  expect(Math.max(...actual.map((value, at) => Math.abs(value - expected[at])))).toBeLessThan(tolerance * largest);
}

const layers = ["convolution1", "convolution2", "dense1", "dense2"] as const;
/** torch's layout to ours: filters [f, c, k, l] -> [k, l, c, f]; weights [neurons, inputs] -> [inputs, neurons], where dense1's inputs are channels first. */
function ours({ image: [channels, rows, columns], widths: [first, second, neurons], classes }: Case, entries: Record<string, number[]>): Tree {
  const filters = (name: string, f: number, c: number) => copy(transpose(array(entries[name], [f, c, 4, 4]), [2, 3, 1, 0]) as NdArray);
  const weights = {
    convolution1: filters("convolution1.weights", first, channels),
    convolution2: filters("convolution2.weights", second, first),
    dense1: reshape(transpose(array(entries["dense1.weights"], [neurons, second, rows / 4, columns / 4]), [2, 3, 1, 0]), [(rows / 4) * (columns / 4) * second, neurons]) as NdArray,
    dense2: copy(transpose(array(entries["dense2.weights"], [classes, neurons])) as NdArray),
  };
  return Object.fromEntries(layers.map((name) => [name, { weights: weights[name], bias: array(entries[`${name}.bias`]) }]));
}

const loss = (network: ImageNetwork, labels: number[]) => (params: Tree, images: Value) => mean(crossEntropy(network.apply(params, images).logits, labels));

describe.each(cases.map((own, at) => [`${at}: ${own.image.join(" x ")}, ${JSON.stringify(own.activation)}`, own] as const))("case %s", (_name, own) => {
  const { image, widths, classes, activation, labels, eps, step } = own;
  const network = convolutionalNetwork({ image, widths, classes, activation });
  const params = ours(own, own.params);
  const images = array(own.images, [labels.length, ...image]);

  it("gives torch's logits and features", () => {
    const { logits, features } = network.apply(params, images);
    expectNear(numbers(logits), own.logits);
    expectNear(numbers(features), own.features);
  });
  it.each(["plain", "compiled"])("gives torch's gradients in every parameter and in the images, %s", (form) => {
    const both = (p: Tree, x: Value) => {
      const { value, gradient } = valueAndGrad(loss(network, labels) as (...args: never[]) => Value, { argument: [0, 1] })(p as never, x as never) as { value: Value; gradient: [Tree, Value] };
      return { value, params: gradient[0], images: gradient[1] };
    };
    const found = (form === "plain" ? both(params, images) : compile(both)(params, images)) as { value: NdArray; params: Record<string, { weights: NdArray; bias: NdArray }>; images: NdArray };
    expectNear(numbers(found.value), [own.loss]);
    expectNear(numbers(found.images), own.gradients.images);
    const expected = ours(own, own.gradients) as unknown as typeof found.params;
    for (const name of layers) {
      expectNear(numbers(found.params[name].weights), numbers(expected[name].weights));
      expectNear(numbers(found.params[name].bias), numbers(expected[name].bias));
    }
  });
  it("is attacked as torch attacks it", () => {
    const attack = compile((p: Tree, x: Value) => {
      const up = grad((at: Value) => loss(network, labels)(p, at))(x as NdArray) as Value;
      const moved = clip(minimum(maximum(add(x, mul(sign(up), step)), sub(x, eps)), add(x, eps)), { low: 0, high: 1 });
      return loss(network, labels)(p, moved);
    });
    expectNear(numbers(attack(params, images) as NdArray), [own["attacked loss"]]);
    expect(own["attacked loss"]).toBeGreaterThan(own.loss);
  });
});
