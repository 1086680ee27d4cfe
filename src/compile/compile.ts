/** compile: a function traced once, planned, and from then on replayed. */
import { checksFinite, enterLevel, isBranch, isTraced, leaveLevel, leavesOf, mapTree, type Outcome, placed, refill, resultTree, type Tree, type Value } from "../autodiff/index.ts";
import { DerivativeError, LemmagradError, ParameterError, ResourceError, shapeText } from "../errors/index.ts";
import { checkFunction, optionsOf } from "../errors/options.ts";
import { currentKernels, wasmSupported } from "../kernels/index.ts";
import { allocate, checkView, copy, dtypeOf, type FloatArray, isContiguous, isNdArray, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { Constants } from "./constants.ts";
import { crewOf, threadsSupported } from "./crew.ts";
import { GraphTrace, GraphValue } from "./graph-trace.ts";
import { Machine } from "./machine.ts";
import { meet } from "./overlap.ts";
import { phantom } from "./phantom.ts";
import { type Limits, type Plan, planOf } from "./plan.ts";
import { PlanDescription } from "./description.ts";
import { Recorder } from "./recorder.ts";
import { collectArrays, collectLike, Signature, whyPlain } from "./signature.ts";
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
 * is on or the backend is not wasm, it is called plainly. An array that f captures is noticed when its elements change; what f
 * computes from captured arrays alone, a captured number, flag or list of indices, and which array a captured variable names,
 * are taken as they were when f was traced.
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

  const plainly = (args: A): Tree => treeOf(f(...args));

  const variantFor = (args: A): Variant | undefined => {
    for (let i = 0; i < variants.length; i++) {
      if (!variants[i].signature.matches(args)) continue;
      if (variants[i].constants.unchanged()) return variants[i];
      variants.splice(i, 1)[0].machine?.forget();
      break;
    }
    if (variants.length >= mostVariants) return undefined;
    const made = variantOf(f, args, limits);
    variants.unshift(made);
    return made;
  };

  const planned = (args: A): Variant | undefined => (!wasmSupported() || currentKernels().name !== "wasm" || checksFinite() || whyPlain(args) !== undefined ? undefined : variantFor(args));

  const call = (...args: A): Outcome<R> => {
    const variant = planned(args);
    if (variant?.machine === undefined || variant.machine.busy) return plainly(args) as Outcome<R>;
    const results = variant.outputs.map((output) => allocate(dtypeOf(output), sizeOf(output.shape)));
    run(variant.machine, args, results);
    return refill(variant.result, results.map((data, at) => view(data, variant.outputs[at].shape))) as Outcome<R>;
  };

  const targets: FloatArray[] = [];
  const into = (target: Outcome<R>, ...args: A): Outcome<R> => {
    const variant = planned(args);
    if (variant?.machine === undefined || variant.machine.busy) return write(plainly(args), target);
    const count = collectLike(variant.result, target, arrays);
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
    const why = wasmSupported() ? whyPlain(args) : "this machine has no WebAssembly SIMD.";
    const variant = why === undefined ? variantFor(args) : undefined;
    return new PlanDescription(variant?.plan, why ?? variant?.why ?? `there are ${mostVariants} plans for other arguments already.`);
  };

  return Object.assign(call, { into, plan });
}

/** What f returned as a tree of arrays. Errors: DerivativeError on a leaf that is none. */
function treeOf(raw: unknown): Tree {
  return resultTree("compile", withoutAbsent(raw));
}

/** Records without the entries that are undefined, as valueAndGrad's aux is where there is none. */
function withoutAbsent(tree: Tree): Tree {
  if (!isBranch(tree)) return tree;
  if (Array.isArray(tree)) return tree.map(withoutAbsent);
  return Object.fromEntries(Object.entries(tree).filter(([, own]) => own !== undefined).map(([key, own]) => [key, withoutAbsent(own)]));
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
    const result = treeOf(placed(false, () => f(...(watched as A))));
    const outputs = (leavesOf(result) as Value[]).map((value) => recorder.constant(trace.plain(value)));
    const home = limits.threads > 1 ? crewOf(limits.threads) : workspace();
    const plan = planOf(recorder, outputs, home.exports, limits);
    return { signature, result, plan, machine: new Machine(plan, home), outputs, constants: new Constants([...new Set([...plan.memory.holdings.keys(), ...recorder.watched])]), why: "" };
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
  if (count < 0) throw new ParameterError({ where, problem: `the target is no tree like the result, which has ${outputs.length} arrays.`, expected: "a tree as the function returns it.", mend: "pass what an earlier call returned." });
  for (let i = 0; i < count; i++) {
    const target = arrays[i];
    const output = outputs[i];
    let same = target.data.constructor === output.data.constructor && target.shape.length === output.shape.length && target.offset === 0 && target.data.length === sizeOf(output.shape) && isContiguous(target);
    for (let axis = 0; same && axis < output.shape.length; axis++) same = target.shape[axis] === output.shape[axis];
    if (!same) throw new ParameterError({ where, problem: `array ${i} of the target has shape ${shapeText(target.shape)} and dtype ${dtypeOf(target)}.`, expected: `contiguous arrays of their own, here of shape ${shapeText(output.shape)} and dtype ${dtypeOf(output)}.`, mend: "pass what an earlier call returned." });
    for (let other = 0; other < i; other++) {
      if (meet(arrays[other].data, target.data)) throw new ParameterError({ where, problem: `arrays ${other} and ${i} of the target share memory.`, expected: "contiguous arrays of their own.", mend: "pass what an earlier call returned." });
    }
  }
}

/** Writes the results of a plain call. They may be views of arguments, and those be among the targets: all are read before one is written. */
function write<T>(result: Tree, target: T): T {
  const leaves = leavesOf(result) as Value[];
  if (leaves.some(isTraced)) throw new DerivativeError({ where: "compile: into", problem: "another transformation watches the results.", expected: "plain arrays, to be written into the target's.", mend: "call the function without into, there where it is differentiated or batched." });
  const targets: NdArray[] = [];
  checkTargets(leaves as NdArray[], targets, collectLike(result, target, targets));
  (leaves as NdArray[]).map((leaf) => copy(leaf).data).forEach((data, at) => targets[at].data.set(data));
  return target;
}
