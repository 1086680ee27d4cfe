import { apply, definePrimitive, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { ShapeError } from "../errors/index.ts";
import { checkShape, dtypeOf, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { checkNumber, checkNumbers } from "./arguments.ts";
import { operandShape } from "./operand.ts";
import { checkIndices, take } from "./take.ts";

interface Params { axis: number; indices: readonly number[]; length: number }

/** The adjoint of take. Additions to one place happen in the order of the indices. */
export const scatterAddPrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "scatterAdd",
  maths: "b_j = \\sum_{i:\\,\\text{indices}_i = j} a_i",
  rules: { vjp: ["(\\mathrm{ct}_a)_i = \\mathrm{ct}_{\\text{indices}_i}"] },
  source: "textbook (the adjoint of take)",
  shape: ([x], { axis, indices, length }) => {
    checkShape("scatterAdd", [length]);
    checkIndices("scatterAdd", indices, length);
    if (x[axis] !== indices.length) {
      throw new ShapeError({ where: "scatterAdd", problem: `axis ${axis} has ${x[axis]} entries for ${indices.length} indices.`, expected: "one index an entry." });
    }
    return x.map((size, at) => (at === axis ? length : size));
  },
  forward: ([x], { axis, indices, length }, shape, { allocate, elements }) => {
    const out = allocate(dtypeOf(x), sizeOf(shape)).fill(0);
    const from = elements(x);
    const outer = sizeOf(shape.slice(0, axis));
    const inner = sizeOf(shape.slice(axis + 1));
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < indices.length; i++) {
        const to = (o * length + indices[i]) * inner;
        const at = (o * indices.length + i) * inner;
        for (let j = 0; j < inner; j++) out[to + j] += from[at + j];
      }
    }
    return view(out, shape);
  },
  vjp: [function scatterAddVjp(ct, { params }) { return take(ct, params.indices, { axis: params.axis }); }],
  jvp: [function scatterAddJvp(tangent, { params }) { return apply(scatterAddPrimitive, [tangent], params); }],
  batch: function scatterAddBatch([x], { axis, indices, length }) { return scatterAdd(x, indices, axis + 1, length); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[3, 2]], params: { axis: 0, indices: [3, 0, 3], length: 4 } },
    { shapes: [[2, 1]], params: { axis: 1, indices: [2], length: 3 } },
    { shapes: [[0]], params: { axis: 0, indices: [], length: 2 } },
  ],
});

/** Adds entries of one axis into zeros of `length` at the given indices; repeated indices add up. */
export function scatterAdd(x: Operand, indices: readonly number[], axis: number, length: number): Value {
  checkNumbers("scatterAdd", "the indices", indices);
  checkNumber("scatterAdd", "the length", length, "an integer >= 0.");
  return apply(scatterAddPrimitive, [x], { axis: normalizeAxis("scatterAdd", axis, operandShape("scatterAdd", x)), indices: [...indices], length });
}
