/** How fast this machine trains a plan's network, measured before an experiment starts. */
import { type ImagePlan, networkOf, trainImages } from "../images/index.ts";
import { adam } from "../training/index.ts";

/** Floating-point operations a second of one thread in training steps, without what the first one takes to compile. About half a second. */
export function measuredImageRate(plan: ImagePlan): number {
  const network = networkOf(plan);
  const count = plan.batchSize;
  const pixels = network.image.reduce((a, b) => a * b, 1);
  const images = { shape: network.image, classes: network.classes, pixels: new Uint8Array(count * pixels).fill(128), labels: new Int32Array(count) };
  const times: number[] = [];
  let last = performance.now();
  trainImages({
    network, params: network.initialise(0), images, optimizer: adam(), rate: 1e-3, epochs: 6, batchSize: count, seed: 0, attack: { ...plan.threat, steps: 2 },
    onStep() {
      const now = performance.now();
      times.push(now - last);
      last = now;
    },
  });
  const middle = times.slice(1).sort((a, b) => a - b)[2];
  return (count * network.operations * 7) / (middle / 1000);
}
