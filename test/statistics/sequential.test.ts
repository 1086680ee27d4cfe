import { describe, expect, it } from "vitest";
import { asGoodAs, boundariesOf, clopperPearson, decideInOrder, fewestToBelow, operatingCharacteristic, type SequentialDesign, type SequentialOutcome, sequentialUpperBound } from "../../src/statistics/index.ts";

const design: SequentialDesign = { p0: 0.1, p1: 0.5, alpha: 0.05, beta: 0.1, most: 12 };
const designs: SequentialDesign[] = [
  design, { p0: 0.02, p1: 0.1, alpha: 0.05, beta: 0.05, most: 200 }, { p0: 0.005, p1: 0.05, alpha: 0.01, beta: 0.05, most: 400 },
  { p0: 0, p1: 0.05, alpha: 0.05, beta: 0.05, most: 59 }, { p0: 0.3, p1: 0.4, alpha: 0.2, beta: 0.02, most: 50 },
];

/** Every sequence of `most` trials with its probability, decided by carrying the likelihood ratio along in ordinary products. */
function everySequence({ p0, p1, alpha, beta, most }: SequentialDesign, rate: number): { probability: number; outcome: SequentialOutcome }[] {
  return Array.from({ length: 2 ** most }, (_, code) => {
    let [ratio, probability, failures] = [1, 1, 0];
    let outcome: SequentialOutcome | undefined;
    for (let n = 1; n <= most; n++) {
      const failed = (code >> (n - 1)) % 2 === 1;
      if (failed) failures++;
      ratio *= failed ? p1 / p0 : (1 - p1) / (1 - p0);
      probability *= failed ? rate : 1 - rate;
      if (outcome === undefined && ratio <= beta) outcome = { decision: "below", used: n, failures };
      if (outcome === undefined && ratio >= 1 / alpha) outcome = { decision: "above", used: n, failures };
    }
    return { probability, outcome: outcome ?? { decision: "undecided", used: most, failures } };
  });
}

/** Larger is better for a low rate. */
const merit = ({ decision, used, failures }: SequentialOutcome) => (decision === "below" ? 1000 - used : decision === "above" ? -1000 + used : -failures);

describe("the sequential test", () => {
  it("computes what adding up all 4,096 sequences gives: answers, number of trials, and the order of ends", () => {
    for (const rate of [0.05, 0.1, 0.3, 0.5, 0.8]) {
      const all = everySequence(design, rate);
      const sum = (weight: (outcome: SequentialOutcome) => number) => all.reduce((total, { probability, outcome }) => total + probability * weight(outcome), 0);
      const exact = operatingCharacteristic(design, rate);
      expect(exact.below).toBeCloseTo(sum(({ decision }) => Number(decision === "below")), 12);
      expect(exact.above).toBeCloseTo(sum(({ decision }) => Number(decision === "above")), 12);
      expect(exact.undecided).toBeCloseTo(sum(({ decision }) => Number(decision === "undecided")), 12);
      expect(exact.expectedTrials).toBeCloseTo(sum(({ used }) => used), 11);
      const seen = new Map(all.map(({ outcome }) => [merit(outcome), outcome]));
      expect(seen.size).toBeGreaterThan(8);
      for (const outcome of seen.values()) expect(asGoodAs(design, rate, outcome)).toBeCloseTo(sum((own) => Number(merit(own) >= merit(outcome))), 12);
    }
  });
  it("decides a sequence as the likelihood ratio does, by the part that was needed and no more", () => {
    everySequence(design, 0.3).forEach(({ outcome }, code) => {
      if (code % 7 !== 0) return;
      const failed = Array.from({ length: design.most }, (_, n) => (code >> n) % 2 === 1);
      expect(decideInOrder(design, failed)).toEqual(outcome);
      if (outcome.decision === "undecided") return;
      expect(decideInOrder(design, failed.slice(0, outcome.used))).toEqual(outcome);
      expect(decideInOrder(design, failed.slice(0, outcome.used - 1)).decision).toBe("undecided");
    });
  });
  it("keeps each error at its own level, whichever the design: alpha at p0, beta at p1", () => {
    for (const one of designs) {
      expect(operatingCharacteristic(one, one.p0).above).toBeLessThanOrEqual(one.alpha);
      expect(operatingCharacteristic(one, one.p1).below).toBeLessThanOrEqual(one.beta);
      // and not by answering nothing: where it may go on for long, errors come near their levels
      const long = { ...one, most: 1000 };
      expect(operatingCharacteristic(long, one.p1).below).toBeGreaterThan(one.beta / 3);
      if (one.p0 > 0) expect(operatingCharacteristic(long, one.p0).above).toBeGreaterThan(one.alpha / 6);
    }
  });
  it("answers 'below' the less often the higher the rate", () => {
    for (const one of designs) {
      const below = [0, 0.01, 0.05, 0.2, 0.5, 0.9].map((rate) => operatingCharacteristic(one, rate).below);
      expect(below).toEqual([...below].sort((a, b) => b - a));
      expect(below[0]).toBe(one.most >= fewestToBelow(one) ? 1 : 0);
    }
  });
  it("is the plan of 59 seeds that must all pass, where p0 = 0", () => {
    const all = { p0: 0, p1: 0.05, alpha: 0.05, beta: 0.05, most: 100 };
    expect(fewestToBelow(all)).toBe(59);
    expect(operatingCharacteristic(all, 0.05).below).toBeCloseTo(0.95 ** 59, 12);
    expect(decideInOrder(all, [false, false, true, false])).toEqual({ decision: "above", used: 3, failures: 1 });
    expect(sequentialUpperBound(all, { decision: "below", used: 59, failures: 0 })).toBeCloseTo(clopperPearson(0, 59).upper, 12);
  });
  it("stays undecided at its last trial, and before it", () => {
    const failed = Array.from({ length: 40 }, (_, n) => n % 4 === 3);
    expect(decideInOrder({ ...design, most: 3 }, failed)).toEqual({ decision: "undecided", used: 3, failures: 0 });
    expect(decideInOrder(design, [])).toEqual({ decision: "undecided", used: 0, failures: 0 });
    expect(fewestToBelow({ ...design, most: 3 })).toBe(Infinity);
  });
  it("bounds the rate from above with at least the nominal confidence, over all sequences", () => {
    const ends = new Map(everySequence(design, 0.3).map(({ outcome }) => [merit(outcome), outcome]));
    const bounds = new Map([...ends].map(([at, outcome]) => [at, sequentialUpperBound(design, outcome)]));
    for (const rate of [0.05, 0.2, 0.4, 0.7]) {
      const covered = everySequence(design, rate).reduce((total, { probability, outcome }) => total + (bounds.get(merit(outcome))! >= rate ? probability : 0), 0);
      expect(covered).toBeGreaterThanOrEqual(0.95 - 1e-9);
    }
  });
  it("never lets a wider count of failures decide for a lower rate", () => {
    const { belowAt, aboveAt } = boundariesOf(designs[1]);
    for (let n = 1; n < belowAt.length; n++) {
      expect(belowAt[n]).toBeLessThan(aboveAt[n]);
      expect(belowAt[n]).toBeGreaterThanOrEqual(belowAt[n - 1]);
    }
  });
  it.each<[Partial<SequentialDesign>, RegExp]>([
    [{ p0: 0.5 }, /p0 = 0.5 and p1 = 0.5 leave no indifference region[\s\S]*0 <= p0 < p1 < 1/],
    [{ p1: 1 }, /leave no indifference region/],
    [{ alpha: 0.5 }, /alpha = 0.5 and beta = 0.1 are no error rates/],
    [{ most: 0 }, /most = 0 is no number of trials/],
  ])("refuses %j", (change, message) => {
    expect(() => decideInOrder({ ...design, ...change }, [])).toThrow(message);
  });
});
