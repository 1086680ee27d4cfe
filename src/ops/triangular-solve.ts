import { apply, definePrimitive, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { DomainError, ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { solveTriangularInPlace } from "../kernels/index.ts";
import { broadcastShapes, broadcastView, copyElements, dtypeOf, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { batchIndices, entryAt, lastTwoSwapped } from "./matrix-batches.ts";
import { matmul } from "./matmul.ts";
import { neg } from "./neg.ts";
import { transpose } from "./transpose.ts";
import { tril, triu } from "./tril.ts";

interface Params { lower: boolean; transposed: boolean; unitDiagonal: boolean }

const plain: Params = { lower: true, transposed: false, unitDiagonal: false };

/** A drawn matrix with a strong diagonal, so that its triangles are far from singular. */
function strongDiagonal(x: NdArray): NdArray {
  const out = new (x.data.constructor as Float64ArrayConstructor)(sizeOf(x.shape));
  copyElements(x, out);
  const n = x.shape[x.shape.length - 1];
  for (let at = 0; at < out.length; at++) out[at] = at % (n * n) % (n + 1) === 0 ? 2 + out[at] / 4 : out[at] / 2;
  return view(out, x.shape);
}
const arrange = [strongDiagonal, undefined];

export const triangularSolvePrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "triangularSolve",
  maths: "t\\,c = b,\\quad t \\text{ a triangle of } a \\text{ or its transpose}",
  rules: { vjp: ["\\mathrm{ct}_a = -u\\,c^\\top \\text{ (transposed if } t \\text{ is) on the triangle},\\quad u = t^{-\\top}\\,\\mathrm{ct}", "\\mathrm{ct}_b = t^{-\\top}\\,\\mathrm{ct}"] },
  source: "textbook (substitution)",
  shape: ([a, b]) => {
    if (a.length < 2 || b.length < 2) {
      throw new ShapeError({ where: "triangularSolve", problem: `a is ${shapeText(a)}, b is ${shapeText(b)}.`, expected: "at least two axes each.", mend: "reshape a right-hand side of n numbers to [n, 1]." });
    }
    const [rows, columns] = a.slice(-2);
    if (rows !== columns) throw new ShapeError({ where: "triangularSolve", problem: `a is ${shapeText(a)}.`, expected: `a square matrix, got ${rows} rows and ${columns} columns.` });
    if (b[b.length - 2] !== rows) throw new ShapeError({ where: "triangularSolve", problem: `a is ${shapeText(a)}, b is ${shapeText(b)}.`, expected: `b.shape[${b.length - 2}] === ${rows}, one right-hand side a column.` });
    return [...broadcastShapes("triangularSolve", a.slice(0, -2), b.slice(0, -2)), ...b.slice(-2)];
  },
  forward: ([a, b], { lower, transposed, unitDiagonal }, shape, { allocate, elements }) => {
    const batch = shape.slice(0, -2);
    const [n, columns] = shape.slice(-2);
    const out = allocate(dtypeOf(b), sizeOf(shape));
    copyElements(broadcastView(b, shape), out);
    const matrices = broadcastView(a, [...batch, n, n]);
    batchIndices(batch).forEach((index, at) => {
      const matrix = elements(entryAt(matrices, index));
      if (!unitDiagonal) requirePivots(matrix, n, index);
      solveTriangularInPlace(matrix, out.subarray(at * n * columns, (at + 1) * n * columns), n, columns, lower, transposed, unitDiagonal);
    });
    return view(out, shape);
  },
  vjp: [
    function triangularSolveVjpMatrix(ct, { args: [a], out, params }) {
      const u = apply(triangularSolvePrimitive, [a, ct], turned(params));
      return neg(triangleOf(params.transposed ? matmul(out, swap(u)) : matmul(u, swap(out)), params));
    },
    function triangularSolveVjpRight(ct, { args: [a], params }) { return apply(triangularSolvePrimitive, [a, ct], turned(params)); },
  ],
  jvp: [
    function triangularSolveJvpMatrix(tangent, { args: [a], out, params }) {
      const change = triangleOf(tangent, params);
      return neg(apply(triangularSolvePrimitive, [a, matmul(params.transposed ? swap(change) : change, out)], params));
    },
    function triangularSolveJvpRight(tangent, { args: [a], params }) { return apply(triangularSolvePrimitive, [a, tangent], params); },
  ],
  batch: "aligned",
  domain: [{ low: -1, high: 1 }, { low: -2, high: 2 }],
  cases: [
    { shapes: [[3, 3], [3, 2]], params: plain, arrange },
    { shapes: [[3, 3], [3, 1]], params: { ...plain, lower: false }, arrange },
    { shapes: [[2, 2, 2], [2, 3]], params: { ...plain, transposed: true }, arrange },
    { shapes: [[2, 2], [2, 2, 1]], params: { lower: false, transposed: true, unitDiagonal: false }, arrange },
    { shapes: [[3, 3], [3, 1]], params: { lower: true, transposed: true, unitDiagonal: true }, arrange },
    { shapes: [[1, 1], [1, 1]], params: plain, arrange },
    { shapes: [[0, 0], [0, 2]], params: plain, arrange },
    { shapes: [[2, 2], [2, 0]], params: plain, arrange },
  ],
});

function turned(params: Params): Params {
  return { ...params, transposed: !params.transposed };
}
function swap(x: Value): Value {
  return transpose(x, lastTwoSwapped(x.shape.length));
}

/** The part of a matrix that the solution depends on. */
function triangleOf(x: Value, { lower, unitDiagonal }: Params): Value {
  const inside = unitDiagonal ? 1 : 0;
  return lower ? tril(x, { offset: -inside }) : triu(x, { offset: inside });
}

function requirePivots(matrix: ArrayLike<number>, n: number, batch: readonly number[]): void {
  for (let i = 0; i < n; i++) {
    if (matrix[i * (n + 1)] === 0) {
      throw new DomainError({ where: "triangularSolve", problem: `the matrix is singular: a${shapeText([...batch, i, i])} is 0.`, expected: "no zero on the diagonal." });
    }
  }
}

const checkOptions = optionsOf("triangularSolve", { lower: kinds.flag, transposed: kinds.flag, unitDiagonal: kinds.flag });

/**
 * Solves t x = b for a triangular t: the lower triangle of a, or its upper one; under `transposed` the transpose of that
 * triangle. The other elements of a are not read, nor is the diagonal under `unitDiagonal`, which takes ones for it.
 *
 * Shapes:  a: [..., n, n], b: [..., n, k] -> [..., n, k]; leading axes are a batch and broadcast.
 * Smooth:  everywhere in its domain; the derivative by what is not read is 0.
 * Errors:  ShapeError when the shapes do not fit; DomainError on a zero on the diagonal, naming its index.
 * Cost:    n^2 k floating-point operations a batch entry.
 * Source:  textbook (substitution); order of subtractions in src/kernels/reference/factor.ts, the same on both backends.
 * Example: triangularSolve(array([[2, 0], [1, 4]]), array([[2], [9]]))  // => [[1], [2]]
 */
export function triangularSolve(a: Operand, b: Operand, options: { lower?: boolean; transposed?: boolean; unitDiagonal?: boolean } = {}): Value {
  checkOptions(options);
  const { lower = true, transposed = false, unitDiagonal = false } = options;
  return apply(triangularSolvePrimitive, [a, b], { lower, transposed, unitDiagonal });
}
