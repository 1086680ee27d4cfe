import { apply, definePrimitive, type ForwardContext, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { broadcastShapes, broadcastView, dtypeOf, isContiguous, type FloatArray, type NdArray, sizeOf, transposeView, view } from "../ndarray/index.ts";
import { batchIndices, entryAt, lastTwoSwapped } from "./matrix-batches.ts";
import { transpose } from "./transpose.ts";

export const matmulPrimitive = definePrimitive({
  name: "matmul",
  maths: "c_{\\cdot ij} = \\sum_l a_{\\cdot il}\\, b_{\\cdot lj}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct}\\,b^\\top", "\\mathrm{ct}_b = a^\\top\\,\\mathrm{ct}"] },
  source: "textbook",
  shape: ([a, b]) => {
    if (a.length < 2 || b.length < 2) {
      throw new ShapeError({ where: "matmul", problem: `a is ${shapeText(a)}, b is ${shapeText(b)}.`, expected: "at least two axes each.", mend: "reshape a vector to [1, n] or [n, 1]." });
    }
    const inner = a[a.length - 1];
    const other = b[b.length - 2];
    if (inner !== other) {
      const turned = b[b.length - 1] === inner ? `b's other axis is ${inner}; if rows of b are outputs, pass transpose(b, [${lastTwoSwapped(b.length).join(", ")}]).` : "check which axes are meant to be contracted, or use einsum.";
      throw new ShapeError({ where: "matmul", problem: `inner axes differ: a is ${shapeText(a)}, b is ${shapeText(b)}.`, expected: `a.shape[${a.length - 1}] === b.shape[${b.length - 2}], got ${inner} and ${other}.`, mend: turned });
    }
    return [...broadcastShapes("matmul", a.slice(0, -2), b.slice(0, -2)), a[a.length - 2], b[b.length - 1]];
  },
  forward: ([a, b], _params, shape, context) => {
    const batch = shape.slice(0, -2);
    const [rows, columns] = shape.slice(-2);
    const inner = a.shape[a.shape.length - 1];
    const out = context.allocate(dtypeOf(a), sizeOf(shape));
    if (batch.length === 0) {
      product(a, b, out, context);
      return view(out, shape);
    }
    const left = broadcastView(a, [...batch, rows, inner]);
    const right = broadcastView(b, [...batch, inner, columns]);
    batchIndices(batch).forEach((index, at) => {
      product(entryAt(left, index), entryAt(right, index), out.subarray(at * rows * columns, (at + 1) * rows * columns), context);
    });
    return view(out, shape);
  },
  vjp: [
    function matmulVjpLeft(ct, { args: [, b] }) { return matmul(ct, transpose(b, lastTwoSwapped(b.shape.length))); },
    function matmulVjpRight(ct, { args: [a] }) { return matmul(transpose(a, lastTwoSwapped(a.shape.length)), ct); },
  ],
  jvp: [
    function matmulJvpLeft(tangent, { args: [, b] }) { return matmul(tangent, b); },
    function matmulJvpRight(tangent, { args: [a] }) { return matmul(a, tangent); },
  ],
  batch: "aligned",
  domain: [{ low: -2, high: 2 }, { low: -2, high: 2 }],
  cases: [
    { shapes: [[3, 4], [4, 2]], params: {} },
    { shapes: [[2, 3, 4], [2, 4, 2]], params: {} },
    { shapes: [[2, 1, 3, 2], [4, 2, 1]], params: {} },
    { shapes: [[5, 3, 2], [2, 4]], params: {} },
    { shapes: [[3, 0], [0, 2]], params: {} },
    { shapes: [[1, 1], [1, 1]], params: {} },
    { shapes: [[0, 3], [3, 2]], params: {} },
  ],
});

/** One matrix product; an operand that is the transpose of contiguous memory is read as such, without a copy. */
function product(a: NdArray, b: NdArray, out: FloatArray, { kernels, elements }: ForwardContext): void {
  const [m, k] = a.shape;
  const n = b.shape[1];
  const turned = (x: NdArray) => !isContiguous(x) && isContiguous(transposeView(x, [1, 0]));
  if (turned(b)) kernels.matmulNT(elements(a), elements(transposeView(b, [1, 0])), out, m, n, k);
  else if (turned(a)) kernels.matmulTN(elements(transposeView(a, [1, 0])), elements(b), out, m, n, k);
  else kernels.matmulNN(elements(a), elements(b), out, m, n, k);
}

/**
 * Matrix product over the last two axes; leading axes are a batch and broadcast.
 *
 * Shapes:  [..., i, l], [..., l, j] -> [..., i, j].
 * Errors:  ShapeError when the inner axes differ, or the batch axes do not broadcast.
 * Cost:    2 i l j floating-point operations a batch entry; transposed operands are read in place.
 * Example: matmul(array([[1, 2]]), array([[3], [4]]))  // => [[11]]
 */
export function matmul(a: Operand, b: Operand): Value {
  return apply(matmulPrimitive, [a, b], {});
}
