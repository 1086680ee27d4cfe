import { apply, definePrimitive, isTraced, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { LemmagradError, ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { array, checkView, dtypeOf, elements as elementsOf, type FloatArray, isNdArray, type NdArray, type Nested, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";

/** Indices row-major in x's shape, but with `count` entries along the axis. */
interface Params { axis: number; count: number; indices: Int32Array }

const cases: readonly { shape: readonly number[]; params: Params }[] = [
  { shape: [4], params: { axis: 0, count: 3, indices: Int32Array.of(3, 0, 3) } },
  { shape: [2, 3], params: { axis: 1, count: 2, indices: Int32Array.of(2, 2, 0, 1) } },
  { shape: [2, 3], params: { axis: 0, count: 1, indices: Int32Array.of(1, 0, 1) } },
  { shape: [2, 2, 1], params: { axis: 1, count: 3, indices: Int32Array.of(0, 1, 1, 1, 0, 0) } },
  { shape: [0, 2], params: { axis: 1, count: 1, indices: new Int32Array(0) } },
  { shape: [2], params: { axis: 0, count: 0, indices: new Int32Array(0) } },
];

function resized(shape: readonly number[], axis: number, length: number): number[] {
  return shape.map((own, at) => (at === axis ? length : own));
}

/** Calls `visit(at, selected)` for every index, row-major: its own place, and the place in x that it selects. */
function eachSelected(length: number, shape: readonly number[], { axis, count, indices }: Params, visit: (at: number, selected: number) => void): void {
  const inner = sizeOf(shape.slice(axis + 1));
  for (let at = 0; at < indices.length; at++) {
    const outer = Math.floor(at / (count * inner));
    visit(at, (outer * length + indices[at]) * inner + (at % inner));
  }
}

export const gatherPrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "gather",
  maths: "b_{\\dots i \\dots} = a_{\\dots\\, \\text{indices}_{\\dots i \\dots} \\dots}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{\\dots j \\dots} = \\sum_{i:\\,\\text{indices}_{\\dots i \\dots} = j} \\mathrm{ct}_{\\dots i \\dots}"] },
  source: "textbook",
  shape: ([x], { axis, count, indices }) => {
    const out = resized(x, axis, count);
    checkIndices("gather", indices, x[axis], sizeOf(out));
    return out;
  },
  forward: ([x], params, shape, { allocate, elements }) => {
    const from = elements(x);
    const out = allocate(dtypeOf(x), sizeOf(shape));
    eachSelected(x.shape[params.axis], shape, params, (at, selected) => { out[at] = from[selected]; });
    return view(out, shape);
  },
  vjp: [function gatherVjp(ct, { args: [x], params }) { return apply(scatterAddAlongPrimitive, [ct], { ...params, length: x.shape[params.axis] }); }],
  jvp: [function gatherJvp(tangent, { params }) { return apply(gatherPrimitive, [tangent], params); }],
  batch: function gatherBatch([x], params) { return apply(gatherPrimitive, [x], batched(params, x.shape[0])); },
  domain: [{ low: -3, high: 3 }],
  cases: cases.map(({ shape, params }) => ({ shapes: [shape], params })),
});

/** The adjoint of gather. Additions to one place happen in the row-major order of the indices. */
const scatterAddAlongPrimitive: Primitive<Params & { length: number }> = definePrimitive<Params & { length: number }>({
  name: "scatterAddAlong",
  maths: "b_{\\dots j \\dots} = \\sum_{i:\\,\\text{indices}_{\\dots i \\dots} = j} a_{\\dots i \\dots}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{\\dots i \\dots} = \\mathrm{ct}_{\\dots\\, \\text{indices}_{\\dots i \\dots} \\dots}"] },
  source: "textbook (the adjoint of gather)",
  shape: ([x], { axis, count, indices, length }) => {
    if (x[axis] !== count) throw new ShapeError({ where: "scatterAddAlong", problem: `axis ${axis} of shape ${shapeText(x)} does not have ${count} entries.`, expected: "one index an entry." });
    checkIndices("scatterAddAlong", indices, length, sizeOf(x));
    return resized(x, axis, length);
  },
  forward: ([x], params, shape, { allocate, elements }) => {
    const from = elements(x);
    const out = allocate(dtypeOf(x), sizeOf(shape)).fill(0);
    eachSelected(params.length, shape, params, (at, selected) => { out[selected] += from[at]; });
    return view(out, shape);
  },
  vjp: [function scatterAddAlongVjp(ct, { params: { axis, count, indices } }) { return apply(gatherPrimitive, [ct], { axis, count, indices }); }],
  jvp: [function scatterAddAlongJvp(tangent, { params }) { return apply(scatterAddAlongPrimitive, [tangent], params); }],
  batch: function scatterAddAlongBatch([x], params) { return apply(scatterAddAlongPrimitive, [x], { ...batched(params, x.shape[0]), length: params.length }); },
  domain: [{ low: -3, high: 3 }],
  cases: cases.map(({ shape, params }) => ({ shapes: [resized(shape, params.axis, params.count)], params: { ...params, length: shape[params.axis] } })),
});

/** The same indices for each of the slices of a new leading axis. */
function batched({ axis, count, indices }: Params, slices: number): Params {
  return { axis: axis + 1, count, indices: Int32Array.from({ length: indices.length * slices }, (_, at) => indices[at % indices.length]) };
}

function checkIndices(where: string, indices: Int32Array | FloatArray, length: number, wanted: number): void {
  if (indices.length !== wanted) throw new ShapeError({ where, problem: `${indices.length} indices came for ${wanted} elements.`, expected: "one index an element." });
  const bad = indices.findIndex((index) => index < 0 || index >= length);
  if (bad >= 0) throw new ShapeError({ where, problem: `index ${indices[bad]} is outside an axis of ${length} elements.`, expected: `integers from 0 to ${length - 1}.` });
}

/** Indices from nested lists; what is wrong with them is said in gather's name. */
function indexArray(indices: Nested): NdArray {
  try {
    return array(indices);
  } catch (error) {
    if (!(error instanceof LemmagradError)) throw error;
    throw new ParameterError({ ...error.parts, where: "gather", problem: `the indices make no array: ${error.parts.problem}` }, { cause: error });
  }
}

const checkOptions = optionsOf("gather", { axis: kinds.axis });

/**
 * Elements of one axis (the last by default) at an index for every element of the result; an index may repeat. Indices
 * are plain integers, as nested lists or as an array; `take` is for one list of indices that serves every row.
 *
 * Shapes:  x: S, indices: S but for the axis, which may have any length -> the indices' shape.
 * Errors:  ShapeError when the shapes differ off the axis, or an index is outside it; ParameterError on an index that is
 *          no integer, or indices that are being differentiated.
 * Example: gather(array([[5, 6, 7], [1, 2, 3]]), [[2, 0], [1, 1]])  // => [[7, 5], [2, 2]]
 */
export function gather(x: Operand, indices: Nested | NdArray, options: { axis?: number } = {}): Value {
  checkOptions(options);
  const shape = operandShape("gather", x);
  const axis = normalizeAxis("gather", options.axis ?? -1, shape);
  if (isTraced(indices)) {
    throw new ParameterError({ where: "gather", problem: "the indices are an array that is being differentiated.", expected: "plain integers.", mend: "compute the indices outside of the differentiated function." });
  }
  const plain = isNdArray(indices) ? checkView("gather", indices) : indexArray(indices);
  const fits = plain.shape.length === shape.length && plain.shape.every((length, at) => at === axis || length === shape[at]);
  if (!fits) throw new ShapeError({ where: "gather", problem: `x has shape ${shapeText(shape)}, the indices ${shapeText(plain.shape)}.`, expected: `equal shapes but for axis ${axis}.`, mend: "for one list of indices that serves every row, use take." });
  const values = elementsOf(plain);
  const broken = values.findIndex((index) => !Number.isInteger(index));
  if (broken >= 0) throw new ParameterError({ where: "gather", problem: `index ${values[broken]} is no integer.`, expected: "integer indices." });
  checkIndices("gather", values, shape[axis], values.length); // before they become 32-bit integers, which would wrap around
  return apply(gatherPrimitive, [x], { axis, count: plain.shape[axis], indices: Int32Array.from(values) });
}
