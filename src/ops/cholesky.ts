import { apply, definePrimitive, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { DomainError, ShapeError, shapeText } from "../errors/index.ts";
import { choleskyFactor } from "../kernels/index.ts";
import { copyElements, dtypeOf, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { add } from "./add.ts";
import { batchIndices, lastTwoSwapped } from "./matrix-batches.ts";
import { matmul } from "./matmul.ts";
import { mul } from "./mul.ts";
import { transpose } from "./transpose.ts";
import { triangularSolve } from "./triangular-solve.ts";
import { tril } from "./tril.ts";

/** A drawn matrix made positive definite by a strong diagonal; it stays unsymmetric, so that the laws see what is read. */
function strongDiagonal(x: NdArray): NdArray {
  const out = new (x.data.constructor as Float64ArrayConstructor)(sizeOf(x.shape));
  copyElements(x, out);
  const n = x.shape[x.shape.length - 1];
  for (let at = 0; at < out.length; at++) out[at] = at % (n * n) % (n + 1) === 0 ? 3 + out[at] / 2 : out[at] / 2;
  return view(out, x.shape);
}
const arrange = [strongDiagonal];

export const choleskyPrimitive: Primitive<object> = definePrimitive<object>({
  name: "cholesky",
  maths: "b\\,b^\\top = (a + a^\\top)/2,\\quad b \\text{ lower}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{sym}(b^{-\\top}\\,\\mathrm{low}(b^\\top\\,\\mathrm{ct})\\,b^{-1}),\\quad \\text{low halves the diagonal}"] },
  source: "derivative: Murray, Differentiation of the Cholesky decomposition, arXiv 1602.07527",
  shape: ([a]) => {
    if (a.length < 2 || a[a.length - 1] !== a[a.length - 2]) throw new ShapeError({ where: "cholesky", problem: `the operand has shape ${shapeText(a)}.`, expected: "square matrices in the last two axes." });
    return [...a];
  },
  forward: ([a], _params, shape, { allocate, elements }) => {
    const n = shape[shape.length - 1];
    const from = elements(a);
    const out = allocate(dtypeOf(a), sizeOf(shape));
    batchIndices(shape.slice(0, -2)).forEach((index, at) => {
      const [start, end] = [at * n * n, (at + 1) * n * n];
      const fault = choleskyFactor(from.subarray(start, end), out.subarray(start, end), n);
      if (fault !== undefined) {
        throw new DomainError({
          where: "cholesky", problem: `the matrix${index.length === 0 ? "" : ` at ${shapeText(index)}`} is not positive definite: pivot ${fault.row} is ${fault.pivot}.`,
          expected: "pivots above 0.", mend: "add a small multiple of the identity, if the matrix is semidefinite up to rounding.",
        });
      }
    });
    return view(out, shape);
  },
  // with S the symmetric part of a: S' = sym(L^-T P(L^T L') L^-1), and L' = L P(L^-1 S' L^-T)
  vjp: [function choleskyVjp(ct, { out }) {
    const left = triangularSolve(out, lowerHalf(matmul(swap(out), ct)), { transposed: true });
    return symmetricPart(triangularSolve(out, swap(left), { transposed: true }));
  }],
  jvp: [function choleskyJvp(tangent, { out }) {
    const left = triangularSolve(out, symmetricPart(tangent));
    return matmul(out, lowerHalf(triangularSolve(out, swap(left))));
  }],
  batch: function choleskyBatch([a], params) { return apply(choleskyPrimitive, [a], params); },
  domain: [{ low: -1, high: 1 }],
  cases: [
    { shapes: [[3, 3]], params: {}, arrange },
    { shapes: [[2, 2, 2]], params: {}, arrange },
    { shapes: [[1, 1]], params: {}, arrange },
    { shapes: [[0, 0]], params: {}, arrange },
    { shapes: [[0, 2, 2]], params: {}, arrange },
  ],
});

function swap(x: Value): Value {
  return transpose(x, lastTwoSwapped(x.shape.length));
}
function symmetricPart(x: Value): Value {
  return mul(add(x, swap(x)), 0.5);
}
/** The lower triangle with its diagonal halved: Murray's Phi. Halves are exact. */
function lowerHalf(x: Value): Value {
  return mul(add(tril(x), tril(x, { offset: -1 })), 0.5);
}

/**
 * The lower Cholesky factor L of a positive definite matrix: L L^T = (a + a^T)/2, with zeros above the diagonal.
 *
 * The factor is that of the symmetric part of a, which is a itself when a is symmetric. So the gradient is symmetric, as
 * in textbooks: that of ln det a is its inverse.
 *
 * Shapes:  [..., n, n] -> [..., n, n]; leading axes are a batch.
 * Smooth:  everywhere in its domain.
 * Errors:  ShapeError unless the last two axes are square; DomainError when a is not positive definite, naming the pivot.
 * Cost:    n^3/3 floating-point operations a batch entry.
 * Source:  textbook (row by row); derivative: Murray, arXiv 1602.07527. Both backends run one loop.
 * Example: cholesky(array([[4, 2], [2, 5]]))  // => [[2, 0], [1, 2]]
 */
export function cholesky(a: Operand): Value {
  return apply(choleskyPrimitive, [a], {});
}
