import { describe, expect, it } from "vitest";
import type { NdArray } from "lemmagrad";
import { makeSetting, patchNetwork, type RunSpec, sampleState, simulate } from "lemmagrad/robust-features";
import { availableBackends } from "../../../src/kernels/index.ts";
import { numbers, onBackend } from "../../support/arrays.ts";

const setting = makeSetting({ k: 3, m: 4, P: 12, sR: 1, d: 8, N: 9, alpha: 2, beta: 0.8, rho: 0.1, eta: 0.02, eps: 0.6, e: 60 });
const base: RunSpec = {
  setting, mode: "standard", threat: { name: "gradientAscent", loss: "margin" }, steps: 30, logEvery: 10, cosineEvery: 10,
  evaluate: [{ threat: { name: "fgm", loss: "margin" }, radii: [0, 0.5] }, { threat: { name: "pgd", loss: "margin", steps: 3, randomStart: true }, radii: [0.5] }],
};
const withoutSpec = ({ spec: _spec, ...rest }: ReturnType<typeof simulate>["record"]) => rest;

describe("simulate", () => {
  it.each(["standard", "adversarial"] as const)("gives identical bits on every backend (%s)", (mode) => {
    const [first, ...others] = availableBackends.map((backend) => onBackend(backend, () => simulate({ ...base, mode }, 3)));
    for (const other of others) {
      expect(other.record).toEqual(first.record);
      expect(numbers(other.finalWeights)).toEqual(numbers(first.finalWeights));
    }
  });
  it("records step 0 and the last, and descends", () => {
    const { record, initialWeights, finalWeights } = simulate({ ...base, steps: 25 }, 3);
    expect(record.steps).toEqual([0, 10, 20, 25]);
    expect(record.loss.at(-1)).toBeLessThan(record.loss[0]);
    expect(numbers(finalWeights)).not.toEqual(numbers(initialWeights));
    expect(numbers(initialWeights)).toEqual(numbers(sampleState(setting, 3).W));
    expect(record.U.length).toBe(4 * 12);
    expect(record.robustAccuracy.map(({ radius }) => radius)).toEqual([0, 0.5, 0.5]);
    // radius 0 is clean accuracy
    expect(record.robustAccuracy[0].accuracy).toBe(record.cleanAccuracy.at(-1));
  });
  it.each(["gradientAscent", "fgm", "suppress"] as const)("trains under %s of radius 0 as it does without attack, bit for bit", (name) => {
    const threat = (name === "suppress" ? { name } : { name, loss: "margin" }) as RunSpec["threat"];
    const still = { ...base, setting: { ...setting, eps: 0 } };
    const standard = simulate(still, 3);
    const attacked = simulate({ ...still, mode: "adversarial", threat }, 3);
    expect(withoutSpec(attacked.record)).toEqual(withoutSpec(standard.record));
    expect(numbers(attacked.finalWeights)).toEqual(numbers(standard.finalWeights));
    // and a real radius changes the run
    expect(numbers(simulate({ ...base, mode: "adversarial", threat }, 3).finalWeights)).not.toEqual(numbers(standard.finalWeights));
  });
  it("follows one trajectory however often it is looked at", () => {
    for (const mode of ["standard", "adversarial"] as const) {
      const threat = { name: "pgd", loss: "margin", steps: 2, randomStart: true } as const;
      const often = simulate({ ...base, mode, threat, logEvery: 1, cosineEvery: 1 }, 3);
      const seldom = simulate({ ...base, mode, threat, logEvery: 30, cosineEvery: 0 }, 3);
      expect(numbers(seldom.finalWeights)).toEqual(numbers(often.finalWeights));
      expect(seldom.record.loss.at(-1)).toBe(often.record.loss.at(-1));
    }
  });
  it("logs the multiples of logEvery below the last step, and the last, in columns of just that many rows", () => {
    for (const [steps, logEvery, logged] of [[5, 2, [0, 2, 4, 5]], [4, 2, [0, 2, 4]], [5, Infinity, [0, 5]], [3, 1.5, [0, 3]], [2, 0.5, [0, 1, 2]], [0, 1, [0]]] as const) {
      const { record } = simulate({ ...base, steps, logEvery, evaluate: [] }, 3);
      expect(record.steps).toEqual(logged);
      expect([record.loss.length, record.U.length, record.robustPart.length]).toEqual([logged.length, logged.length * setting.k * setting.m, logged.length * setting.k]);
      expect(record.loss.at(-1)).toBeGreaterThan(0);
    }
  });
  it("splits the true logit of each class into what robust and other patches add", () => {
    const { record, finalWeights } = simulate({ ...base, evaluate: [] }, 3);
    const state = sampleState(setting, 3);
    const logits = numbers(patchNetwork(setting)(finalWeights, state.X) as NdArray);
    const last = (record.steps.length - 1) * setting.k;
    for (let i = 0; i < setting.k; i++) {
      const own = [...state.y].flatMap((label, n) => (label === i ? [logits[n * setting.k + i]] : []));
      expect(record.robustPart[last + i] + record.nonRobustPart[last + i]).toBeCloseTo(own.reduce((sum, logit) => sum + logit, 0) / own.length, 12);
      expect(record.robustPart[last + i]).toBeGreaterThan(0);
    }
  });
  it("calls onStep after every step", () => {
    const seen: number[] = [];
    simulate({ ...base, steps: 3, evaluate: [] }, 3, { onStep: (done) => seen.push(done) });
    expect(seen).toEqual([1, 2, 3]);
  });
  it("shuffles labels as a permutation fixed by the seed", () => {
    const state = sampleState(setting, 3);
    const labels = [...state.y];
    const plain = simulate(base, 3, { state });
    const shuffled = simulate({ ...base, shuffleLabels: true }, 3, { state });
    expect([...state.y]).toEqual(labels);
    expect(shuffled.record.U).not.toEqual(plain.record.U);
    expect(simulate({ ...base, shuffleLabels: true }, 3).record.loss).toEqual(shuffled.record.loss);
  });
  it("reports the first logged step at which a part reaches the level, and Infinity if none does", () => {
    const { record } = simulate({ ...base, steps: 200, logEvery: 5, evaluate: [] }, 3);
    for (const [times, part] of [[record.robustTime, record.robustPart], [record.nonRobustTime, record.nonRobustPart]] as const) {
      times.forEach((time, i) => {
        const at = record.steps.findIndex((_, s) => part[s * 3 + i] >= 0.3);
        expect(time).toBe(at < 0 ? Infinity : record.steps[at]);
      });
    }
    expect(record.nonRobustTime.some(Number.isFinite)).toBe(true);
  });
});
