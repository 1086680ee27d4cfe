import { apply, definePrimitive, type ForwardContext, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { dtypeOf, sizeOf, view } from "../ndarray/index.ts";
import { merged, unmerged } from "./merged-axes.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";
import { checkSmoothedRelu, type SmoothedRelu, smoothedReluOptions, smoothedReluPrimitive, smoothedReluSlope } from "./smoothed-relu.ts";
import { sum } from "./sum.ts";

const cases = [
  { shapes: [[2, 3, 2, 4]], params: { q: 3, rho: 1 } },
  { shapes: [[1, 5, 3, 1]], params: { q: 2, rho: 0.5 } },
  { shapes: [[2, 1, 1, 3]], params: { q: 4, rho: 1.5 } },
  { shapes: [[2, 0, 2, 2]], params: { q: 3, rho: 1 } },
] as const;

export const smoothedReluSumPrimitive: Primitive<SmoothedRelu> = definePrimitive<SmoothedRelu>({
  name: "smoothedReluSum",
  maths: "F_{ni} = \\sum_{p} \\sum_{r} s(z_{npir})",
  rules: { vjp: ["(\\mathrm{ct}_z)_{npir} = \\mathrm{ct}_{ni}\\, s'(z_{npir})"] },
  source: "the network of docs/theory, section 3, after its inner products",
  shape: ([z], params) => {
    checkSmoothedRelu("smoothedReluSum", params);
    if (z.length !== 4) throw new ShapeError({ where: "smoothedReluSum", problem: `z has shape ${shapeText(z)}.`, expected: "four axes: [samples, patches, classes, neurons]." });
    return [z[0], z[2]];
  },
  forward: ([z], { q, rho }, shape, { kernels, allocate, elements }) => {
    const [batch, patches, classes, neurons] = z.shape;
    const out = allocate(dtypeOf(z), sizeOf(shape));
    kernels.smoothedReluSum(elements(z), out, batch, patches, classes, neurons, q, rho);
    return view(out, shape);
  },
  vjp: [function smoothedReluSumVjp(ct, { args: [z], params }) { return apply(slopeTimesPrimitive, [z, ct], params); }],
  jvp: [function smoothedReluSumJvp(tangent, { args: [z], params }) { return sum(mul(smoothedReluSlope(z, params), tangent), { axes: [1, 3] }); }],
  batch: function smoothedReluSumBatch([z], params) { return unmerged(apply(smoothedReluSumPrimitive, [merged(z)], params), z); },
  kinks: ({ q, rho }) => [{ at: 0, order: q, slope: 0 }, { at: rho, order: 2, slope: 1 }],
  domain: [{ low: -1.5, high: 3 }],
  cases,
});

/** The pull-back of smoothedReluSum as a primitive of its own, so that one pass writes it: out_{npir} = ct_{ni} s'(z_{npir}). */
const slopeTimesPrimitive: Primitive<SmoothedRelu> = definePrimitive<SmoothedRelu>({
  name: "smoothedReluSumVjp",
  maths: "b_{npir} = c_{ni}\\, s'(z_{npir})",
  rules: { vjp: ["(\\mathrm{ct}_z)_{npir} = \\mathrm{ct}_{npir}\\, c_{ni}\\, s''(z_{npir})", "(\\mathrm{ct}_c)_{ni} = \\sum_p \\sum_r \\mathrm{ct}_{npir}\\, s'(z_{npir})"] },
  source: "derived in docs/theory, section 3",
  shape: ([z, ct], params) => {
    checkSmoothedRelu("smoothedReluSumVjp", params);
    if (z.length !== 4 || ct.length !== 2 || ct[0] !== z[0] || ct[1] !== z[2]) {
      throw new ShapeError({ where: "smoothedReluSumVjp", problem: `z has shape ${shapeText(z)}, the cotangent ${shapeText(ct)}.`, expected: "[n, p, i, r] and [n, i]." });
    }
    return [...z];
  },
  forward: ([z, ct], { q, rho }, shape, { kernels, allocate, elements }: ForwardContext) => {
    const [batch, patches, classes, neurons] = z.shape;
    const out = allocate(dtypeOf(z), sizeOf(shape));
    kernels.smoothedReluSumVjp(elements(z), elements(ct), out, batch, patches, classes, neurons, q, rho);
    return view(out, shape);
  },
  vjp: [
    function slopeTimesVjpZ(ct, { args: [z, c], params }) { return mul(mul(ct, spreadOver(c, z)), curvature(z, params)); },
    function slopeTimesVjpCt(ct, { args: [z], params }) { return sum(mul(ct, smoothedReluSlope(z, params)), { axes: [1, 3] }); },
  ],
  jvp: [
    function slopeTimesJvpZ(tangent, { args: [z, c], params }) { return mul(mul(tangent, spreadOver(c, z)), curvature(z, params)); },
    function slopeTimesJvpCt(tangent, { args: [z], params }) { return mul(spreadOver(tangent, z), smoothedReluSlope(z, params)); },
  ],
  batch: function slopeTimesBatch([z, ct], params) { return unmerged(apply(slopeTimesPrimitive, [merged(z), merged(ct)], params), z); },
  kinks: ({ q, rho }) => [{ at: 0, order: q - 1, slope: 0 }, { at: rho, order: 1, slope: 0 }],
  domain: [{ low: -1.5, high: 3 }, { low: -2, high: 2 }],
  cases: cases.map(({ shapes: [z], params }) => ({ shapes: [z, [z[0], z[2]]], params })),
});

function spreadOver(c: Value, z: Value): Value {
  return reshape(c, [z.shape[0], 1, z.shape[2], 1]);
}

function curvature(z: Value, { q, rho }: SmoothedRelu): Value {
  return apply(smoothedReluPrimitive, [z], { q, rho, order: 2 });
}

const checkOptions = smoothedReluOptions("smoothedReluSum");

/**
 * The smoothed ReLU summed over patches and neurons, in one pass.
 *
 * Shapes:  z: [n, p, i, r] -> [n, i].
 * Smooth:  as smoothedRelu.
 * Errors:  ShapeError unless z has four axes; ParameterError as smoothedRelu.
 * Source:  docs/theory, section 3.
 * Example: smoothedReluSum(array([[[[2, 0.5]]]]), { q: 2, rho: 1 })  // => [[1.625]]
 */
export function smoothedReluSum(z: Operand, options: SmoothedRelu): Value {
  checkOptions(options);
  const { q, rho } = options;
  return apply(smoothedReluSumPrimitive, [z], { q, rho });
}
