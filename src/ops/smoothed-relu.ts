import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { bendEnd } from "../kernels/index.ts";
import { dtypeOf, sizeOf, view } from "../ndarray/index.ts";
import { sameShape, unaryCases } from "./elementwise.ts";
import { mul } from "./mul.ts";

export interface SmoothedRelu {
  /** Power of the bend, an integer >= 2. */
  q: number;
  /** Width of the bend, > 0, in the unit of z. */
  rho: number;
}

export const smoothedReluPrimitive = definePrimitive<SmoothedRelu & { order: number }>({
  name: "smoothedRelu",
  maths: "s(z) = 0 \\;(z \\le 0),\\quad \\tfrac{z^q}{q\\rho^{q-1}} \\;(0 < z < \\rho),\\quad z - (1 - \\tfrac1q)\\rho \\;(z \\ge \\rho)",
  rules: { vjp: ["\\mathrm{ct}_z = \\mathrm{ct} \\odot s'(z)"] },
  source: "the activation of Li & Li, arXiv 2410.08503 (abstract: \"smoothed ReLU\"); form as in docs/theory, section 3",
  shape: (shapes, params) => {
    checkSmoothedRelu("smoothedRelu", params);
    return sameShape(shapes);
  },
  forward: ([z], { q, rho, order }, shape, { kernels, allocate, elements }) => {
    const out = allocate(dtypeOf(z), sizeOf(shape));
    const from = elements(z);
    if (order === 0) kernels.smoothedRelu(from, out, q, rho);
    else if (order === 1) kernels.smoothedReluSlope(from, out, q, rho);
    else bendDerivative(from, out, q, rho, order);
    return view(out, shape);
  },
  vjp: [function smoothedReluVjp(ct, { args: [z], params }) { return mul(ct, derivative(z, params)); }],
  jvp: [function smoothedReluJvp(tangent, { args: [z], params }) { return mul(derivative(z, params), tangent); }],
  // the bend z^q/(q rho^(q-1)) has q - 1 continuous derivatives at 0 and one at rho; `order` of them are used up already
  kinks: ({ q, rho, order }) => [
    { at: 0, order: Math.max(0, q - order), slope: 0 },
    { at: rho, order: Math.max(0, 2 - order), slope: order === 0 ? 1 : 0 },
  ],
  batch: "aligned",
  domain: [{ low: -1.5, high: 3 }],
  cases: unaryCases.flatMap(({ shapes }) => [
    { shapes, params: { q: 3, rho: 1, order: 0 } },
    { shapes, params: { q: 2, rho: 0.5, order: 0 } },
    { shapes, params: { q: 4, rho: 1.5, order: 0 } },
    { shapes, params: { q: 4, rho: 1.5, order: 1 } },
    { shapes, params: { q: 3, rho: 1, order: 2 } },
  ]),
});

function derivative(z: Value, { q, rho, order }: SmoothedRelu & { order: number }): Value {
  return apply(smoothedReluPrimitive, [z], { q, rho, order: order + 1 });
}

/** Derivatives of order >= 2: (q-1)...(q-order+1) z^(q-order) / rho^(q-1) inside (0, rho), 0 elsewhere (also at 0 and rho). */
function bendDerivative(z: Float64Array | Float32Array, out: Float64Array | Float32Array, q: number, rho: number, order: number): void {
  let factor = 1;
  for (let i = 1; i < order; i++) factor *= q - i;
  for (let i = 1; i < q; i++) factor /= rho;
  const edge = bendEnd(rho, z); // the joint is where the kernels see it
  for (let i = 0; i < z.length; i++) {
    let value = z[i] > 0 && z[i] < edge ? factor : 0;
    for (let power = 0; power < q - order && value !== 0; power++) value *= z[i];
    out[i] = value;
  }
}

/**
 * The check of options for the ops of this family. Other names than q and rho are passed over: whole settings are handed in,
 * of which the activation is a part, and since both are required, no misspelt one goes unseen.
 */
export function smoothedReluOptions(where: string): (given: SmoothedRelu) => void {
  const check = optionsOf(where, { q: { ...kinds.number, words: "an integer q >= 2." }, rho: { ...kinds.number, words: "a finite rho > 0." } }, ["q", "rho"]);
  return (given) => check(typeof given === "object" && given !== null ? { q: given.q, rho: given.rho } : given);
}

/** Errors: ParameterError when q is no integer >= 2 or rho <= 0. */
export function checkSmoothedRelu(where: string, { q, rho }: SmoothedRelu): void {
  if (!Number.isInteger(q) || q < 2) throw new ParameterError({ where, problem: `q = ${q} is out of range.`, expected: "an integer q >= 2." });
  if (!(rho > 0) || !Number.isFinite(rho)) throw new ParameterError({ where, problem: `rho = ${rho} is out of range.`, expected: "a finite rho > 0." });
}

const [checkOptions, checkSlopeOptions] = [smoothedReluOptions("smoothedRelu"), smoothedReluOptions("smoothedReluSlope")];

/**
 * Smoothed ReLU, elementwise.
 *
 *   s(z) = 0                    z <= 0
 *        = z^q / (q rho^(q-1))  0 < z < rho
 *        = z - (1 - 1/q) rho    z >= rho
 *   s'(z) = 0, (z/rho)^(q-1), 1 on the same pieces
 *
 * Shapes:  z: S -> S (any shape).   Units: z and rho share a unit; q has none.
 * Smooth:  s is C^1; s'' jumps at z = rho (and at 0 when q = 2); where a derivative jumps we return 0 for it.
 * Errors:  ParameterError when q is no integer >= 2 or rho <= 0.
 * Source:  the activation of Li & Li, arXiv 2410.08503 (abstract: "smoothed ReLU"); form as in docs/theory, section 3.
 * Example: smoothedRelu(array([-1, 0.5, 2]), { q: 2, rho: 1 })  // => [0, 0.125, 1.5]
 */
export function smoothedRelu(z: Operand, options: SmoothedRelu): Value {
  checkOptions(options);
  const { q, rho } = options;
  return apply(smoothedReluPrimitive, [z], { q, rho, order: 0 });
}

/** s'(z), elementwise: 0, (z/rho)^(q-1) and 1 on the pieces of smoothedRelu. Example: smoothedReluSlope(0.5, { q: 2, rho: 1 })  // => 0.5 */
export function smoothedReluSlope(z: Operand, options: SmoothedRelu): Value {
  checkSlopeOptions(options);
  const { q, rho } = options;
  return apply(smoothedReluPrimitive, [z], { q, rho, order: 1 });
}
