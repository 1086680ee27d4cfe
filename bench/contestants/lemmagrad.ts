/** This project as a contestant in four forms: the compiled step, the plain tape, the tape with all its results in scratch memory, and the tape on the reference backend. */
import { add, array, clip, compile, elements, grad, item, logSoftmax, matmul, maximum, mean, minimum, mul, type NdArray, neg, oneHot, selectBackend, sign, sub, sum, type Value, valueAndGrad, vmap } from "../../src/index.ts";
import { convolutionalNetwork } from "../../src/images/index.ts";
import { scratch } from "../../src/autodiff/index.ts";
import { stepOf } from "../step-of.ts";
import type { CnnTask, MatmulTask, Ready, StepTask, Task, TaskData } from "../task.ts";

type Step = (W: NdArray, X: NdArray) => { weights: NdArray; loss: NdArray; gradient: NdArray };

function inForm<A extends unknown[], R>(form: string, f: (...args: A) => R): (...args: A) => unknown {
  if (form === "compiled") return compile(f) as (...args: A) => unknown;
  return form === "scratch" ? (...args) => scratch(() => f(...args)) : f;
}

function loadStep({ dimensions: { k, m, P, d, N }, q, rho, eta, eps, seeds }: StepTask, { first, second, labels }: TaskData, form: string): Ready {
  const step = stepOf(labels, { activation: { q, rho }, eta, eps });
  const many = seeds > 1;
  const X = array(first, many ? [seeds, N, P, d] : [N, P, d]);
  const W = array(second, many ? [seeds, k, m, d] : [k, m, d]);
  /** The step as it is trained with: the gradient itself is nobody's result. */
  const trained = (of: typeof step.standard) => inForm(form, many ? vmap(withoutGradient(of)) : withoutGradient(of)) as unknown as Step;
  const standard = trained(step.standard);
  const adversarial = trained(step.adversarial);
  let weights = W;
  const taking = (one: Step) => () => {
    const after = one(weights, X);
    ({ weights } = after);
    return many ? after.loss.data[after.loss.offset] : item(after.loss);
  };
  return {
    actions: { standard: taking(standard), adversarial: taking(adversarial) },
    restart: () => void (weights = W),
    results() {
      const clean = standard(W, X);
      const moved = adversarial(W, X);
      const gradient = (of: typeof step.standard) => (inForm(form, of) as unknown as Step)(W, X).gradient.data;
      return {
        "gradient in X": (inForm(form, step.gradientX)(W, X) as NdArray).data,
        "gradient in W": gradient(step.standard), "loss": clean.loss.data, "new weights": clean.weights.data,
        "adversarial gradient in W": gradient(step.adversarial), "adversarial loss": moved.loss.data, "adversarial new weights": moved.weights.data,
      };
    },
  };
}

/** One step of training on images as they are, or moved by projected ascent; labels come as one-hot rows, an array like any other. */
function loadCnn({ image, widths, classes, N, eta, eps, ascent, attackSteps, shapes }: CnnTask, { first, second, labels }: TaskData, form: string): Ready {
  const network = convolutionalNetwork({ image, widths, classes });
  const dtype = first instanceof Float32Array ? "float32" : "float64";
  const X = array(first, [N, ...image]);
  const targets = oneHot(labels, classes, dtype);
  let at = 0;
  const arrays = shapes.map((shape) => array(second.subarray(at, (at += shape.reduce((n, length) => n * length, 1))), shape));
  const names = ["convolution1", "convolution2", "dense1", "dense2"];
  type Params = Record<string, { weights: Value; bias: Value }>;
  const start: Params = Object.fromEntries(names.map((name, layer) => [name, { weights: arrays[2 * layer], bias: arrays[2 * layer + 1] }]));
  const loss = (p: Params, x: Value, t: Value): Value => neg(mean(sum(mul(t, logSoftmax(network.apply(p as never, x).logits)), { axes: 1 })));
  const gradientX = (p: Params, x: Value, t: Value) => grad((moved: Value) => loss(p, moved, t))(x as NdArray) as Value;
  const attacked = (p: Params, x: Value, t: Value) => {
    const [low, high] = [sub(x, eps), add(x, eps)];
    let moved = x;
    for (let i = 0; i < attackSteps; i++) moved = clip(minimum(maximum(add(moved, mul(sign(gradientX(p, moved, t)), ascent)), low), high), { low: 0, high: 1 });
    return moved;
  };
  const descended = (p: Params, x: Value, t: Value) => {
    const { value, gradient } = valueAndGrad((own: Params) => loss(own, x, t))(p) as { value: Value; gradient: Params };
    const weights = Object.fromEntries(names.map((name) => [name, { weights: sub(p[name].weights, mul(gradient[name].weights, eta)), bias: sub(p[name].bias, mul(gradient[name].bias, eta)) }]));
    return { weights, loss: value, gradient };
  };
  const steps = { standard: descended, adversarial: (p: Params, x: Value, t: Value) => descended(p, attacked(p, x, t), t) };
  const trained = (step: typeof descended) => inForm(form, (p: Params, x: Value, t: Value) => {
    const { weights, loss: value } = step(p, x, t);
    return { weights, loss: value };
  }) as unknown as (p: Params, x: NdArray, t: NdArray) => { weights: Params; loss: NdArray };
  let weights = start;
  const taking = (step: ReturnType<typeof trained>) => () => {
    const after = step(weights, X, targets);
    ({ weights } = after);
    return item(after.loss);
  };
  const flat = (p: Params) => Float64Array.from(names.flatMap((name) => [...(p[name].weights as NdArray).data, ...(p[name].bias as NdArray).data]));
  const of = (step: typeof descended) => (inForm(form, step) as unknown as (p: Params, x: NdArray, t: NdArray) => { weights: Params; loss: NdArray; gradient: Params })(start, X, targets);
  return {
    actions: { standard: taking(trained(steps.standard)), adversarial: taking(trained(steps.adversarial)) },
    restart: () => void (weights = start),
    results() {
      const [clean, moved] = [of(steps.standard), of(steps.adversarial)];
      return {
        "gradient in X": elements((inForm(form, gradientX) as unknown as typeof gradientX)(start, X, targets) as NdArray), // it may be a view with channels last
        "gradient in W": flat(clean.gradient), "loss": clean.loss.data, "new weights": flat(clean.weights),
        "adversarial gradient in W": flat(moved.gradient), "adversarial loss": moved.loss.data, "adversarial new weights": flat(moved.weights),
      };
    },
  };
}

function withoutGradient(of: ReturnType<typeof stepOf>["standard"]): typeof of {
  return ((...args) => {
    const { weights, loss } = of(...args);
    return { weights, loss };
  }) as typeof of;
}

function loadMatmul({ m, n, k }: MatmulTask, { first, second }: TaskData): Ready {
  const a = array(first, [m, k]);
  const b = array(second, [k, n]);
  const product = () => matmul(a, b) as NdArray;
  return { actions: { matmul: () => product().data[0] }, restart: () => undefined, results: () => ({ product: product().data }) };
}

export function load(task: Task, data: TaskData, form: string): Ready {
  selectBackend(form === "reference" ? "reference" : "wasm");
  if (task.kind === "cnn") return loadCnn(task, data, form);
  return task.kind === "step" ? loadStep(task, data, form) : loadMatmul(task, data);
}
