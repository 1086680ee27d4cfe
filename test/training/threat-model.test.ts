/** The laws of every gradient-based threat model, over random victims; none of them knows the theory. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, astype, einsum, grad, matmul, mul, reshape, smoothedRelu, sum, type NdArray, type Value } from "lemmagrad";
import { fgm, fgsm, gradientAscent, lossGradient, perSampleLoss, pgd, pgdLinf, robustAccuracy, accuracy, type ThreatModel, type Victim } from "lemmagrad/training";
import { bottom } from "../../src/autodiff/index.ts";
import { stream } from "../../src/random/index.ts";
import { projectRowsOf, rowNorms } from "../support/rows.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

const [N, P, d, k] = [4, 3, 5, 3];
const labels = Int32Array.of(0, 2, 1, 1);

/** A smooth network on patches, its inputs of size about 1. */
function victimOf(seed: number): Victim {
  const random = stream(seed, "victim");
  const W = array(random.fillNormal(new Float64Array(d * k), 1), [d, k]);
  const X = array(random.fillNormal(new Float64Array(N * P * d), 1), [N, P, d]);
  return {
    logits: (x) => sum(smoothedRelu(reshape(matmul(reshape(x, [N * P, d]), W), [N, P, k]), { q: 3, rho: 1 }), { axes: 1 }),
    inputs: X, labels, random: stream(seed, "attack"),
  };
}

const l2: [string, () => ThreatModel][] = (["margin", "crossEntropy"] as const).flatMap((loss): [string, () => ThreatModel][] => [
  [`gradientAscent ${loss}`, () => gradientAscent({ loss, e: 0.7 })], [`gradientAscent ${loss}, far`, () => gradientAscent({ loss, e: 1e6 })],
  [`fgm ${loss}`, () => fgm({ loss })], [`pgd ${loss}`, () => pgd({ loss, steps: 4 })],
  [`pgd ${loss} from a random start`, () => pgd({ loss, steps: 3, stepSize: 0.3, randomStart: true })],
]);
const linf: [string, () => ThreatModel][] = [
  ["fgsm", () => fgsm({ loss: "margin" })], ["pgdLinf", () => pgdLinf({ loss: "crossEntropy", steps: 4 })], ["pgdLinf from a random start", () => pgdLinf({ loss: "margin", steps: 3, randomStart: true })],
];
const shift = (victim: Victim, at: NdArray) => numbers(at).map((x, i) => x - numbers(victim.inputs)[i]);
const radii = fc.constantFrom(1e-3, 0.1, 0.5, 2, 30);
const seeds = fc.integer({ min: 0, max: 1000 });
/** x + delta - x: two roundings of numbers below 4 + radius. */
const rounding = (radius: number) => (8 + 4 * radius) * 2 ** -52 * Math.sqrt(d);

describe.each([...l2, ...linf])("%s", (name, make) => {
  const cube = linf.some(([own]) => own === name);
  it("stays within the radius on every patch, and reaches beyond half of it for a large gradient", () => onEachBackend(() => fc.assert(fc.property(seeds, radii, (seed, radius) => {
    const victim = victimOf(seed);
    const delta = shift(victim, make().perturb(victim, radius));
    const size = cube ? delta.map(Math.abs) : rowNorms(delta, d);
    for (const length of size) expect(length).toBeLessThanOrEqual(radius + rounding(radius));
    if (radius <= 0.1) expect(Math.max(...size)).toBeGreaterThan(radius / 2);
  }), { numRuns: 20 })));
  it("returns the same array at radius 0, and leaves the inputs as they were", () => {
    const victim = victimOf(1);
    const before = numbers(victim.inputs);
    expect(make().perturb(victim, 0)).toBe(victim.inputs);
    make().perturb(victim, 0.3);
    expect(numbers(victim.inputs)).toEqual(before);
  });
  it("never lowers the linearised loss of a sample, and raises it somewhere (first steps from the clean input)", () => {
    if (name.includes("random") || name.startsWith("pgd")) return; // later steps linearise elsewhere; one step is tested below
    fc.assert(fc.property(seeds, radii, (seed, radius) => {
      const victim = victimOf(seed);
      const model = make();
      const gradient = numbers(lossGradient(victim, name.includes("crossEntropy") ? "crossEntropy" : "margin", victim.inputs));
      const delta = shift(victim, model.perturb(victim, radius));
      const gains = delta.map((x, i) => x * gradient[i]);
      for (let row = 0; row < N * P; row++) {
        const gain = gains.slice(row * d, (row + 1) * d).reduce((p, q) => p + q, 0);
        expect(gain).toBeGreaterThanOrEqual(-rounding(radius) * 20);
      }
      expect(Math.max(...gains)).toBeGreaterThan(0);
    }), { numRuns: 20 });
  });
  it("does not clamp data: inputs far outside any usual range move as far as others", () => {
    const near = victimOf(3);
    const far: Victim = { ...near, inputs: array(numbers(near.inputs).map((x) => x + 1000), [N, P, d]) };
    expect(Math.max(...shift(far, make().perturb(far, 0.5)).map(Math.abs))).toBeGreaterThan(0.1);
  });
  it("refuses a radius that is none", () => {
    for (const radius of [-1, NaN, Infinity]) expect(() => make().perturb(victimOf(1), radius)).toThrow(`: the radius ${radius} is out of range.\n  Expected a finite radius >= 0, in the data's units.`);
  });
  it("works in float32", () => {
    const victim = victimOf(5);
    const single: Victim = { ...victim, inputs: astype(victim.inputs, "float32") as NdArray, logits: (x) => astype(victim.logits(astype(x, "float64")), "float32") };
    const at = make().perturb(single, 0.5);
    expect(at.dtype).toBe("float32");
    const delta = shift(single, at);
    for (const length of cube ? delta.map(Math.abs) : rowNorms(delta, d)) expect(length).toBeLessThanOrEqual(0.5 + 8 * 2 ** -23 * Math.sqrt(d));
  });
});

describe("projection", () => {
  const project = (rows: number[], radius: number) => projectRowsOf(rows, d, radius);
  it("is idempotent, stays in the ball, and leaves what is inside as it is", () => onEachBackend(() => fc.assert(fc.property(
    fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2 * d, maxLength: 2 * d }), radii, (rows, radius) => {
      const once = project(rows, radius);
      const sizes = rowNorms(once, d);
      for (const size of sizes) expect(size).toBeLessThanOrEqual(radius * (1 + 8 * 2 ** -52));
      // a projected row may come out an ulp longer than the radius and be scaled once more
      project(once, radius).forEach((x, i) => expect(Math.abs(x - once[i])).toBeLessThanOrEqual(8 * 2 ** -52 * Math.abs(once[i])));
      rowNorms(rows, d).forEach((size, row) => {
        if (size < radius * (1 - 1e-12)) expect(once.slice(row * d, (row + 1) * d)).toEqual(rows.slice(row * d, (row + 1) * d));
      });
    },
  ), { numRuns: 100 })));
});

describe("worked steps, with the gradient of a linear loss known", () => {
  // two classes, logits (0, <w, x_p> summed over patches): for label 0 the margin loss is <w, sum x_p>, its gradient w on every patch
  const w = [3, 4];
  const linear: Victim = {
    logits: (x) => einsum("npd,kd->nk", x, array([[0, 0], w])), inputs: array([[[1, 1], [2, 0]]]), labels: Int32Array.of(0), random: stream(1, "attack"),
  };
  const delta = (model: ThreatModel, radius: number) => numbers(model.perturb(linear, radius)).map((x, i) => x - numbers(linear.inputs)[i]);
  const close = (actual: number[], expected: number[]) => actual.forEach((x, i) => expect(x).toBeCloseTo(expected[i], 12));
  it("gradientAscent steps e times the gradient, and is cut at the radius", () => {
    close(delta(gradientAscent({ loss: "margin", e: 0.1 }), 10), [0.3, 0.4, 0.3, 0.4]);
    close(delta(gradientAscent({ loss: "margin", e: 0.1 }), 0.25), [0.15, 0.2, 0.15, 0.2]);
    close(delta(gradientAscent({ loss: "margin", e: 0 }), 1), [0, 0, 0, 0]);
  });
  it("cross-entropy ascends its own sample's loss, not the mean", () => {
    const p = 1 / (1 + Math.exp(-(3 * 3 + 4 * 1)));
    close(delta(gradientAscent({ loss: "crossEntropy", e: 0.1 }), 10), [0.3 * p, 0.4 * p, 0.3 * p, 0.4 * p]);
  });
  it("fgm and fgsm go to the radius along the gradient, or its signs", () => {
    close(delta(fgm({ loss: "margin" }), 0.5), [0.3, 0.4, 0.3, 0.4]);
    close(delta(fgsm({ loss: "margin" }), 0.5), [0.5, 0.5, 0.5, 0.5]);
  });
  it("pgd adds up steps of the given length, by default 2.5 radius / steps, projected", () => {
    close(delta(pgd({ loss: "margin", steps: 2, stepSize: 0.1 }), 0.5), [0.12, 0.16, 0.12, 0.16]);
    close(delta(pgd({ loss: "margin", steps: 5 }), 0.5), [0.3, 0.4, 0.3, 0.4]);
    close(delta(pgd({ loss: "margin", steps: 10 }), 0.5), [0.3, 0.4, 0.3, 0.4]);
    close(delta(pgdLinf({ loss: "margin", steps: 2, stepSize: 0.1 }), 0.5), [0.2, 0.2, 0.2, 0.2]);
    close(delta(pgdLinf({ loss: "margin", steps: 2 }), 0.5), [0.5, 0.5, 0.5, 0.5]);
    expect(delta(pgd({ loss: "margin", steps: 1 }), 0.5).slice(0, 2)).toEqual(delta(pgd({ loss: "margin", steps: 1 }), 0.5).slice(2).map((x) => expect.closeTo(x, 12)));
  });
  it("no gradient, no step", () => {
    const flat: Victim = { ...linear, logits: (x) => mul(linear.logits(x), 0) };
    for (const model of [gradientAscent({ loss: "margin", e: 9 }), fgm({ loss: "margin" }), fgsm({ loss: "margin" })]) expect(numbers(model.perturb(flat, 1))).toEqual(numbers(linear.inputs));
  });
  it("a random start depends on the stream alone, and needs one", () => {
    const model = pgd({ loss: "margin", steps: 1, stepSize: 0.01, randomStart: true });
    const from = (seed: number) => numbers(model.perturb({ ...linear, random: stream(seed, "attack") }, 1));
    expect(from(1)).toEqual(from(1));
    expect(from(1)).not.toEqual(from(2));
    expect(model.randomised).toBe(true);
    expect(fgm({ loss: "margin" }).randomised).toBe(false);
    expect(() => model.perturb({ ...linear, random: undefined }, 1)).toThrow("pgd-1(margin): a random start needs a random stream.\n  Mend: pass victim.random.");
  });
  it("random starts fill the ball and the cube", () => {
    for (const [model, size] of [[pgd, (x: number[]) => Math.hypot(...x)], [pgdLinf, (x: number[]) => Math.max(...x.map(Math.abs))]] as const) {
      const threat = model({ loss: "margin", steps: 1, stepSize: 0, randomStart: true });
      const sizes = Array.from({ length: 200 }, (_, seed) => size(numbers(threat.perturb({ ...linear, random: stream(seed, "attack") }, 1)).slice(0, 2).map((x, i) => x - [1, 1][i])));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1 + 1e-15);
      expect(Math.max(...sizes)).toBeGreaterThan(0.9);
      expect(Math.min(...sizes)).toBeLessThan(0.3);
    }
  });
  it("refuses options out of range", () => {
    expect(() => gradientAscent({ loss: "margin", e: -1 })).toThrow("gradientAscent: e = -1 is out of range.\n  Expected a step size e >= 0.");
    for (const steps of [0, 1.5]) {
      expect(() => pgd({ loss: "margin", steps })).toThrow(`pgd: steps = ${steps} is out of range.\n  Expected an integer >= 1.`);
      expect(() => pgdLinf({ loss: "margin", steps })).toThrow(`pgdLinf: steps = ${steps} is out of range.`);
    }
  });
});

describe("an attack inside a differentiated function", () => {
  const inputs = array([[[1, 1], [2, 0]], [[0, -1], [1, 3]]]);
  const own = Int32Array.of(0, 1);
  const logits = (W: Value) => (x: Value) => einsum("npd,kd->nk", smoothedRelu(x, { q: 3, rho: 1 }), W);
  const W = array([[0.5, -1], [1, 0.25]]);
  const loss = (W: Value, x: Value) => sum(perSampleLoss("crossEntropy", logits(W)(x), own));
  const at = (W: Value) => pgd({ loss: "margin", steps: 3 }).perturb({ logits: logits(W), inputs, labels: own }, 0.4);
  it("is held constant: no gradient flows through the perturbation", () => onEachBackend(() => {
    const through = grad((w: Value) => loss(w, at(w)))(W);
    const held = at(W);
    expect(numbers(through)).toEqual(numbers(grad((w: Value) => loss(w, held))(W)));
  }));
  it("returns an array that may be kept", () => onEachBackend(() => {
    let kept: NdArray | undefined;
    grad((w: Value) => loss(w, kept = at(w)))(W);
    for (let i = 0; i < 30; i++) grad((w: Value) => loss(w, mul(inputs, i)))(W);
    expect(numbers(kept)).toEqual(numbers(at(W)));
  }));
});

it("robustAccuracy takes no more memory for more steps", () => {
  const victim = victimOf(4);
  const furthest = (steps: number) => {
    let most = 0;
    const logits = (x: Value) => {
      most = Math.max(most, bottom(x).data.byteOffset);
      return victim.logits(x);
    };
    robustAccuracy({ ...victim, logits }, pgd({ loss: "margin", steps }), 0.5);
    return most;
  };
  // the first call of all may find the arena elsewhere; a step's inputs then lie where those of the step before lay
  furthest(3);
  expect(furthest(3)).toBeGreaterThan(0);
  expect(furthest(30)).toBe(furthest(3));
});

it("robustAccuracy is the accuracy on perturbed inputs, and falls with the radius", () => onEachBackend(() => {
  const victim = victimOf(4);
  const own = { ...victim, labels: Int32Array.from({ length: N }, (_, n) => { const row = numbers(victim.logits(victim.inputs)).slice(n * k, (n + 1) * k); return row.indexOf(Math.max(...row)); }) };
  const model = fgm({ loss: "margin" });
  expect(robustAccuracy(own, model, 0)).toBe(1);
  expect(robustAccuracy(own, model, 0.5)).toBe(accuracy(own.logits(model.perturb(own, 0.5)) as NdArray, own.labels));
  expect(robustAccuracy(own, model, 30)).toBeLessThan(1);
  const g = numbers(grad((x: Value) => sum(perSampleLoss("margin", own.logits(x), own.labels)))(own.inputs));
  expect(g).toEqual(numbers(lossGradient(own, "margin", own.inputs)));
}));
