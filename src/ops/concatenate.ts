import { apply, definePrimitive, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { dtypeOf, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { embed } from "./embed.ts";
import { operandShape } from "./operand.ts";
import { slicePrimitive } from "./slice.ts";

interface Params { axis: number }

/** Variadic: one rule serves every argument, and finds that argument's place in the output from its position. */
export const concatenatePrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "concatenate",
  maths: "b = (a^{(1)}, \\dots, a^{(m)})",
  rules: { vjp: ["\\mathrm{ct}_a = \\text{the piece of } \\mathrm{ct} \\text{ where } a \\text{ stands}"] },
  source: "textbook",
  variadic: true,
  shape: (shapes, { axis }) => {
    const [first] = shapes;
    const fits = (shape: readonly number[]) => shape.length === first.length && shape.every((length, at) => at === axis || length === first[at]);
    const other = shapes.findIndex((shape) => !fits(shape));
    if (other >= 0) {
      throw new ShapeError({ where: "concatenate", problem: `part 0 has shape ${shapeText(first)}, part ${other} has ${shapeText(shapes[other])}.`, expected: `equal shapes but for axis ${axis}, along which the parts are joined.`, mend: "to join along a new axis, use stack." });
    }
    return first.map((length, at) => (at === axis ? lengthsAlong(axis, shapes).reduce((total, own) => total + own, 0) : length));
  },
  forward: (parts, { axis }, shape, { allocate, elements }) => {
    const out = allocate(dtypeOf(parts[0]), sizeOf(shape));
    const outer = sizeOf(shape.slice(0, axis));
    const row = sizeOf(shape.slice(axis));
    let to = 0;
    for (const part of parts) {
      const from = elements(part);
      const run = sizeOf(part.shape.slice(axis));
      for (let o = 0; o < outer; o++) {
        // a loop and not out.set: runs are often short, and a subarray each would cost more than its copy
        for (let i = 0; i < run; i++) out[o * row + to + i] = from[o * run + i];
      }
      to += run;
    }
    return view(out, shape);
  },
  vjp: [function concatenateVjp(ct, { args, params: { axis }, position }) {
    return apply(slicePrimitive, [ct], { axis, start: startOf(position, axis, args), count: args[position].shape[axis], step: 1 });
  }],
  jvp: [function concatenateJvp(tangent, { args, out, params: { axis }, position }) {
    return embed(tangent, { axis, start: startOf(position, axis, args), count: args[position].shape[axis], step: 1 }, out.shape[axis]);
  }],
  batch: function concatenateBatch(parts, { axis }) { return apply(concatenatePrimitive, parts, { axis: axis + 1 }); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[2], [3]], params: { axis: 0 } },
    { shapes: [[2, 1], [2, 3], [2, 2]], params: { axis: 1 } },
    { shapes: [[1, 2, 2], [3, 2, 2]], params: { axis: 0 } },
    { shapes: [[2, 2]], params: { axis: 0 } },
    { shapes: [[0, 2], [2, 2]], params: { axis: 0 } },
    { shapes: [[0, 2], [0, 1]], params: { axis: 1 } },
  ],
});

function lengthsAlong(axis: number, shapes: readonly (readonly number[])[]): number[] {
  return shapes.map((shape) => shape[axis]);
}

/** Where a part begins along the axis. */
function startOf(position: number, axis: number, parts: readonly Value[]): number {
  return lengthsAlong(axis, parts.slice(0, position).map((part) => part.shape)).reduce((total, own) => total + own, 0);
}

const checkOptions = optionsOf("concatenate", { axis: kinds.axis });

/**
 * Joins arrays along an axis (the first by default).
 *
 * Shapes:  equal but for the axis, whose lengths add up.
 * Errors:  ParameterError on an empty list; ShapeError when other lengths differ or the axis does not exist.
 * Example: concatenate([array([1, 2]), array([3])])  // => [1, 2, 3]
 */
export function concatenate(parts: readonly Operand[], options: { axis?: number } = {}): Value {
  checkOptions(options);
  if (!Array.isArray(parts) || parts.length === 0) {
    throw new ParameterError({ where: "concatenate", problem: "there is nothing to join.", expected: "a list of at least one array.", mend: "pass the arrays as one list: concatenate([a, b])." });
  }
  return apply(concatenatePrimitive, parts, { axis: normalizeAxis("concatenate", options.axis ?? 0, operandShape("concatenate", parts[0])) });
}
