/** One training run: really train the network, watch it, and measure its robustness at the end. */
import { bottom } from "../../autodiff/index.ts";
import { expF64, logF64 } from "../../kernels/index.ts";
import { elements, type NdArray, view } from "../../ndarray/index.ts";
import { add, mul, sub } from "../../ops/index.ts";
import { stream } from "../../random/index.ts";
import { accuracy, descentStep, robustAccuracy } from "../../training/index.ts";
import { sampleState, type State } from "./data.ts";
import { learnedLevel } from "./closed-forms.ts";
import { patchNetwork } from "./network.ts";
import { classMeans, cleanLogits, gradientCosine, probeWeights, residualGram, type RobustPatches, robustPartOfPatches, robustPatches } from "./probes.ts";
import type { RunRecord, RunSpec } from "./run-record.ts";
import { makeThreat } from "./threats.ts";

export interface SimulateOptions {
  /** Exactly these data and weights instead of sampled ones. */
  state?: State;
  /** Called after every step with the number of steps done. */
  onStep?: (done: number) => void;
}

export interface Simulation {
  record: RunRecord;
  /** [k,m,d] */
  initialWeights: NdArray;
  finalWeights: NdArray;
}

/**
 * Trains the network as the spec says and returns what the probes saw.
 *
 * Cost: steps times one (standard) or two (adversarial) forward and backward passes of 4 N P k m d operations each.
 */
export function simulate(spec: RunSpec, seed: number, options: SimulateOptions = {}): Simulation {
  const { setting, steps: total, logEvery } = spec;
  const state = options.state ?? sampleState(setting, seed);
  const data = spec.shuffleLabels ? { ...state, y: shuffled(state.y, seed) } : state;
  const network = patchNetwork(setting);
  const threat = spec.mode === "adversarial" ? makeThreat(spec.threat, setting, data) : undefined;
  const problem = {
    network, inputs: data.X, labels: data.y, eta: setting.eta,
    ...(threat === undefined ? {} : { attack: { threat, radius: setting.eps, random: stream(seed, "training attack") } }),
  };
  const log = new Log(spec, data);
  const { momentum = 0, batch = 0 } = setting;
  const batches = batch === 0 ? undefined : batchesOf(data, batch, seed);
  let W = state.W;
  let previous = W;
  for (let t = 0; t < total; t++) {
    const logged = t % logEvery === 0;
    // in standard mode the step's own forward pass is the clean one; under attack, and of a batch, the clean logits are a pass of their own
    const clean = logged && (threat !== undefined || batches !== undefined) ? cleanLogits(W, data, setting) : undefined;
    if (batches !== undefined) Object.assign(problem, batches());
    const step = descentStep(problem, W);
    if (logged) log.add(t, W, clean ?? step.logits);
    const next = momentum === 0 ? step.weights : add(step.weights, mul(sub(W, previous), momentum)) as NdArray;
    [previous, W] = [W, next];
    options.onStep?.(t + 1);
  }
  log.add(total, W, cleanLogits(W, data, setting));
  const victim = (inputs: NdArray) => ({ logits: (x: Parameters<typeof network>[1]) => network(W, x), inputs, labels: data.y, random: stream(seed, "evaluation attack") });
  const robust = spec.evaluate.flatMap(({ threat: evaluated, radii }) => {
    const model = makeThreat(evaluated, setting, data);
    return radii.map((radius) => ({ threat: model.name, radius, accuracy: robustAccuracy(victim(data.X), model, radius) }));
  });
  return { record: log.finish(seed, state, robust), initialWeights: state.W, finalWeights: W };
}

/** The next batch at each call: consecutive parts of a random order of the samples, a new one each epoch. */
function batchesOf({ X, y }: State, size: number, seed: number): () => { inputs: NdArray; labels: Int32Array } {
  const [N, P, d] = X.shape;
  const samples = elements(X);
  const orders = stream(seed, "batches");
  let order = orders.permutation(N);
  let next = 0;
  return () => {
    if (next === N) [order, next] = [orders.permutation(N), 0];
    const chosen = order.subarray(next, next + size);
    next += size;
    const inputs = new Float64Array(size * P * d);
    chosen.forEach((n, at) => inputs.set(samples.subarray(n * P * d, (n + 1) * P * d), at * P * d));
    return { inputs: view(inputs, [size, P, d]), labels: chosen.map((n) => y[n]) };
  };
}

function shuffled(labels: Int32Array, seed: number): Int32Array {
  return stream(seed, "shuffled labels").permutation(labels.length).map((n) => labels[n]);
}

/** Collects probes at logged steps. */
class Log {
  private readonly columns: Record<"U" | "V" | "nu" | "trueProbability" | "robustPart" | "nonRobustPart" | "cosine", number[]> = {
    U: [], V: [], nu: [], trueProbability: [], robustPart: [], nonRobustPart: [], cosine: [],
  };
  private readonly scalars: Record<"offDiagonalRobust" | "offDiagonalNonRobust" | "loss" | "cleanAccuracy", number[]> = {
    offDiagonalRobust: [], offDiagonalNonRobust: [], loss: [], cleanAccuracy: [],
  };
  private readonly steps: number[] = [];
  private readonly spec: RunSpec;
  private readonly data: State;
  private readonly robustPatches: RobustPatches;

  constructor(spec: RunSpec, data: State) {
    this.spec = spec;
    this.data = data;
    this.robustPatches = robustPatches(data);
  }

  add(step: number, W: NdArray, logits: NdArray): void {
    const { setting, cosineEvery = 25, steps: total } = this.spec;
    const { k } = setting;
    const { y } = this.data;
    const values = elements(bottom(logits));
    const [own, losses] = [new Float64Array(y.length), new Float64Array(y.length)];
    for (let n = 0; n < y.length; n++) {
      own[n] = values[n * k + y[n]];
      losses[n] = crossEntropyOf(values, n * k, k, y[n]);
    }
    const robust = robustPartOfPatches(W, this.robustPatches, y, setting);
    const probe = probeWeights(W, this.data);
    const cosined = cosineEvery > 0 && (step % cosineEvery === 0 || step === total);
    this.steps.push(step);
    this.columns.U.push(...probe.U);
    this.columns.V.push(...probe.V);
    this.columns.nu.push(...probe.nu);
    this.columns.trueProbability.push(...classMeans(losses.map((loss) => expF64(-loss)), y, k));
    this.columns.robustPart.push(...classMeans(robust, y, k));
    this.columns.nonRobustPart.push(...classMeans(own.map((logit, n) => logit - robust[n]), y, k));
    this.columns.cosine.push(...(cosined ? gradientCosine(W, this.data, setting) : new Float64Array(k).fill(NaN)));
    this.scalars.offDiagonalRobust.push(probe.offDiagonalRobust);
    this.scalars.offDiagonalNonRobust.push(probe.offDiagonalNonRobust);
    this.scalars.loss.push(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
    this.scalars.cleanAccuracy.push(accuracy(logits, y));
  }

  finish(seed: number, initial: State, robustAccuracies: RunRecord["robustAccuracy"]): RunRecord {
    const { setting } = this.spec;
    const column = (name: keyof typeof this.columns) => Float64Array.from(this.columns[name]);
    const scalar = (name: keyof typeof this.scalars) => Float64Array.from(this.scalars[name]);
    return {
      spec: this.spec, seed, steps: this.steps,
      U: column("U"), V: column("V"), nu: column("nu"),
      offDiagonalRobust: scalar("offDiagonalRobust"), offDiagonalNonRobust: scalar("offDiagonalNonRobust"),
      loss: scalar("loss"), trueProbability: column("trueProbability"), robustPart: column("robustPart"),
      nonRobustPart: column("nonRobustPart"), cosine: column("cosine"), cleanAccuracy: scalar("cleanAccuracy"),
      robustTime: this.timesToLevel(this.columns.robustPart), nonRobustTime: this.timesToLevel(this.columns.nonRobustPart),
      robustAccuracy: robustAccuracies,
      initialWeights: Float64Array.from(elements(initial.W)), robust: Float64Array.from(elements(initial.robust)), nonRobust: Float64Array.from(elements(initial.nonRobust)),
      initialResidualGram: residualGram(probeWeights(initial.W, initial).residual, setting),
    };
  }

  /** The first logged step at which a class's column reaches the level. */
  private timesToLevel(column: number[]): number[] {
    const { k } = this.spec.setting;
    return Array.from({ length: k }, (_, i) => {
      const at = this.steps.findIndex((_step, s) => column[s * k + i] >= learnedLevel);
      return at < 0 ? Infinity : this.steps[at];
    });
  }
}

/** ln sum_j e^{F_j} - F_y of the sample whose k logits begin at `first`, with the maximum subtracted. */
function crossEntropyOf(logits: Float64Array | Float32Array, first: number, k: number, label: number): number {
  let top = -Infinity;
  for (let at = first; at < first + k; at++) top = Math.max(top, logits[at]);
  let sum = 0;
  for (let at = first; at < first + k; at++) sum += expF64(logits[at] - top);
  return top + logF64(sum) - logits[first + label];
}
