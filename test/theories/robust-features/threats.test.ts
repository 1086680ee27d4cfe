/** Threats that know the features. Their radii and their choice of a class are tested where claims use them. */
import { expect, it } from "vitest";
import { elements, fromBuffer, type NdArray } from "lemmagrad";
import { makeSetting, makeThreat, patchNetwork, sampleState } from "lemmagrad/robust-features";

it.each(["suppress", "inject", "nonRobustSubspace"] as const)("%s takes float32 inputs, and moves them as the same numbers in float64", (name) => {
  const setting = makeSetting({ k: 2, m: 2, P: 3, d: 6, N: 2 });
  const state = sampleState(setting, 1);
  const single = fromBuffer(Float32Array.from(elements(state.X)), state.X.shape) as NdArray;
  const double = fromBuffer(Float64Array.from(elements(single)), state.X.shape) as NdArray;
  const moved = (inputs: NdArray) => [...elements(makeThreat({ name }, setting, state).perturb({ logits: (x) => patchNetwork(setting)(state.W, x), inputs, labels: state.y }, 0.3) as NdArray)];
  expect(moved(single)).toEqual(moved(double));
  expect(moved(double)).not.toEqual([...elements(double)]);
});
