import { describe, expect, it } from "vitest";
import {
  accuracyUnder, attackedDropRadii, attackedRivalRatios, attackForeseen, attackTypically, attackWithstood, claimedRadius, coupledDynamics, coupledPrediction, foreseenSteps, injectionForeseen, largestAt, leaderAlone, makeSetting, medianLeastLeader, modesApart, noiseSilent, predictedInjectRatios, residualShare,
  radiusBeforeDrop, referencePoint, type RunRecord, saturationDilution, saturationSize, silentNoiseRatio, simulate,
} from "../../../src/theories/robust-features/index.ts";

const threat = { name: "gradientAscent", loss: "margin" } as const;
const base = makeSetting({ k: 2, m: 7, P: 93, d: 11, N: 4, alpha: 0.98, beta: 0.335, eps: 0.42, rho: 0.08, sigma0: 0.0095, sigmaN: 0.0007, eta: 0.04, e: 35 });
const steps = 400;
const { record } = simulate({ setting: base, mode: "adversarial", threat, steps, logEvery: steps, cosineEvery: 0, evaluate: [{ threat: { name: "inject" }, radii: [0.05, 0.42] }, { threat: { name: "nonRobustSubspace" }, radii: [0.42, 0.48, 0.6, 0.8, 1.2] }] }, 3);
const standard = simulate({ setting: base, mode: "standard", threat, steps, logEvery: steps, cosineEvery: 0, evaluate: [] }, 3).record;
const at = (changes: Partial<typeof base>): RunRecord => ({ ...record, spec: { ...record.spec, setting: { ...base, ...changes } } });

describe("silentNoiseRatio", () => {
  it("is the 0.63 / |w|^2 of docs/theory at the reference point, and five times that at a fifth of the noise", () => {
    expect(silentNoiseRatio(referencePoint, 0.4)).toBeCloseTo(0.632 / 0.16, 2);
    expect(silentNoiseRatio({ ...referencePoint, sigmaN: 0.001 }, 0.4)).toBeCloseTo((5 * 0.632) / 0.16, 1);
  });
  it("marks where the ascent lifts a pre-activation to the end of the bend: z + e |w|^2 s'(z) = rho up to z itself, for other powers too", () => {
    for (const q of [3, 4, 5]) {
      const S = { rho: 0.1, e: 500, q, sigmaN: 0.002 };
      const z = silentNoiseRatio(S, 0.9) * S.sigmaN * 0.9;
      expect(S.e * 0.81 * (z / S.rho) ** (q - 1)).toBeCloseTo(S.rho, 10);
    }
  });
  it("is infinite where there is no noise or no attack", () => {
    expect([silentNoiseRatio({ ...referencePoint, sigmaN: 0 }, 1), silentNoiseRatio({ ...referencePoint, e: 0 }, 1)]).toEqual([Infinity, Infinity]);
  });
});

describe("attackForeseen", () => {
  it("asks for time, silence and no fall, each of them from the prediction", () => {
    expect(attackForeseen(record).map(({ name, holds }) => [name, holds])).toEqual([["horizon", true], ["noise silent", true], ["no fall", true]]);
    expect(attackForeseen({ ...record, spec: { ...record.spec, steps: 40 } }, coupledPrediction(record))[0].holds).toBe(false);
  });
  it("sees falls that noise sets off and that the dynamics without noise do not have", () => {
    // found by searching: from step 410 on class 0 falls from 1.28 to below 0.3 in the network
    const setting = makeSetting({ k: 2, m: 6, P: 100, d: 9, N: 2, alpha: 1.2, eps: 0.48, sigmaN: 0.0004, eta: 0.04, e: 60 });
    const { record: start } = simulate({ setting, mode: "adversarial", threat, steps: 0, logEvery: 1, cosineEvery: 0, evaluate: [] }, 7);
    const run = { ...start, spec: { ...start.spec, steps: 600 } };
    const without = coupledDynamics(setting, { weights: run.initialWeights, robust: run.robust, nonRobust: run.nonRobust }, { mode: "adversarial", steps: 660, noisePoints: 1 });
    expect(attackForeseen(run, without).map(({ holds }) => holds)).toEqual([true, true, true]);
    expect(attackForeseen(run).map(({ holds }) => holds)).toEqual([true, true, false]);
    // before the fall nothing is foreseen, and within a tenth of it something is
    expect(attackForeseen({ ...run, spec: { ...run.spec, steps: 360 } })[2].holds).toBe(true);
    expect(attackForeseen({ ...run, spec: { ...run.spec, steps: 380 } })[2].holds).toBe(false);
  });
  it("asks that nothing falls for a tenth longer than the run, and does not choke on a correlation that turns negative", () => {
    const predicted = coupledPrediction(record);
    const { k, m } = base;
    expect([foreseenSteps(record), foreseenSteps(standard)]).toEqual([440, 400]);
    expect(predicted.U).toHaveLength(441 * k * m);
    const falling = (from: number, factor: number): typeof predicted => ({ ...predicted, U: predicted.U.map((u, at) => (at >= from * k * m ? factor * u : u)) });
    expect(attackForeseen(record, falling(430, 0.5))[2].holds).toBe(false);
    expect(attackForeseen(record, falling(441, 0.5))[2].holds).toBe(true);
    expect(attackForeseen(record, falling(430, 0))[2]).toMatchObject({ holds: false, margin: -50 });
  });
  it("hears noise in inverse proportion to it, at the largest neuron of any step", () => {
    const quiet = noiseSilent(record, 2);
    const ratio = 2 * Math.exp(quiet.margin);
    expect(noiseSilent(at({ sigmaN: base.sigmaN * ratio * 0.51 }), 2, coupledPrediction(record)).holds).toBe(false);
    expect(noiseSilent(at({ sigmaN: base.sigmaN * ratio * 0.49 }), 2, coupledPrediction(record)).holds).toBe(true);
  });
});

describe("attackedDropRadii", () => {
  it("lie where the trained network loses its classes", () => {
    const radii = attackedDropRadii(record);
    for (const radius of [0.42, 0.48, 0.6, 0.8, 1.2]) {
      const accuracy = accuracyUnder(record, "nonRobustSubspace", radius);
      if (1.1 * radius < Math.min(...radii)) expect(accuracy).toBe(1);
      if (radius > 1.1 * Math.max(...radii)) expect(accuracy).toBe(0);
    }
    expect(Math.min(...radii)).toBeGreaterThan(0.42);
    expect(Math.max(...radii)).toBeLessThan(1.2);
  });
  it("decide radiusBeforeDrop by the earliest", () => {
    const earliest = Math.min(...attackedDropRadii(record));
    expect(radiusBeforeDrop(record, earliest / 1.1001, 1.1).holds).toBe(true);
    expect(radiusBeforeDrop(record, earliest / 1.0999, 1.1).holds).toBe(false);
  });
});

describe("attackWithstood", () => {
  // found by searching: no class falls, all are learned, and at T class 0 of seed 2 loses to class 2, 1.6 times as large, on its own robust patches
  const setting = makeSetting({ k: 3, m: 6, P: 101, d: 8, N: 3, alpha: 1.2, beta: 0.5, eps: 0.7, rho: 0.09, sigmaN: 0.0007, eta: 0.021, e: 80 });
  const started = (seed: number): RunRecord => {
    const start = simulate({ setting, mode: "adversarial", threat, steps: 0, logEvery: 1, cosineEvery: 0, evaluate: [] }, seed).record;
    return { ...start, spec: { ...start.spec, steps: 1000 } };
  };
  it("sets aside the seed in which another class is lifted past the true one, where nothing else does, and keeps one in which none is", () => {
    const [lost, kept] = [2, 4].map(started);
    for (const run of [lost, kept]) expect([...attackForeseen(run), radiusBeforeDrop(run, 0.7, 1.1)].every(({ holds }) => holds)).toBe(true);
    expect([attackWithstood(lost, 1), attackWithstood(kept, 1.2)].map(([attack]) => attack.holds)).toEqual([false, true]);
    expect(Math.max(...attackedRivalRatios(kept))).toBeLessThan(0.1);
  });
  it("looks from a tenth before the end to a tenth after, and only there", () => {
    const predicted = coupledPrediction(record);
    const at = (step: number) => attackWithstood(record, 1.2, { ...predicted, attackedRival: predicted.attackedRival.map((rival, n) => (n === step * base.k + 1 ? predicted.attackedTrue[n] / 1.19 : rival)) })[0];
    expect([363, 364, 440].map((step) => at(step).holds)).toEqual([true, false, false]);
    expect(attackWithstood(record, 1.2).map(({ holds }) => holds)).toEqual([true, true]);
    expect(attackWithstood(record, 1.2, { ...predicted, attackedRival: predicted.attackedRival.map(() => 0) })[0]).toMatchObject({ holds: true, margin: 50 });
    expect(attackWithstood(record, 1.2, { ...predicted, attackedTrue: predicted.attackedTrue.map(() => 0) })[0]).toMatchObject({ holds: false, margin: -50 });
  });
});

describe("a class under suppress", () => {
  // found by searching: two classes lose, since neurons of class 1 point against their v
  const setting = makeSetting({ k: 4, m: 9, P: 381, d: 10, N: 4, alpha: 1.829, beta: 0.4247, eps: 0.6567, rho: 0.1079, sigma0: 0.01684, sigmaN: 0.0004028, eta: 0.01938, e: 92.66 });
  it("has the logits that its sizes say: nothing answers on what is left of a patch but weights against v_y", () => {
    const { k, m, d } = setting;
    const { record: start } = simulate({ setting, mode: "adversarial", threat, steps: 0, logEvery: 1, cosineEvery: 0, evaluate: [] }, 3);
    // class 1's first neuron alone: 0.05 along u_0 and -0.3 along v_0
    const weights = new Float64Array(k * m * d);
    for (let j = 0; j < d; j++) weights[m * d + j] = 0.05 * start.robust[j] - 0.3 * start.nonRobust[j];
    const run = coupledDynamics(setting, { weights, robust: start.robust, nonRobust: start.nonRobust }, { mode: "standard", steps: 0, noisePoints: 1 });
    // alpha 0.05 + eps 0.3 = 0.28846 past the bend, (eps - beta) 0.3 = 0.0696 on it
    expect(run.suppressedRival[0]).toBeCloseTo(0.28846 - (0.1079 * 2) / 3 + (380 * 0.0696 ** 3) / (3 * 0.1079 ** 2), 8);
    expect([...run.suppressedTrue, ...run.suppressedRival.subarray(2)].every((logit) => Math.abs(logit) < 1e-12)).toBe(true);
  });
  it("is foreseen to lose where the network's does", () => {
    const { record: start } = simulate({ setting, mode: "adversarial", threat, steps: 0, logEvery: 1, cosineEvery: 0, evaluate: [] }, 7445);
    const run = { ...start, spec: { ...start.spec, steps: 688 } };
    const [attack, suppression] = attackWithstood(run, 1.2);
    expect([attack.holds, suppression.holds]).toEqual([true, false]);
    // the network at the end: 6.63 over 3.33 in class 2, 2.6 over 5.13 in class 0
    const { suppressedTrue, suppressedRival } = coupledPrediction(run);
    for (const [y, seen] of [[2, 6.63 / 3.33], [0, 2.6 / 5.13]]) expect(Math.abs(suppressedRival[688 * 4 + y] / suppressedTrue[688 * 4 + y] / seen - 1)).toBeLessThan(0.1);
  });
});

describe("modesApart", () => {
  const seen = {
    nonRobust: Math.max(...largestAt(record, "V", -1).map((v, i) => v / largestAt(standard, "V", -1)[i])),
    robust: Math.min(...largestAt(record, "U", -1).map((u, i) => u / largestAt(standard, "U", -1)[i])),
  };
  it("predicts what the two networks end with, within a tenth", () => {
    expect(modesApart(standard, record, { nonRobust: 1.1 * seen.nonRobust, robust: seen.robust / 1.1, share: 0.5 }).holds).toBe(true);
    expect(modesApart(standard, record, { nonRobust: seen.nonRobust / 1.1, robust: 0, share: 0 }).holds).toBe(false);
    expect(modesApart(standard, record, { nonRobust: 10, robust: 1.1 * seen.robust, share: 0 }).holds).toBe(false);
    expect(modesApart(standard, record, { nonRobust: 10, robust: 0, share: 0.99 }).holds).toBe(false);
  });
});

describe("injectionForeseen", () => {
  it("tells the radius at which the trained network falls from one at which it does not", () => {
    expect([injectionForeseen(record, 0.42, 1.2).holds, accuracyUnder(record, "inject", 0.42)]).toEqual([true, 0]);
    expect([injectionForeseen(record, 0.05, 1.2).holds, accuracyUnder(record, "inject", 0.05)]).toEqual([false, 1]);
    expect(Math.max(...predictedInjectRatios(record, 0.05))).toBeLessThan(0.8);
  });
});

describe("residualShare", () => {
  it("is by how much the root without a residual, (rho^2/(e beta))^(1/3) for q = 3, lies above the leader's own", () => {
    const { k, m, e, beta, rho } = base;
    const V = Float64Array.from(record.V);
    const nu = Float64Array.from(record.nu);
    for (let i = 0; i < k; i++) {
      // nobody leads but neuron 1, whose residual is chosen so that (P7.1) has the root v
      const v = 0.8 * Math.cbrt(rho ** 2 / (e * beta));
      for (let r = 0; r < m; r++) [V[i * m + r], nu[i * m + r]] = r === 1 ? [0.02, Math.sqrt(rho ** 2 / (e * beta * v) - v * v)] : [-0.01, 5];
    }
    for (const share of residualShare({ ...record, V, nu })) expect(share).toBeCloseTo(1 / 0.8 - 1, 10);
    for (const share of residualShare({ ...record, V, nu: nu.map(() => 0) })) expect(share).toBe(0);
  });
});

describe("saturationDilution", () => {
  it("is what a second neuron, a copy of the leader, takes: as much as the leader itself, so the root falls by the share 1/q", () => {
    const { k, m, d } = base;
    const [U, V, nu, weights] = [record.U, record.V, record.nu, record.initialWeights].map((values) => Float64Array.from(values));
    for (let i = 0; i < k; i++) {
      const own = Array.from({ length: m }, (_, r) => V[i * m + r]);
      const leader = own.indexOf(Math.max(...own));
      for (let r = 0, copied = false; r < m; r++) {
        if (r === leader) continue;
        // the others do not answer on their class's non-robust patches
        for (const column of [U, V, nu]) column[i * m + r] = copied ? -1 : column[i * m + leader];
        for (let l = 0; l < d; l++) weights[(i * m + r) * d + l] = copied ? 0 : weights[(i * m + leader) * d + l];
        copied = true;
      }
    }
    const doubled: RunRecord = { ...record, U, V, nu, initialWeights: weights };
    for (const dilution of saturationDilution(doubled)) expect(dilution).toBeCloseTo(1, 10);
    expect(leaderAlone(doubled, 0.334)).toEqual([0, 1]);
    expect(leaderAlone(doubled, 0.333)).toEqual([]);
  });
  it("takes a smaller neuron on its own clock to the leader's root: 1/v falls by as much as the leader's (q = 3), and nothing else of it counts", () => {
    const S = makeSetting({ ...base, m: 2, d: 6 });
    const [leader, other, rest] = [0.012, 0.01, 0.02];
    // basis vectors: v_0, v_1 are features, the rest of each weight has a direction of its own
    const weights = new Float64Array(2 * 2 * 6);
    for (let i = 0; i < 2; i++) {
      weights.set(Array.from({ length: 6 }, (_, l) => (l === i ? leader : l === 4 ? rest : 0)), i * 12);
      weights.set(Array.from({ length: 6 }, (_, l) => (l === i ? other : l === 5 ? rest : 0)), i * 12 + 6);
    }
    const made = { ...record, spec: { ...record.spec, setting: S }, V: Float64Array.of(leader, other, leader, other), nu: new Float64Array(4).fill(rest), initialWeights: weights } as RunRecord;
    const root = saturationSize(S, rest);
    const moved = 1 / (1 / other - (1 / leader - 1 / root));
    const expected = (moved / root) ** 2 * ((moved * root) / (root * root + rest * rest));
    for (const dilution of saturationDilution(made)) expect(dilution).toBeCloseTo(expected, 10);
  });
  it("explains what the trained network's V is from the root of one neuron", () => {
    saturationDilution(record).forEach((dilution, i) => {
      const v = Array.from({ length: base.m }, (_, r) => record.V[i * base.m + r]);
      const root = saturationSize(base, record.nu[i * base.m + v.indexOf(Math.max(...v))]);
      expect(Math.abs(largestAt(record, "V", -1)[i] / root - (1 - dilution / base.q))).toBeLessThan(0.1);
    });
  });
});

describe("attackTypically", () => {
  it("asks for more steps the smaller the weights, and for less noise the longer the run", () => {
    const holds = (changes: Partial<typeof base>, T: number) => attackTypically({ ...base, ...changes }, T, 2).map((one) => one.holds);
    expect(holds({}, steps)).toEqual([true, true]);
    expect(holds({ sigma0: 0.002 }, steps)[0]).toBe(false);
    expect(holds({ sigmaN: 0.01 }, steps)[1]).toBe(false);
    expect(attackTypically(base, 2 * steps, 2)[1].margin).toBeLessThan(attackTypically(base, steps, 2)[1].margin);
  });
  it("starts from the median of the least leader: half of all draws of k classes have one below it", () => {
    // k = 1, m = 1: the median of a normal
    expect(medianLeastLeader({ ...base, k: 1, m: 1 })).toBeCloseTo(0, 12);
    expect(medianLeastLeader({ ...base, k: 1, m: 1000 })).toBeCloseTo(3.199 * base.sigma0, 4);
    expect(medianLeastLeader({ ...base, k: 5 })).toBeLessThan(medianLeastLeader(base));
  });
});

describe("claimedRadius", () => {
  it("is the setting's, and the reference point's where a control trains with none", () => {
    expect([claimedRadius(record), claimedRadius(at({ eps: 0 }))]).toEqual([0.42, referencePoint.eps]);
  });
});
