/** The random streams, recorded runs, and steps of standard and adversarial training of the paper's network. */
import { stream } from "../../../src/random/index.ts";
import { type NdArray, view } from "../../../src/ndarray/index.ts";
import { astype } from "../../../src/index.ts";
import { sampleState } from "../../../src/theories/robust-features/data.ts";
import { patchNetwork } from "../../../src/theories/robust-features/network.ts";
import { makeSetting } from "../../../src/theories/robust-features/setting.ts";
import { simulate } from "../../../src/theories/robust-features/simulate.ts";
import { makeThreat, threatNames } from "../../../src/theories/robust-features/threats.ts";
import { descentStep, type TrainingProblem } from "../../../src/training/index.ts";
import { dtypes, type Result } from "./result.ts";

/** The bench's size S, and lengths that no lane count, tile or power of two divides. */
export const sizes = {
  "size S": { k: 4, m: 4, P: 8, d: 32, N: 64 },
  "an awkward size": { k: 3, m: 5, P: 7, d: 13, N: 11 },
};
export const steps = 3;

export function* streamResults(): Generator<Result> {
  for (const seed of [0, 1, Number.MAX_SAFE_INTEGER]) {
    const random = stream(seed, "engines");
    const drawn = (next: () => number) => view(Float64Array.from({ length: 501 }, next), [501]);
    yield { name: `stream ${seed}: uniform`, arrays: [drawn(() => random.uniform())] };
    yield { name: `stream ${seed}: normal`, arrays: [drawn(() => random.normal())] };
    yield { name: `stream ${seed}: integer`, arrays: [drawn(() => random.integer(-7, 1000))] };
    yield { name: `stream ${seed}: permutation`, arrays: [view(Float64Array.from(random.permutation(501)), [501])] };
  }
}

export function* trainingResults(): Generator<Result> {
  for (const [size, dimensions] of Object.entries(sizes)) {
    const setting = makeSetting(dimensions);
    const state = sampleState(setting, 1);
    yield { name: `data of ${size}`, arrays: [state.X, state.robust, state.nonRobust] };
    yield { name: `initial weights of ${size}`, arrays: [state.W] };
    for (const dtype of dtypes) {
      const [inputs, weights] = [state.X, state.W].map((x) => astype(x, dtype) as NdArray);
      const clean: TrainingProblem = { network: patchNetwork(setting), inputs, labels: state.y, eta: setting.eta };
      yield* descent(`standard training, ${size}, ${dtype}`, clean, weights);
      for (const name of threatNames) {
        // attacks that start at random or know the features are made of float64
        if (dtype === "float32" && !["gradientAscent", "fgm", "fgsm"].includes(name)) continue;
        const threat = makeThreat({ name, loss: "margin", steps: 3, randomStart: true } as Parameters<typeof makeThreat>[0], setting, state);
        const random = stream(1, `attack ${name}`);
        yield* descent(`training against ${name}, ${size}, ${dtype}`, { ...clean, attack: { threat, radius: setting.eps, random } }, weights);
      }
    }
  }
}

/** What the claims judge: everything the probes saw of a short run, and its robust accuracies. */
export function* recordResults(): Generator<Result> {
  for (const [size, dimensions] of Object.entries(sizes)) {
    for (const mode of ["standard", "adversarial"] as const) {
      const { record, finalWeights } = simulate({
        setting: makeSetting(dimensions), mode, threat: { name: "fgm", loss: "margin" }, steps: 4, logEvery: 2, cosineEvery: 2,
        evaluate: [{ threat: { name: "pgd", loss: "margin", steps: 2 }, radii: [0.1, 0.5] }],
      }, 2);
      const name = `record of a run in ${mode} mode, ${size}`;
      for (const [column, values] of Object.entries(record)) {
        if (values instanceof Float64Array) yield { name: `${name}: ${column}`, arrays: [view(values, [values.length])] };
      }
      const accuracies = Float64Array.from(record.robustAccuracy, ({ accuracy }) => accuracy);
      yield { name: `${name}: accuracies and weights`, arrays: [view(accuracies, [accuracies.length]), finalWeights] };
    }
  }
}

function* descent(name: string, problem: TrainingProblem, initial: NdArray): Generator<Result> {
  let weights = initial;
  for (let done = 1; done <= steps; done++) {
    const step = descentStep(problem, weights);
    weights = step.weights;
    yield { name: `${name}: loss and logits of step ${done}`, arrays: [step.loss, step.logits] };
    yield { name: `${name}: weights after step ${done}`, arrays: [weights] };
  }
}
