/**
 * Steps of training written with ops alone, and compiled. On the wasm backend they are replayed from a plan; on the
 * reference backend `compile` calls the function plainly, through the tape. One name, so that the bits of both are compared. Where an engine has no threads to give, one runs.
 */
import { add, astype, compile, type Compiled, grad, mul, normalize, reshape, sub, sum, type Value, valueAndGrad } from "../../../src/index.ts";
import { currentKernels } from "../../../src/kernels/index.ts";
import type { NdArray } from "../../../src/ndarray/index.ts";
import { sampleState } from "../../../src/theories/robust-features/data.ts";
import { patchNetwork } from "../../../src/theories/robust-features/network.ts";
import { makeSetting } from "../../../src/theories/robust-features/setting.ts";
import { marginLoss, meanCrossEntropy } from "../../../src/training/index.ts";
import { dtypes, type Result } from "./result.ts";
import { sizes, steps } from "./training.ts";

export function* compiledResults(): Generator<Result> {
  for (const [size, dimensions] of Object.entries(sizes)) {
    const setting = makeSetting(dimensions);
    const { eta, eps } = setting;
    const network = patchNetwork(setting);
    const state = sampleState(setting, 1);
    const descended = (W: Value, X: Value): Value[] => {
      const { value, gradient, aux } = valueAndGrad((w: Value) => {
        const logits = network(w, X);
        return [meanCrossEntropy(logits, state.y), logits];
      }, { aux: true })(W);
      return [sub(W, mul(gradient as Value, eta)), value as Value, aux as Value];
    };
    const attacked = (W: Value, X: Value): Value => {
      const [N, P, d] = X.shape;
      const ascent = grad((x: Value) => sum(marginLoss(network(W, x), state.y)))(X) as Value;
      return add(X, mul(reshape(normalize(reshape(ascent, [N * P, d])), [N, P, d]), eps));
    };
    for (const dtype of dtypes) {
      const [inputs, initial] = [state.X, state.W].map((x) => astype(x, dtype) as NdArray);
      for (const threads of [1, 3]) {
        const how = `${size}, ${dtype}, threads: ${threads}`;
        yield* replayed(`compiled standard training, ${how}`, compile(descended, { threads }), initial, inputs);
        yield* replayed(`compiled training against fgm, ${how}`, compile((W: Value, X: Value) => descended(W, attacked(W, X)), { threads }), initial, inputs);
      }
    }
  }
}

function* replayed(name: string, step: Compiled<[Value, Value], Value[]>, initial: NdArray, inputs: NdArray): Generator<Result> {
  let weights = initial;
  if (currentKernels().name === "wasm") {
    const { plainBecause } = step.plan(weights, inputs);
    if (plainBecause !== "") throw new Error(`${name} is not compiled: ${plainBecause}`);
  }
  for (let done = 1; done <= steps; done++) {
    const [next, loss, logits] = step(weights, inputs) as NdArray[];
    weights = next;
    yield { name: `${name}: loss and logits of step ${done}`, arrays: [loss, logits] };
    yield { name: `${name}: weights after step ${done}`, arrays: [weights] };
  }
}
