import { describe, expect, it } from "vitest";
import { accuracyOf, flat } from "../support.ts";
import { cleanRight, convolutionalNetwork, fgsmAttack, type ImageTraining, modelOf, pgdAttack, radiusShare, share, trainImages } from "lemmagrad/images";
import { adam, sgd } from "lemmagrad/training";
import { onBackend } from "../../support/arrays.ts";
import { messageOf } from "../../support/message-of.ts";
import { barImages, linearNetwork } from "../bars.ts";

const shape = [1, 8, 8] as const;
const classes = 4;
const images = barImages(48, classes, shape, 1);
const network = convolutionalNetwork({ image: shape, widths: [3, 4, 8], classes });
const base: ImageTraining = { network, params: network.initialise(1), images, optimizer: adam(), rate: 0.01, epochs: 3, batchSize: 10, seed: 4 };
const linf = { norm: "linf", radius: 0.2, steps: 2 } as const;

describe("trainImages", () => {
  it("learns what can be learned, with either rule and any differentiable network", () => {
    for (const own of [network, linearNetwork(shape, classes)]) {
      for (const [optimizer, rate] of [[adam(), 0.01], [sgd({ momentum: 0.9 }), 0.05]] as const) {
        const params = trainImages({ ...base, network: own, params: own.initialise(1), optimizer, rate, epochs: 8 });
        expect(accuracyOf(own, params, barImages(40, classes, shape, 9)), `${own.name}, ${optimizer.name}`).toBeGreaterThan(0.9);
      }
    }
  });
  it("gives the same bits for the same seed, on both backends; another seed gives others", () => {
    for (const attack of [undefined, linf, { norm: "l2", radius: 0.7, steps: 2, warmUp: 1 } as const]) {
      const run = (seed = 4) => flat(trainImages({ ...base, epochs: 2, seed, ...(attack === undefined ? {} : { attack }) }));
      const first = run();
      expect(run()).toEqual(first);
      expect(onBackend("reference", run)).toEqual(first);
      expect(run(5)).not.toEqual(first);
    }
  });
  it("at radius 0 is standard training, bit for bit, though it is adversarial", () => {
    expect(flat(trainImages({ ...base, attack: { ...linf, radius: 0 } }))).toEqual(flat(trainImages(base)));
    expect(flat(trainImages({ ...base, attack: linf }))).not.toEqual(flat(trainImages(base)));
  });
  it("sees the same batches in both modes: without steps, noise of a radius too small for float32 changes nothing", () => {
    expect(flat(trainImages({ ...base, attack: { ...linf, steps: 0, radius: 1e-30 } }))).toEqual(flat(trainImages(base)));
  });
  it("makes networks that withstand the attack they were trained against", () => {
    const hard = { ...base, images: barImages(80, classes, shape, 1, 200), epochs: 12 };
    const fresh = barImages(60, classes, shape, 9, 200);
    const under = (params: ImageTraining["params"]) => 1 - share(pgdAttack({ model: modelOf(network, params), images: fresh }, Array.from({ length: 60 }, (_, i) => i), { norm: "linf", radius: 0.2 }, { steps: 8 }).fooled);
    const [standard, adversarial] = [under(trainImages(hard)), under(trainImages({ ...hard, attack: { ...linf, warmUp: 4 } }))];
    expect(adversarial).toBeGreaterThan(standard + 0.2);
  });
  it("knows fgsm: one step of the whole radius from the clean image", () => {
    expect(fgsmAttack({ norm: "linf", radius: 0.1 })).toMatchObject({ steps: 1, stepShare: 1, randomStart: false });
    const once = flat(trainImages({ ...base, attack: fgsmAttack({ norm: "linf", radius: 0.2 }) }));
    // a second step from there goes on by the sign of another gradient
    expect(flat(trainImages({ ...base, attack: { ...fgsmAttack({ norm: "linf", radius: 0.2 }), steps: 2 } }))).not.toEqual(once);
  });
  it("changes none of its arguments, and tells weights and loss of each epoch, and the steps", () => {
    const before = flat(base.params);
    const told: [number, number][] = [];
    const steps: [number, number][] = [];
    const last = trainImages({ ...base, onEpoch: (epoch, params, loss) => { told.push([epoch, loss]); if (epoch === 0) expect(flat(params)).toEqual(before); }, onStep: (done, total) => steps.push([done, total]) });
    expect(flat(base.params)).toEqual(before);
    expect(flat(last)).not.toEqual(before);
    expect(told.map(([epoch]) => epoch)).toEqual([0, 1, 2, 3]);
    expect(told[3][1]).toBeLessThan(told[1][1]);
    expect(steps.length).toBe(3 * 5);
    expect(steps.at(-1)).toEqual([15, 15]);
  });
  it("takes a rate that falls", () => {
    const rates: number[] = [];
    trainImages({ ...base, epochs: 1, rate: (done) => { rates.push(done); return 0.01; } });
    expect(rates).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    expect(flat(trainImages({ ...base, rate: () => 0 }))).toEqual(flat(base.params));
  });
});

it("the radius rises step by step over the warm-up, and stays", () => {
  expect([0, 1, 2, 3, 4, 9].map((step) => radiusShare(step, 4))).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1]);
  expect(radiusShare(0, 0)).toBe(1);
});

it("bad input is refused before anything is trained", () => {
  const refused = (change: Partial<ImageTraining>) => messageOf(() => trainImages({ ...base, ...change }));
  expect(refused({ attack: { ...linf, radius: 8 } })).toMatch(/^ParameterError: trainImages: the linf radius 8 turns.*\n.*\n.*8\/255/);
  expect(refused({ attack: { norm: "l2", radius: 76, steps: 2 } })).toMatch(/the l2 radius 76/);
  expect(refused({ attack: { ...linf, warmUp: 9 } })).toMatch(/warmUp = 9 is out of range.\n  Expected a number of epochs from 0 to 3/);
  expect(refused({ attack: { ...linf, steps: 1.5 } })).toMatch(/attack.steps = 1.5/);
  expect(refused({ attack: { ...linf, stepShare: 0 } })).toMatch(/stepShare = 0/);
  expect(refused({ epochs: 0 })).toMatch(/epochs = 0/);
  expect(refused({ batchSize: 0 })).toMatch(/batchSize = 0/);
  expect(refused({ images: barImages(8, 3, shape, 1) })).toMatch(/in 3 classes, the network takes/);
  expect(refused({ images: { ...images, pixels: images.pixels.subarray(1) } })).toMatch(/3071 pixels came with 48 labels/);
  expect(cleanRight({ model: modelOf(network, base.params), images }).length).toBe(48);
});
