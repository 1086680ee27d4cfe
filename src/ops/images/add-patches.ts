import { apply, definePrimitive, type Primitive } from "../../autodiff/index.ts";
import { ShapeError, shapeText } from "../../errors/index.ts";
import { dtypeOf, equalLists, sizeOf, view } from "../../ndarray/index.ts";
import { merged, unmerged } from "../merged-axes.ts";
import { countsOf, type Patches, patchesPrimitive } from "./patches.ts";

/** The images' rows and columns. */
interface Params extends Patches { plane: readonly [number, number] }

/** The adjoint of patches: every element of every patch is added to the pixel it was seen at. The kernel states the order. */
export const addPatchesPrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "addPatches",
  maths: "b_{nyxc} = \\sum_{i s_1 + k - p_1 = y,\\ j s_2 + l - p_2 = x} a_{nijklc}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{nijklc} = \\mathrm{ct}_{n,\\, i s_1 + k - p_1,\\, j s_2 + l - p_2,\\, c}"] },
  source: "textbook (the adjoint of patches: col2im)",
  shape: ([x], params) => {
    const [images, channels] = [x[0], x[5]];
    const out = [images, ...params.plane, channels];
    const wanted = [images, ...countsOf("addPatches", out, params), ...params.size, channels];
    if (!equalLists(x, wanted)) {
      throw new ShapeError({ where: "addPatches", problem: `the operand has shape ${shapeText(x)}.`, expected: `axes 1 to 4 of ${shapeText(wanted.slice(1, 5))}: the patches of images of ${params.plane.join(" x ")}.` });
    }
    return out;
  },
  forward: ([x], { size, stride, padding }, shape, { kernels, allocate, elements }) => {
    const [images, height, width, channels] = shape;
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels.addPatches(elements(x), out, images, height, width, channels, size[0], size[1], stride[0], stride[1], padding[0], padding[1]);
    return view(out, shape);
  },
  vjp: [function addPatchesVjp(ct, { params: { size, stride, padding } }) { return apply(patchesPrimitive, [ct], { size, stride, padding }); }],
  jvp: [function addPatchesJvp(tangent, { params }) { return apply(addPatchesPrimitive, [tangent], params); }],
  batch: function addPatchesBatch([x], params) { return unmerged(apply(addPatchesPrimitive, [merged(x)], params), x); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[1, 3, 3, 2, 3, 1]], params: { size: [2, 3], stride: [1, 1], padding: [0, 0], plane: [4, 5] } },
    { shapes: [[1, 3, 5, 3, 2, 1]], params: { size: [3, 2], stride: [2, 1], padding: [1, 1], plane: [5, 4] } },
    { shapes: [[1, 2, 2, 4, 4, 1]], params: { size: [4, 4], stride: [2, 2], padding: [1, 1], plane: [4, 4] } },
    { shapes: [[1, 2, 6, 1, 4, 1]], params: { size: [1, 4], stride: [3, 2], padding: [1, 3], plane: [2, 9] } },
    { shapes: [[1, 1, 1, 1, 1, 1]], params: { size: [1, 1], stride: [1, 1], padding: [0, 0], plane: [1, 1] } },
    { shapes: [[0, 2, 2, 2, 2, 2]], params: { size: [2, 2], stride: [1, 1], padding: [0, 0], plane: [3, 3] } },
  ],
});
