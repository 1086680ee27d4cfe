import { describe, expect, it } from "vitest";
import { stream } from "../../../src/random/index.ts";
import { crossing, type DynamicsInput, learningTimes, lotteryWon, makeSetting, observedThresholdOf, parameterRegion, phasePresets, predictedThreshold, predictedThresholdOf, settingAt, settingHypotheses, signalLengthAt, signalSide, signalTimes, simulate, thresholdRun, thresholdValue, typicalLead, typicalTimes, noiseSide, noiseIndependent, stepsAt } from "../../../src/theories/benign-overfitting/index.ts";
import { basePoint, planPhase, type Claim } from "../../../src/claims/index.ts";

const setting = makeSetting({ n: 4, d: 50, m: 2, mu: 0.7, sigmaP: 0.1, eta: 0.001 });
/** One neuron a sign that grows, and one a sample. */
const input: DynamicsInput = {
  initial: { signal: Float64Array.of(-0.1, 0.3, 0.1, -0.2), noise: Float64Array.from({ length: 16 }, (_, at) => (Math.floor(at / 4) % 2 === 0 ? 0.1 : -0.1)) },
  gram: Float64Array.from({ length: 16 }, (_, at) => (Math.floor(at / 4) === at % 4 ? 0.5 : 0)), signs: [1, -1, 1, -1], labels: [1, 0, 1, 0],
};

/** Steps of z += c z^2 from 0.1 until share z^3 reaches the level, by brute force. */
function steps(c: number, share: number, level = 0.1): number {
  let [z, t] = [0.1, 0];
  while (share * z ** 3 < level) {
    z += c * z * z;
    t++;
  }
  return t;
}

describe("learning times", () => {
  const { eta, m, n, mu } = setting;
  it("are those of the steps themselves, neuron by neuron", () => {
    const times = learningTimes(setting, input);
    // two signs, each half of the samples; four samples, a quarter each
    expect(times.signal / steps((eta * 3 * mu * mu) / (4 * m), 1 / m)).toBeCloseTo(1, 4);
    expect(times.noise / steps((eta * 3 * 0.5) / (2 * n * m), 1 / m)).toBeCloseTo(1, 4);
    expect(signalTimes(setting, input)).toEqual([times.signal, times.signal].map((time) => expect.closeTo(time, 3) as number));
  });
  it("count the finite steps of a large eta", () => {
    const large = { ...setting, eta: 1 };
    const brute = steps((3 * mu * mu) / (4 * m), 1 / m);
    expect(Math.abs(learningTimes(large, input).signal - brute)).toBeLessThan(1.5);
    expect(brute).toBeGreaterThan(40);
  });
  it("are never for what starts the wrong way", () => {
    const away = { ...input, initial: { signal: Float64Array.of(0.1, 0.3, -0.1, -0.2), noise: input.initial.noise.map((z) => -Math.abs(z)) } };
    expect(learningTimes(setting, away)).toEqual({ signal: Infinity, noise: Infinity });
    expect(predictedThreshold(setting, away)).toBeNaN();
  });
});

describe("the threshold", () => {
  it("is where the two times are equal, and n SNR^q = 2 where the leads are equal multiples of the lengths", () => {
    // lengths: mu and sqrt(0.5), which is sigma_p sqrt(d) here; leads 0.1 times them
    const equal: DynamicsInput = { ...input, initial: { signal: Float64Array.of(-0.007, 0.3, 0.007, -0.2), noise: input.initial.noise.map((z) => (z > 0 ? 0.01 * Math.SQRT1_2 : z)) } };
    expect(setting.sigmaP * Math.sqrt(setting.d)).toBeCloseTo(Math.SQRT1_2, 12);
    const found = predictedThreshold(setting, equal);
    expect(found / thresholdValue).toBeCloseTo(1, 1);
    const mu = signalLengthAt(found, setting);
    const { signal, noise } = learningTimes({ ...setting, mu }, { ...equal, initial: { ...equal.initial, signal: equal.initial.signal.map((a) => (a * mu) / setting.mu) } });
    expect(signal / noise).toBeCloseTo(1, 8);
  });
  it("is found by bisection with training runs, about where it is predicted", () => {
    const record = thresholdRun({ setting: { n: 8, d: 300, m: 6, sigmaP: 0.06, sigma0: 0.15 }, halvings: 6 }).run(1003);
    expect(record.tried).toHaveLength(6);
    expect(Math.abs(Math.log(observedThresholdOf(record) / predictedThresholdOf(record)))).toBeLessThan(0.35);
    // every run on the signal's side lies above every other
    const above = record.tried.filter(({ signalFirst }) => signalFirst).map(({ value }) => value);
    const below = record.tried.filter(({ signalFirst }) => !signalFirst).map(({ value }) => value);
    expect(Math.min(...above, 64)).toBeGreaterThan(Math.max(...below, 0));
  });
});

describe("the typical draw", () => {
  it.each([1, 3, 10])("leads by the median of the largest of %i normals", (m) => {
    const random = stream(4, "leads");
    const draws = Array.from({ length: 4001 }, () => Math.max(...Array.from({ length: m }, () => random.normal()))).sort((a, b) => a - b);
    // the median of 4001 draws is within 0.08 at five standard deviations
    expect(Math.abs(draws[2000] - typicalLead(m))).toBeLessThan(0.1);
  });
  it("has its times in the ratio 2/(n SNR^q)", () => {
    for (const q of [3, 4]) {
      const own = makeSetting({ q, n: 14, mu: 0.4 });
      const { signal, noise } = typicalTimes(own);
      expect((signal / noise) * 14 * (0.4 / (0.03 * Math.sqrt(1000))) ** q).toBeCloseTo(2, 10);
    }
  });
});

describe("hypotheses", () => {
  const broken = (overrides: Parameters<typeof makeSetting>[0]) => settingHypotheses(makeSetting(overrides)).filter(({ holds }) => !holds).map(({ name }) => name);
  it("hold at the reference point, and each breaks alone", () => {
    expect(broken({})).toEqual([]);
    expect(broken({ d: 300, sigmaP: 0.05477 })).toEqual(["noise patches nearly orthogonal"]);
    expect(broken({ sigma0: 0.3 })).toEqual(["small initialisation"]);
    expect(broken({ eta: 6 })).toEqual(["small steps"]);
  });
  it("have sides of the threshold with margins that are the logarithm of the distance", () => {
    const at = (value: number) => makeSetting({ mu: signalLengthAt(value, makeSetting()) });
    expect([1.9, 2.1].map((value) => signalSide(at(value)).holds)).toEqual([false, true]);
    expect(signalSide(at(2 * Math.E)).margin).toBeCloseTo(1, 10);
    expect([0.24, 0.26].map((value) => noiseSide(at(value)).holds)).toEqual([true, false]);
  });
  it("see a lost lottery and parallel noise", () => {
    const run = simulate({ setting: makeSetting({ n: 4, d: 30, m: 2 }), steps: 1, logEvery: 1, testSamples: 0 }, 1);
    const won = { ...run, initialSignal: Float64Array.of(-1, 1, 1, -1), initialNoise: new Float64Array(16).fill(1) };
    expect(lotteryWon(won)).toMatchObject({ holds: true, margin: 1 });
    expect(lotteryWon({ ...won, initialSignal: Float64Array.of(1, 1, 1, 1) })).toMatchObject({ holds: false, margin: -1 });
    expect(lotteryWon({ ...won, initialNoise: new Float64Array(16).fill(-1) })).toMatchObject({ holds: false, margin: -4 });
    // neurons of F_{-1} do nothing for samples of label +1, of which there are two
    expect(lotteryWon({ ...won, initialNoise: Float64Array.from({ length: 16 }, (_, at) => (at < 8 ? 1 : -1)) })).toMatchObject({ holds: false, margin: -2 });
    expect(noiseIndependent(run).holds).toBe(true);
    expect(noiseIndependent({ ...run, gram: new Float64Array(16).fill(2) }).holds).toBe(false);
  });
});

describe("the region", () => {
  const region = parameterRegion({ hypotheses: (own) => [signalSide(own)], experiments: () => ({}) });
  it("has the reference point's neighbourhood, and runs as long as the horizon says", () => {
    const point = basePoint(region.box);
    expect(region.hypotheses(point).every(({ holds }) => holds)).toBe(true);
    const { signal, noise } = typicalTimes(settingAt(point));
    expect(stepsAt({ ...point, horizon: 6 })).toBe(Math.ceil(6 * Math.min(signal, noise)));
  });
  it("has a diagram of the threshold: cells on both sides, and a line at n SNR^q = 2", () => {
    const claim = { id: "b00-test", region } as unknown as Claim;
    const { tasks, boundary } = planPhase(claim, phasePresets.threshold);
    expect(tasks).toHaveLength(45);
    expect(tasks.every(({ point }) => point !== undefined && (point.n as number) % 2 === 0)).toBe(true);
    const places = boundary.flat().filter(({ y }) => y % 2 === 0);
    expect(places.length).toBeGreaterThan(3);
    for (const { x, y } of places) expect(y * x ** 3).toBeCloseTo(2, 1);
  });
});

it("crossing interpolates, and is never when the level is not reached", () => {
  expect(crossing([0, 10, 20], [0, 0.05, 0.15])).toBeCloseTo(15, 12);
  expect(crossing([0, 10], [0, 0.09])).toBe(Infinity);
  expect(crossing([0, 10], [0.2, 0.3])).toBe(0);
});
