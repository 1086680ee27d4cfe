/** One training run: really train the network, watch it, and measure its robustness at the end. */
import { elements, type NdArray, view } from "../../ndarray/index.ts";
import { add, mul, sub } from "../../ops/index.ts";
import { stream } from "../../random/index.ts";
import { descentStep, robustAccuracy } from "../../training/index.ts";
import { sampleState, type State } from "./data.ts";
import { patchNetwork } from "./network.ts";
import { cleanLogits } from "./probes.ts";
import { RunLog } from "./run-log.ts";
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
  const log = new RunLog(spec, data);
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
