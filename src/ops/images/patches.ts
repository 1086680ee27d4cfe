import { apply, definePrimitive, type Operand, type Primitive, type Value } from "../../autodiff/index.ts";
import { ShapeError, shapeText } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { dtypeOf, sizeOf, view } from "../../ndarray/index.ts";
import { merged, unmerged } from "../merged-axes.ts";
import { operandShape } from "../operand.ts";
import { bothAxes, checkWindows, type PerPlaneAxis, windowCounts } from "../windows.ts";
import { addPatchesPrimitive } from "./add-patches.ts";

type Two = readonly [number, number];

/** Windows of `size` pixels, neighbours `stride` apart, over an image with zeros of width `padding` around it. */
export interface Patches { size: Two; stride: Two; padding: Two }

export const patchesPrimitive: Primitive<Patches> = definePrimitive<Patches>({
  name: "patches",
  maths: "b_{nijklc} = a_{n,\\, i s_1 + k - p_1,\\, j s_2 + l - p_2,\\, c}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{nyxc} = \\sum_{i s_1 + k - p_1 = y,\\ j s_2 + l - p_2 = x} \\mathrm{ct}_{nijklc}"] },
  source: "textbook (im2col)",
  shape: ([x], params) => {
    const [images, , , channels] = checkImages("patches", x);
    return [images, ...countsOf("patches", x, params), ...params.size, channels];
  },
  forward: ([x], { size, stride, padding }, shape, { kernels, allocate, elements }) => {
    const [images, height, width, channels] = x.shape;
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels.patches(elements(x), out, images, height, width, channels, size[0], size[1], stride[0], stride[1], padding[0], padding[1]);
    return view(out, shape);
  },
  vjp: [function patchesVjp(ct, { args: [x], params }) { return apply(addPatchesPrimitive, [ct], { ...params, plane: [x.shape[1], x.shape[2]] as const }); }],
  jvp: [function patchesJvp(tangent, { params }) { return apply(patchesPrimitive, [tangent], params); }],
  batch: function patchesBatch([x], params) { return unmerged(apply(patchesPrimitive, [merged(x)], params), x); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[2, 4, 5, 1]], params: { size: [2, 3], stride: [1, 1], padding: [0, 0] } },
    { shapes: [[1, 5, 4, 3]], params: { size: [3, 2], stride: [2, 1], padding: [1, 1] } },
    { shapes: [[1, 6, 6, 1]], params: { size: [4, 4], stride: [2, 2], padding: [1, 1] } },
    { shapes: [[1, 2, 9, 2]], params: { size: [1, 4], stride: [3, 2], padding: [1, 3] } },
    { shapes: [[1, 1, 1, 1]], params: { size: [1, 1], stride: [1, 1], padding: [0, 0] } },
    { shapes: [[0, 3, 3, 2]], params: { size: [2, 2], stride: [1, 1], padding: [0, 0] } },
  ],
});

/** Errors: ShapeError on anything but four axes. */
export function checkImages(where: string, shape: readonly number[]): readonly number[] {
  if (shape.length !== 4) throw new ShapeError({ where, problem: `the images have shape ${shapeText(shape)}.`, expected: "four axes: [images, rows, columns, channels].", ...(shape.length === 3 && { mend: `reshape them to ${shapeText([...shape, 1])} if they have one channel, or to ${shapeText([1, ...shape])} if it is one image.` }) });
  return shape;
}

/** How many windows fit along rows and columns. Errors: as checkWindows. */
export function countsOf(where: string, [, height, width]: readonly number[], { size, stride, padding }: Patches): [number, number] {
  const windows = { size, stride, dilation: [1, 1] as const };
  checkWindows(where, [height, width], windows, padding);
  return windowCounts([height + 2 * padding[0], width + 2 * padding[1]], windows);
}

/** Options as a primitive takes them. */
export function patchesOf(size: PerPlaneAxis, stride: PerPlaneAxis, padding: PerPlaneAxis): Patches {
  return { size: bothAxes(size), stride: bothAxes(stride), padding: bothAxes(padding) };
}

const checkOptions = optionsOf("patches", { size: kinds.perPlaneAxis, stride: kinds.perPlaneAxis, padding: kinds.perPlaneAxis }, ["size"]);

/**
 * Every window of every image, copied out: what a convolution, and the paper's patch network on images, multiplies with
 * weights. Options are one number, or one for rows and one for columns; stride is the size by default, so that the patches
 * tile the image; padding is zeros on all four sides.
 *
 * Shapes:  [n, h, w, c] -> [n, patches down, patches across, size[0], size[1], c]; what no whole patch covers is left out.
 * Errors:  ShapeError unless the images have four axes and a patch fits; ParameterError on numbers out of range.
 * Example: patches(array([[[[1], [2]], [[3], [4]]]]), { size: [1, 2] }).shape  // => [1, 2, 1, 1, 2, 1]
 */
export function patches(x: Operand, options: { size: PerPlaneAxis; stride?: PerPlaneAxis; padding?: PerPlaneAxis }): Value {
  checkOptions(options);
  checkImages("patches", operandShape("patches", x));
  return apply(patchesPrimitive, [x], patchesOf(options.size, options.stride ?? options.size, options.padding ?? 0));
}
