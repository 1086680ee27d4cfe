import { apply, definePrimitive, type Primitive } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { dtypeOf, equalLists, sizeOf, view } from "../ndarray/index.ts";
import { batchIndices, entryAt } from "./matrix-batches.ts";
import { checkWindows, windowCounts, type Windows, windowsPrimitive } from "./windows.ts";

/** The plane's rows and columns. */
interface Params extends Windows { plane: readonly [number, number] }

/**
 * The adjoint of windows: every element of every window is added to the place it was seen at.
 *
 * Order of additions: to one place in the order of the elements inside a window, row-major, from +0. (For a given one of
 * them at most one window meets that place.) The operand is read through its strides, so a transposed one is not copied.
 */
export const overlapAddPrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "overlapAdd",
  maths: "b_{\\cdot mn} = \\sum_{i s_1 + k d_1 = m,\\ j s_2 + l d_2 = n} a_{\\cdot ijkl}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{\\cdot ijkl} = \\mathrm{ct}_{\\cdot,\\, i s_1 + k d_1,\\, j s_2 + l d_2}"] },
  source: "textbook (the adjoint of windows)",
  shape: ([x], params) => {
    const out = [...x.slice(0, -4), ...params.plane];
    checkWindows("overlapAdd", out, params);
    const wanted = [...windowCounts(out, params), ...params.size];
    const own = x.slice(-4);
    if (!equalLists(own, wanted)) {
      throw new ShapeError({ where: "overlapAdd", problem: `the operand has shape ${shapeText(x)}.`, expected: `last axes ${shapeText(wanted)}: the windows of a plane of ${params.plane.join(" x ")}.` });
    }
    return out;
  },
  forward: ([x], { size, stride, dilation, plane }, shape, { allocate }) => {
    const out = allocate(dtypeOf(x), sizeOf(shape)).fill(0);
    const lead = x.shape.slice(0, -4);
    const [down, across] = x.shape.slice(-4, -2);
    const [downStep, acrossStep, rowStep, columnStep] = x.stride.slice(-4);
    const planeSize = plane[0] * plane[1];
    batchIndices(lead).forEach((index, at) => {
      const start = entryAt(x, index).offset;
      for (let k = 0; k < size[0]; k++) {
        for (let l = 0; l < size[1]; l++) {
          for (let i = 0; i < down; i++) {
            let from = start + k * rowStep + l * columnStep + i * downStep;
            let to = at * planeSize + (i * stride[0] + k * dilation[0]) * plane[1] + l * dilation[1];
            for (let j = 0; j < across; j++, from += acrossStep, to += stride[1]) out[to] += x.data[from];
          }
        }
      }
    });
    return view(out, shape);
  },
  vjp: [function overlapAddVjp(ct, { params: { size, stride, dilation } }) { return apply(windowsPrimitive, [ct], { size, stride, dilation }); }],
  jvp: [function overlapAddJvp(tangent, { params }) { return apply(overlapAddPrimitive, [tangent], params); }],
  batch: function overlapAddBatch([x], params) { return apply(overlapAddPrimitive, [x], params); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[3, 3, 2, 3]], params: { size: [2, 3], stride: [1, 1], dilation: [1, 1], plane: [4, 5] } },
    { shapes: [[2, 2, 3, 2, 2]], params: { size: [2, 2], stride: [2, 1], dilation: [2, 1], plane: [5, 4] } },
    { shapes: [[2, 2, 2, 2]], params: { size: [2, 2], stride: [1, 2], dilation: [1, 2], plane: [3, 5] } },
    { shapes: [[1, 1, 1, 1]], params: { size: [1, 1], stride: [1, 1], dilation: [1, 1], plane: [1, 1] } },
    { shapes: [[0, 2, 2, 2, 2]], params: { size: [2, 2], stride: [1, 1], dilation: [1, 1], plane: [3, 3] } },
  ],
});
