/** compile: a function traced once, planned, and from then on replayed. */
import { checksFinite, enterLevel, leaveLevel, leavesOf, mapTree, type Outcome, placed, refill, resultTree, type Tree, type Value } from "../autodiff/index.ts";
import { LemmagradError, ParameterError, ResourceError, shapeText } from "../errors/index.ts";
import { checkFunction, optionsOf } from "../errors/options.ts";
import { currentKernels, wasmSupported } from "../kernels/index.ts";
import { allocate, checkView, dtypeOf, type FloatArray, isContiguous, isNdArray, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { Constants } from "./constants.ts";
import { crewOf, threadsSupported } from "./crew.ts";
import { GraphTrace, GraphValue } from "./graph-trace.ts";
import { Machine } from "./machine.ts";
import { phantom } from "./phantom.ts";
import { type Plan, planOf } from "./plan.ts";
import { PlanDescription } from "./description.ts";
import { Recorder } from "./recorder.ts";
import { anyTraced, collectArrays, Signature } from "./signature.ts";
import { mostBytes, workspace } from "./workspace.ts";

export interface CompileOptions {
  /** Bytes of working memory above which a plan is refused; default what WebAssembly can address, 4 GiB. */
  memoryLimit?: number;
  /** Threads that share the rows of one call; default 1. The results do not depend on it. Where there are no threads, one runs. */
  threads?: number;
}

/** A compiled function: called as f is, with the same results bit for bit. */
export interface Compiled<A extends unknown[], R> {
  (...args: A): Outcome<R>;
  /**
   * The same, with the results written into the arrays of `target`, a tree as the function returns it; nothing is allocated.
   * An argument may be among them: arguments are read before results are written, block by block where a result is cut like it.
   */
  into(target: Outcome<R>, ...args: A): Outcome<R>;
  /** How a call with such arguments is carried out: groups, fused ops, bytes, operations. Nothing is computed. */
  plan(...args: A): PlanDescription;
}

/** One form of arguments: how it is carried out, or why as a plain call. */
interface Variant {
  readonly signature: Signature;
  readonly constants: Constants;
  readonly result: Tree;
  readonly plan: Plan | undefined;
  readonly machine: Machine | undefined;
  readonly outputs: readonly NdArray[];
  readonly why: string;
}

interface Limits {
  /** Bytes of working memory. */
  readonly limit: number;
  readonly threads: number;
}

/** Plans kept a function: a loop over ever new shapes must not fill the memory. */
const mostVariants = 8;

const checkOptions = optionsOf("compile", {
  threads: { words: "an integer from 1 to 64.", holds: (x: unknown) => Number.isInteger(x) && (x as number) >= 1 && (x as number) <= 64 },
  memoryLimit: { words: "a number of bytes > 0.", holds: (x: unknown) => typeof x === "number" && x > 0 },
});

/**
 * A function that does what f does, traced at its first call and replayed at the next ones: no tape, no new intermediates,
 * a few kernel calls over memory that is planned beforehand. Derivatives are taken inside f, as ever.
 *
 * The results are those of f, bit for bit. Arrays among the arguments are what may change from call to call; other arguments,
 * and integer arrays, are part of the plan: a new value means a new plan. Where the arguments' shapes are new, f is traced
 * again; where f looks at elements to decide what to do, where it is called under another transformation, where checkFinite
 * is on or the backend is not wasm, it is called plainly. An array that f captures is noticed when it changes;
 * what f computes from captured arrays alone, and a captured number or flag, is taken as it was when f was traced.
 *
 * Errors:  those of f; ResourceError, before anything runs, when a call would need more than memoryLimit bytes.
 * Cost:    one tracing a form of arguments (about a millisecond), then the kernels alone.
 * Example: compile((x) => mul(x, x))(array([2, 3]))  // => [4, 9]
 */
export function compile<A extends unknown[] = Value[], R = Value>(f: (...args: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  checkFunction("compile", f as (...args: never[]) => unknown);
  checkOptions(options);
  const limits: Limits = { limit: options.memoryLimit ?? mostBytes, threads: threadsSupported() ? (options.threads ?? 1) : 1 };
  const variants: Variant[] = [];
  let arrays: NdArray[] = [];

  const plainly = (args: A): Tree => resultTree("compile", f(...args));

  const variantFor = (args: A): Variant | undefined => {
    for (let i = 0; i < variants.length; i++) {
      if (!variants[i].signature.matches(args)) continue;
      if (variants[i].constants.unchanged()) return variants[i];
      variants.splice(i, 1);
      break;
    }
    if (variants.length >= mostVariants) return undefined;
    const made = variantOf(f, args, limits);
    variants.unshift(made);
    return made;
  };

  const planned = (args: A): Variant | undefined => (!wasmSupported() || currentKernels().name !== "wasm" || checksFinite() || anyTraced(args) ? undefined : variantFor(args));

  const call = (...args: A): Outcome<R> => {
    const variant = planned(args);
    if (variant?.machine === undefined) return plainly(args) as Outcome<R>;
    const results = variant.outputs.map((output) => allocate(dtypeOf(output), sizeOf(output.shape)));
    run(variant.machine, args, results);
    return refill(variant.result, results.map((data, at) => view(data, variant.outputs[at].shape))) as Outcome<R>;
  };

  const targets: FloatArray[] = [];
  const into = (target: Outcome<R>, ...args: A): Outcome<R> => {
    const variant = planned(args);
    const count = collectArrays(target, arrays);
    if (variant?.machine === undefined) return write(leavesOf(plainly(args)) as NdArray[], arrays.slice(0, count), target);
    checkTargets(variant.outputs, arrays, count);
    targets.length = count;
    for (let i = 0; i < count; i++) targets[i] = arrays[i].data;
    run(variant.machine, args, targets);
    return target;
  };

  function run(machine: Machine, args: A, results: FloatArray[]): void {
    collectArrays(args, arrays);
    machine.run(arrays, results);
  }

  const plan = (...args: A): PlanDescription => {
    const variant = wasmSupported() && !anyTraced(args) ? variantFor(args) : undefined;
    return new PlanDescription(variant?.plan, variant?.why ?? "this machine has no WebAssembly SIMD, or another transformation watches the arguments");
  };

  return Object.assign(call, { into, plan });
}

/** Traces f on arguments of this form. Errors: those of f. */
function variantOf<A extends unknown[]>(f: (...args: A) => unknown, args: A, limits: Limits): Variant {
  const signature = new Signature(args);
  const recorder = new Recorder();
  const trace = new GraphTrace(enterLevel(), recorder);
  let leaf = 0;
  try {
    const watched = mapTree(args, (x) => {
      if (!isNdArray(x)) return x;
      const { shape } = checkView("compile", x);
      const buffer = recorder.buffer(dtypeOf(x), sizeOf(shape), { kind: "argument", leaf: leaf++ });
      return new GraphValue(trace, view(phantom(recorder.whole(buffer)), shape));
    });
    const result = resultTree("compile", placed(false, () => f(...(watched as A))));
    const outputs = (leavesOf(result) as Value[]).map((value) => recorder.constant(trace.plain(value)));
    const home = limits.threads > 1 ? crewOf(limits.threads) : workspace();
    const plan = planOf(recorder, outputs, home.exports, limits);
    return { signature, result, plan, machine: new Machine(plan, home), outputs, constants: new Constants([...plan.memory.holdings.keys()]), why: "" };
  } catch (error) {
    if (error instanceof ResourceError) throw error;
    const why = error instanceof LemmagradError ? error.message : String(error);
    return { signature, result: undefined, plan: undefined, machine: undefined, outputs: [], constants: new Constants([]), why };
  } finally {
    trace.open = false;
    leaveLevel();
  }
}

function checkTargets(outputs: readonly NdArray[], arrays: readonly NdArray[], count: number): void {
  const where = "compile: into";
  if (count !== outputs.length) throw new ParameterError({ where, problem: `the target has ${count} arrays, the result ${outputs.length}.`, expected: "a tree as the function returns it." });
  for (let i = 0; i < count; i++) {
    const target = arrays[i];
    const output = outputs[i];
    let same = target.data.constructor === output.data.constructor && target.shape.length === output.shape.length && target.offset === 0 && target.data.length === sizeOf(output.shape) && isContiguous(target);
    for (let axis = 0; same && axis < output.shape.length; axis++) same = target.shape[axis] === output.shape[axis];
    if (!same) throw new ParameterError({ where, problem: `array ${i} of the target has shape ${shapeText(target.shape)} and dtype ${dtypeOf(target)}.`, expected: `contiguous arrays of their own, here of shape ${shapeText(output.shape)} and dtype ${dtypeOf(output)}.`, mend: "pass what an earlier call returned." });
  }
}

function write<T>(results: readonly NdArray[], targets: readonly NdArray[], target: T): T {
  checkTargets(results, targets, targets.length);
  results.forEach((result, at) => targets[at].data.set(result.data.subarray(result.offset, result.offset + sizeOf(result.shape))));
  return target;
}
