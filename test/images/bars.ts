/** Small images made for tests: each class has a bright bar of its own, over noise. */
import { matmul, reshape, type Value } from "lemmagrad";
import { fromBuffer } from "../../src/ndarray/index.ts";
import { stream } from "../../src/random/index.ts";
import type { ImageNetwork, ImageSet } from "lemmagrad/images";

/** `shape` of [channels, rows, columns]; class y lights columns y mod columns of row floor(y / columns) and the rows below it. */
export function barImages(count: number, classes: number, shape: readonly [number, number, number], seed: number, noise = 40): ImageSet {
  const [channels, rows, columns] = shape;
  const random = stream(seed, "test images");
  const pixels = new Uint8Array(count * channels * rows * columns);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const width = Math.max(1, Math.floor(columns / classes));
  for (let i = 0; i < count; i++) {
    for (let p = 0; p < channels * rows * columns; p++) {
      const x = p % columns;
      const lit = Math.floor(x / width) === labels[i];
      pixels[i * channels * rows * columns + p] = Math.min(255, (lit ? 150 : 10) + Math.floor(noise * random.uniform()));
    }
  }
  return { shape, classes, pixels, labels };
}

/** logits = W x, features = the logits: everything about an attack can be said in closed form. */
export function linearNetwork(image: readonly [number, number, number], classes: number): ImageNetwork {
  const pixels = image[0] * image[1] * image[2];
  return {
    name: "linear", image, classes, operations: 2 * pixels * classes,
    initialise: (seed) => fromBuffer(Float32Array.from(stream(seed, "weights").fillNormal(new Float64Array(pixels * classes), 0.3)), [pixels, classes]),
    apply(params, images) {
      const logits = matmul(reshape(images, [images.shape[0], pixels]), params as Value);
      return { logits, features: logits };
    },
  };
}
