/** This project as a contestant in four forms: the compiled step, the plain tape, the tape with all its results in scratch memory, and the tape on the reference backend. */
import { array, compile, item, matmul, type NdArray, selectBackend, vmap } from "../../src/index.ts";
import { scratch } from "../../src/autodiff/index.ts";
import { stepOf } from "../step-of.ts";
import type { MatmulTask, Ready, StepTask, Task, TaskData } from "../task.ts";

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
  return task.kind === "step" ? loadStep(task, data, form) : loadMatmul(task, data);
}
