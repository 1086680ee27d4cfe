import { apply, definePrimitive, type Operand, type Primitive, type Value, valueDtype } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { dtypeOf, sizeOf, view } from "../ndarray/index.ts";
import { checkNumbers } from "./arguments.ts";
import { exp } from "./exp.ts";
import { logSoftmax } from "./log-softmax.ts";
import { merged, unmerged } from "./merged-axes.ts";
import { mul } from "./mul.ts";
import { oneHot } from "./one-hot.ts";
import { reshape } from "./reshape.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

interface Params { labels: Int32Array }

const cases = [
  { shapes: [[3, 4]], params: { labels: Int32Array.of(0, 3, 1) } },
  { shapes: [[1, 1]], params: { labels: Int32Array.of(0) } },
  { shapes: [[0, 3]], params: { labels: new Int32Array(0) } },
  { shapes: [[2, 5]], params: { labels: Int32Array.of(4, 4) } },
] as const;

function checkLabels(where: string, logits: readonly number[], labels: Int32Array): void {
  if (logits.length !== 2 || logits[0] !== labels.length || logits[1] === 0) {
    throw new ShapeError({ where, problem: `logits of shape ${shapeText(logits)} came with ${labels.length} labels.`, expected: "[samples, classes] with one label a sample and at least one class." });
  }
  const bad = labels.findIndex((label) => label < 0 || label >= logits[1]);
  if (bad >= 0) throw new ParameterError({ where, problem: `label ${labels[bad]} of sample ${bad} is no class.`, expected: `an integer from 0 to ${logits[1] - 1}.` });
}

export const crossEntropyPrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "crossEntropy",
  maths: "b_n = -\\ln \\mathrm{softmax}(a_n)_{y_n}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{nj} = \\mathrm{ct}_n (\\mathrm{softmax}(a_n)_j - [j = y_n])"] },
  source: "textbook; docs/theory, section 3",
  shape: ([logits], { labels }) => {
    checkLabels("crossEntropy", logits, labels);
    return [logits[0]];
  },
  forward: ([logits], { labels }, shape, { kernels, allocate, elements }) => {
    const out = allocate(dtypeOf(logits), sizeOf(shape));
    kernels.softmaxCrossEntropy(elements(logits), labels, out, logits.shape[0], logits.shape[1]);
    return view(out, shape);
  },
  vjp: [function crossEntropyVjp(ct, { args: [logits], params }) { return apply(residualPrimitive, [logits, ct], params); }],
  jvp: [function crossEntropyJvp(tangent, { args: [logits], params }) { return sum(mul(residual(logits, params), tangent), { axes: 1 }); }],
  batch: function crossEntropyBatch([logits], { labels }) {
    const out = apply(crossEntropyPrimitive, [merged(logits)], { labels: repeated(labels, logits.shape[0]) });
    return unmerged(out, logits);
  },
  domain: [{ low: -3, high: 3 }],
  cases,
});

/** The pull-back of crossEntropy as a primitive of its own: out_{nj} = ct_n (softmax(a_n)_j - [j = y_n]). */
const residualPrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "crossEntropyVjp",
  maths: "b_{nj} = c_n (\\mathrm{softmax}(a_n)_j - [j = y_n])",
  rules: { vjp: ["(\\mathrm{ct}_a)_{nj} = c_n\\, p_{nj} (\\mathrm{ct}_{nj} - \\sum_l p_{nl}\\, \\mathrm{ct}_{nl}),\\quad p_n = \\mathrm{softmax}(a_n)", "(\\mathrm{ct}_c)_n = \\sum_j \\mathrm{ct}_{nj} (\\mathrm{softmax}(a_n)_j - [j = y_n])"] },
  source: "textbook",
  shape: ([logits, ct], { labels }) => {
    checkLabels("crossEntropyVjp", logits, labels);
    if (ct.length !== 1 || ct[0] !== logits[0]) throw new ShapeError({ where: "crossEntropyVjp", problem: `logits have shape ${shapeText(logits)}, the cotangent ${shapeText(ct)}.`, expected: "one cotangent a sample." });
    return [...logits];
  },
  forward: ([logits, ct], { labels }, shape, { kernels, allocate, elements }) => {
    const out = allocate(dtypeOf(logits), sizeOf(shape));
    kernels.softmaxCrossEntropyVjp(elements(logits), labels, elements(ct), out, logits.shape[0], logits.shape[1]);
    return view(out, shape);
  },
  vjp: [
    function residualVjpLogits(ct, { args: [logits, c] }) { return mul(column(c), softmaxPull(ct, logits)); },
    function residualVjpCt(ct, { args: [logits], params }) { return sum(mul(ct, residual(logits, params)), { axes: 1 }); },
  ],
  jvp: [
    function residualJvpLogits(tangent, { args: [logits, c] }) { return mul(column(c), softmaxPull(tangent, logits)); },
    function residualJvpCt(tangent, { args: [logits], params }) { return mul(column(tangent), residual(logits, params)); },
  ],
  batch: function residualBatch([logits, ct], { labels }) {
    const out = apply(residualPrimitive, [merged(logits), merged(ct)], { labels: repeated(labels, logits.shape[0]) });
    return unmerged(out, logits);
  },
  domain: [{ low: -3, high: 3 }, { low: -2, high: 2 }],
  cases: cases.map(({ shapes: [logits], params }) => ({ shapes: [logits, [logits[0]]], params })),
});

function repeated(labels: Int32Array, times: number): Int32Array {
  return Int32Array.from({ length: labels.length * times }, (_, at) => labels[at % labels.length]);
}

function column(c: Value): Value {
  return reshape(c, [c.shape[0], 1]);
}

/** softmax - one-hot label. */
function residual(logits: Value, { labels }: Params): Value {
  return sub(exp(logSoftmax(logits)), oneHot(labels, logits.shape[1], valueDtype(logits)));
}

/** The softmax's Jacobian, symmetric, applied to t: S t - S <S, t>. */
function softmaxPull(t: Value, logits: Value): Value {
  const softmax = exp(logSoftmax(logits));
  const weighted = mul(softmax, t);
  return sub(weighted, mul(softmax, sum(weighted, { axes: 1, keepAxes: true })));
}

/**
 * Softmax cross-entropy of each sample.
 *
 * Shapes:  logits [n, classes], labels: n integers -> [n]. Units: nats.
 * Errors:  ShapeError unless there is one label a sample; ParameterError on a label that is no class.
 * Example: crossEntropy(array([[0, 0]]), [1])  // => [0.6931471805599453]
 */
export function crossEntropy(logits: Operand, labels: ArrayLike<number>): Value {
  checkNumbers("crossEntropy", "the labels", labels);
  const integers = labels instanceof Int32Array ? labels : Int32Array.from(labels);
  for (let i = 0; i < labels.length; i++) {
    if (integers[i] !== labels[i]) throw new ParameterError({ where: "crossEntropy", problem: `label ${labels[i]} of sample ${i} is no integer.`, expected: "integer class labels." });
  }
  return apply(crossEntropyPrimitive, [logits], { labels: integers });
}
