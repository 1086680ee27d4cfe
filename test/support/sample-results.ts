/** Results as a run would give them, with made-up but realistic numbers: three claims, three kinds of picture. */
import { confusionOf, familyOf, type PhaseCell, type PhaseResult } from "../../src/claims/index.ts";
import type { Figure, Layer } from "../../src/claims/figure.ts";
import type { ClaimResult, HypothesisResult, Results } from "../../src/claims/results.ts";
import type { SearchSummary } from "../../src/report/page-searches.ts";

/** Reproducible noise in (0, 1): a linear congruential generator is plenty for pictures. */
export function noise(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** Growth that takes off at `time` and levels off at `end`, with a little noise. */
function takeOff(steps: readonly number[], start: number, end: number, time: number, next: () => number): number[] {
  return steps.map((t) => start + (end - start) / (1 + Math.exp(-(t - time) / (0.12 * time))) + 2e-4 * (next() - 0.5));
}

/** U and V of every class of every seed, with the reduced dynamics dashed on top. */
export function trajectoryFigure({ seeds = 10, classes = 5, steps = 600 } = {}): Figure {
  const x = Array.from({ length: steps + 1 }, (_, t) => t);
  const next = noise(7);
  const lines = (start: number, end: number, time: number): number[][] =>
    Array.from({ length: seeds * classes }, () => takeOff(x, start * (0.6 + 0.8 * next()), end * (0.9 + 0.2 * next()), time * (0.7 + 0.6 * next()), next));
  const reduced = (members: number[][]): number[][] => members.slice(0, 1).map((_, k) => x.map((_x, i) => members.reduce((sum, member) => sum + member[i], k) / members.length));
  const panel = (title: string, robust: number[][], nonRobust: number[][]): Figure["panels"][number] => ({
    title,
    x: { label: "step t" },
    y: { label: "largest correlation of a class's neurons (data units)" },
    layers: [
      { kind: "lines", name: "robust feature, U_i", colour: "robust", x, members: robust },
      { kind: "lines", name: "non-robust feature, V_i", colour: "nonRobust", x, members: nonRobust },
      { kind: "lines", name: "reduced dynamics", colour: "prediction", dashed: true, x, members: reduced(robust) },
      { kind: "lines", name: "reduced dynamics", colour: "prediction", dashed: true, x, members: reduced(nonRobust) },
    ],
  });
  return {
    title: "Which feature grows",
    caption: `U_i(t) and V_i(t) of ${classes} classes in ${seeds} seeds at the reference point. Left: V grows and U stays at its start. Right: V stops where the ascent cancels the patch, and U grows.`,
    alt: "Two panels of correlation against training step. Under standard training the non-robust correlation rises to 0.21 and the robust one stays near 0.03; under adversarial training the non-robust one stops at 0.05 and the robust one rises to 0.5. Dashed predictions lie on the medians.",
    panels: [
      panel("Standard training", lines(0.02, 0.028, 150), lines(0.02, 0.21, 120)),
      panel("Adversarial training", lines(0.02, 0.5, 330), lines(0.02, 0.052, 110)),
    ],
  };
}

function radiusFigure(): Figure {
  const x = [0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.8, 1];
  const next = noise(3);
  const curve = (name: string, colour: "standard" | "adversarial", edge: number, sharp: number): Layer => ({
    kind: "lines", name, colour, x,
    members: Array.from({ length: 10 }, () => {
      const shift = 0.04 * (next() - 0.5);
      return x.map((radius) => 1 / (1 + Math.exp((radius - edge - shift) / sharp)));
    }),
  });
  return {
    title: "Robust accuracy against radius",
    caption: "Share of 40 training samples still classified correctly when every patch may move by the radius; 10 seeds.",
    alt: "Robust accuracy falls from 1 to 0 near radius 0.4 for the standard network under both threats; the adversarial network keeps 1 past radius 0.6.",
    panels: [{
      title: "Robust accuracy against radius",
      x: { label: "radius eps (data units, l2 per patch)" },
      y: { label: "robust accuracy (share of samples)", domain: [0, 1] },
      layers: [
        curve("standard, pgd", "standard", 0.25, 0.02),
        curve("standard, nonRobustSubspace", "standard", 0.41, 0.015),
        curve("adversarial, nonRobustSubspace", "adversarial", 0.82, 0.03),
        curve("adversarial, suppress", "adversarial", 1.2, 0.02),
        { kind: "rule", name: "size beta of the non-robust feature", colour: "neutral", axis: "x", value: 0.4 },
      ],
    }],
  };
}

function timesFigure(): Figure {
  const next = noise(11);
  const points = (count: number, error: number): { x: number; y: number; title: string }[] => Array.from({ length: count }, (_, i) => {
    const x = 30 * 100 ** next();
    const y = x * Math.exp(error * (next() + next() - 1));
    return { x, y, title: `setting ${i}: predicted ${x.toFixed(0)}, observed ${y.toFixed(0)} steps` };
  });
  return {
    title: "Learning time: observed against closed form",
    caption: "One marker a class; 40 random settings, q = 3 and 4. The closed form has no constant fitted to the runs.",
    alt: "Scatter plot on logarithmic axes from 30 to 3000 steps. All markers lie on the line y = x within five per cent for the non-robust feature and twenty per cent for the robust one.",
    panels: [{
      title: "Steps until a feature adds 0.3 to the logit",
      x: { label: "closed-form time (steps)", scale: "log" },
      y: { label: "observed time (steps)", scale: "log" },
      layers: [
        { kind: "points", name: "non-robust patches, T_v", colour: "nonRobust", points: points(137, 0.05) },
        { kind: "points", name: "robust patches, T_u", colour: "robust", points: [...points(40, 0.25), { x: 900, y: Infinity }] },
        { kind: "diagonal", name: "observed = predicted" },
      ],
    }],
  };
}

const hypotheses: HypothesisResult[] = [
  { name: "orthonormal features", maths: "\\langle u_i, v_j \\rangle = 0,\\ \\|u_i\\| = \\|v_i\\| = 1", holds: true, margin: 32.24, detail: "largest inner product 9.9e-15" },
  { name: "radius between the features", maths: "\\beta < \\varepsilon < \\alpha", holds: true, margin: 0.22314, detail: "0.4 < 0.5 < 2" },
  { name: "energy gap", maths: "A / B \\le \\tfrac13", holds: true, margin: 0.0645385, detail: "A = 8, B = 25.5, A/B = 0.313" },
  { name: "small noise", maths: "\\sigma_n \\sqrt d \\ll \\beta", holds: true, margin: 2.88, detail: "0.0224 against 0.4" },
];

function perSeed(observed: (seed: number) => string, failing: readonly number[] = []): ClaimResult["perSeed"] {
  return Array.from({ length: 10 }, (_, seed) => ({ seed, inside: true, holds: !failing.includes(seed), observed: observed(seed) }));
}

function sampleClaims(): ClaimResult[] {
  const source = (formula: string): ClaimResult["source"] => ({ words: "Li & Li, arXiv 2410.08503, abstract", formula });
  return [
    {
      id: "p03-learning-time",
      title: "The learning time follows the closed form",
      source: source("docs/theory, P3"),
      statement: "The step at which a feature first adds 0.3 to its class's logit is the closed form's, class by class, whatever the step size, the number of patches and the initial scale.",
      maths: "T_v = \\frac{k}{1 - 1/k}\\,\\frac{\\rho^{q-1}}{\\eta B (q-2)}\\left(v_0^{2-q} - v_\\ell^{2-q}\\right)",
      verdict: "supported",
      recordedVerdict: "supported",
      hypotheses,
      prediction: "observed / predicted within 0.95 to 1.05 in 90 % of classes",
      observed: "median 1.012, 90 % in 1.005 to 1.025",
      judged: "seed by seed",
      seeds: { n: 10, supported: 10, lower95: 0.74113, required: 0.5 },
      perSeed: perSeed((seed) => `median ratio ${(1.009 + 0.0007 * seed).toFixed(4)} over 5 classes`),
      controls: [{ change: "q = 2: growth is exponential and the closed form does not apply", fails: true, seeds: 10, supporting: 0, observed: "median ratio 3.4" }],
      figure: timesFigure(),
      rerun: "npx lemmagrad verify p03-learning-time --plan quick --seeds 10 --seed 0",
    },
    {
      id: "p07-adversarial-saturation",
      title: "Adversarial training stops the non-robust feature and lets the robust one grow",
      source: source("docs/theory, P7"),
      statement: "Under adversarial training the non-robust correlation V stops where the ascent step cancels the patch, while the robust correlation U goes on to the size that classifies.",
      maths: "e\\,\\beta^{q-2} V^{q-2} (V^2 + \\nu^2) = \\rho^{q-1}",
      verdict: "contradicted",
      recordedVerdict: "supported",
      hypotheses,
      prediction: "V at the end within 15 % of 0.052 and below U in every class",
      observed: "V = 0.045 to 0.068, U = 0.15 to 0.71; three seeds leave the band",
      judged: "seed by seed",
      seeds: { n: 10, supported: 7, lower95: 0.39338, required: 0.8 },
      perSeed: perSeed((seed) => `V = ${(0.046 + 0.002 * seed).toFixed(3)}`, [6, 7, 9]),
      controls: [
        { change: "eps = 0 in adversarial mode", fails: true, seeds: 10, supporting: 0, observed: "V = 0.21" },
        { change: "sparse robust and dense non-robust energies swapped (A > B)", fails: true, seeds: 10, supporting: 1, observed: "V = 0.02 and U = 0.2 before the ascent acts" },
      ],
      figure: trajectoryFigure({ steps: 300 }),
      controlFigure: { ...trajectoryFigure({ seeds: 2, steps: 200 }), title: "Control: eps = 0", caption: "Without an ascent step both modes are the same training." },
      rerun: "npx lemmagrad verify p07-adversarial-saturation --plan quick --seeds 10 --seed 0",
    },
    {
      id: "p11-accuracy-against-radius",
      title: "Robust accuracy as a function of the radius",
      source: source("docs/theory, P11"),
      statement: "The standard network's accuracy drops from 1 to 0 near the size of the non-robust feature; the adversarially trained network keeps accuracy 1 past the radius it was trained with.",
      maths: "\\operatorname{acc}_{\\mathrm{std}}(\\varepsilon) \\to 0 \\text{ for } \\varepsilon > \\beta, \\qquad \\operatorname{acc}_{\\mathrm{adv}}(\\varepsilon) = 1 \\text{ for } \\varepsilon \\le 0.5",
      verdict: "outside hypotheses",
      recordedVerdict: "outside hypotheses",
      hypotheses: [...hypotheses.slice(0, 3), { name: "no freeze", maths: "\\alpha u > \\min(e\\,s'(\\alpha u)(u^2 + \\nu^2),\\ \\varepsilon\\sqrt{u^2+\\nu^2})", holds: false, margin: -0.4712, detail: "0.031 against 0.0497 at u = u_0, class 3" }],
      prediction: "standard below 0.05 from 0.45 on; adversarial above 0.95 up to 0.5",
      observed: "standard 0.00, adversarial 1.00",
      judged: "seed by seed",
      seeds: { n: 10, supported: 9, lower95: 0.60584, required: 0.8 },
      perSeed: perSeed((seed) => `adversarial ${(seed === 4 ? 0.8 : 1).toFixed(2)} at 0.5`, [4]),
      controls: [{ change: "labels shuffled", fails: false, seeds: 10, supporting: 9, observed: "the same curves" }],
      figure: radiusFigure(),
      rerun: "npx lemmagrad verify p11-accuracy-against-radius --plan quick --seeds 10 --seed 0",
    },
  ];
}

/** Three claims with pictures; `change` replaces top-level parts. */
export function sampleResults(change: Partial<Results> = {}): Results {
  const claims = change.claims ?? sampleClaims();
  return {
    schema: "results.schema.json",
    version: "0.1.0",
    environment: { node: "v20.19.5", platform: "linux x64", backend: "wasm", workers: 2, startedAt: "2026-01-15T09:30:00.000Z", seconds: 754.2 },
    seed: 0,
    plan: "quick",
    seedCount: 10,
    claims,
    family: familyOf(claims),
    ...change,
  };
}

/** A phase diagram of four points and two seeds each, with one cell of each kind. */
export function samplePhase(): PhaseResult {
  const axis = (name: string): PhaseResult["x"] => ({ name, label: `${name}, a parameter`, means: "", scale: "log", integer: false, values: [1, 10] });
  const trials = (inside: boolean, first: boolean, second = first): PhaseCell["trials"] => [first, second].map((holds, seed) => ({ seed, inside, holds, observed: holds ? "small" : "large" }));
  const cells: PhaseCell[] = [
    { x: 1, y: 1, verdict: "inside holds", margin: 0.5, binding: "small", trials: trials(true, true) },
    { x: 10, y: 1, verdict: "inside breaks", margin: 0.1, binding: "small", trials: trials(true, true, false) },
    { x: 1, y: 10, verdict: "outside holds", margin: -0.1, binding: "small", trials: trials(false, true, false) },
    { x: 10, y: 10, verdict: "outside breaks", margin: -0.5, binding: "round", trials: trials(false, false) },
  ];
  return {
    schema: "phase.schema.json", version: "0.1.0", environment: sampleResults().environment, claim: { id: "p00-toy", title: "A toy", statement: "It is small.", prediction: "small", required: 1 },
    x: axis("a"), y: axis("b"), base: { a: 1, b: 1, c: "fixed" }, seed: 1, seedsPerCell: 2, cells, boundary: [[{ x: 0.4, y: 8 }, { x: 3, y: 4 }, { x: 30, y: 2 }]], confusion: confusionOf(cells),
    rerun: "npx lemmagrad phase p00-toy --x a:1:10:2:log --y b:1:10:2:log --seeds 2 --seed 1",
  };
}

/** A search that found nothing in ten minutes. */
export function sampleSearch(): SearchSummary {
  return {
    claim: { id: "p03-learning-time", title: "Times follow" }, seconds: 600, tried: 812, inside: { share: 0.21, low: 0.2, high: 0.22 }, decided: { n: 400, failures: 0, upper95: 0.00746 },
    parameters: [{ name: "k", visited: 5, cells: 5 }, { name: "alpha", visited: 9, cells: 10 }], rerun: "npx lemmagrad falsify p03-learning-time --budget 10m",
  };
}
