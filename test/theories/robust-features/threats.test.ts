/** Threats that know the features. Their radii and their choice of a class are tested where claims use them. */
import { expect, it } from "vitest";
import { elements, fromBuffer, type NdArray } from "lemmagrad";
import { makeSetting, makeThreat, patchNetwork, sampleState } from "lemmagrad/robust-features";
import { scratch } from "../../../src/autodiff/index.ts";

it.each(["suppress", "inject", "nonRobustSubspace"] as const)("%s takes float32 inputs, and moves them as the same numbers in float64", (name) => {
  const setting = makeSetting({ k: 2, m: 2, P: 3, d: 6, N: 2 });
  const state = sampleState(setting, 1);
  const single = fromBuffer(Float32Array.from(elements(state.X)), state.X.shape) as NdArray;
  const double = fromBuffer(Float64Array.from(elements(single)), state.X.shape) as NdArray;
  const moved = (inputs: NdArray) => [...elements(makeThreat({ name }, setting, state).perturb({ logits: (x) => patchNetwork(setting)(state.W, x), inputs, labels: state.y }, 0.3) as NdArray)];
  expect(moved(single)).toEqual(moved(double));
  expect(moved(double)).not.toEqual([...elements(double)]);
});

it.each(["inject", "nonRobustSubspace"] as const)("%s tries each other class within what it is given, and ends in the same bits", (name) => {
  const setting = makeSetting({ k: 4, m: 2, P: 3, d: 8, N: 8 });
  const state = sampleState(setting, 1);
  const threat = makeThreat({ name }, setting, state);
  const victim = { logits: (x: Parameters<ReturnType<typeof patchNetwork>>[1]) => patchNetwork(setting)(state.W, x), inputs: state.X, labels: state.y };
  let tried = 0;
  const moved = threat.perturb(victim, 0.3, (step) => {
    tried++;
    return scratch(step);
  });
  expect(tried).toBe(3);
  expect([...elements(moved)]).toEqual([...elements(threat.perturb(victim, 0.3))]);
});
