import { apply, definePrimitive, type Operand, type Value, valueDtype } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { elements, type NdArray, view, zeros } from "../ndarray/index.ts";
import { powF64 } from "../kernels/index.ts";
import { binaryCases, broadcastRule, loopForward, loopForwardWith, sameShape, unaryCases } from "./elementwise.ts";
import { add } from "./add.ts";
import { equal } from "./equal.ts";
import { log } from "./log.ts";
import { mul } from "./mul.ts";
import { operandShapes } from "./operand.ts";
import { sub } from "./sub.ts";

/** Every other element negative: what the laws give an integer power. */
const alternating = (x: NdArray): NdArray => view(elements(x).map((value, i) => (i % 2 === 0 ? -value : value)), x.shape);

/** A power with a fixed exponent: defined at 0 and below it wherever the power is. */
export const powPrimitive = definePrimitive<{ exponent: number }>({
  name: "pow",
  maths: "b = a^{y}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot y\\,a^{y-1}"] },
  source: "textbook; src/kernels/elementary/pow.ts",
  shape: (shapes, { exponent }) => {
    if (typeof exponent !== "number" || !Number.isFinite(exponent)) throw new ParameterError({ where: "pow", problem: `the exponent ${exponent} is out of range.`, expected: "a finite number, or an array." });
    return sameShape(shapes);
  },
  forward: loopForwardWith((x, { exponent }) => powF64(x, exponent)),
  vjp: [function powVjp(ct, { args: [x], params }) { return mul(ct, slope(x, params.exponent)); }],
  jvp: [function powJvp(tangent, { args: [x], params }) { return mul(slope(x, params.exponent), tangent); }],
  batch: "aligned",
  domain: [{ low: 0.4, high: 2.5 }],
  cases: unaryCases.flatMap(({ shapes }) => [
    { shapes, params: { exponent: 2.5 } },
    { shapes, params: { exponent: -0.5 } },
    { shapes, params: { exponent: 0 } },
    { shapes, params: { exponent: 1 } },
    { shapes, params: { exponent: 3 }, arrange: [alternating] },
    { shapes, params: { exponent: -2 }, arrange: [alternating] },
  ]),
});

/** y x^(y-1); zeros, not 0 times x^-1, for y = 0. */
function slope(x: Value, exponent: number): Value {
  return exponent === 0 ? zeros([...x.shape], valueDtype(x)) : mul(exponent, apply(powPrimitive, [x], { exponent: exponent - 1 }));
}

/** A power whose exponent is an array: differentiable in both, for x > 0. */
export const powArrayPrimitive = definePrimitive({
  name: "powArray",
  maths: "c = a^{b}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot b \\odot a^{b-1}", "\\mathrm{ct}_b = \\mathrm{ct} \\odot c \\odot \\ln a"] },
  source: "textbook; src/kernels/elementary/pow.ts",
  shape: broadcastRule("pow"),
  forward: loopForward(powF64),
  vjp: [
    function powArrayVjpBase(ct, { args: [x, y] }) { return mul(ct, mul(y, pow(x, sub(y, 1)))); },
    function powArrayVjpExponent(ct, { args: [x], out }) { return mul(ct, mul(out, logOrZero(x))); },
  ],
  jvp: [
    function powArrayJvpBase(tangent, { args: [x, y] }) { return mul(mul(y, pow(x, sub(y, 1))), tangent); },
    function powArrayJvpExponent(tangent, { args: [x], out }) { return mul(mul(out, logOrZero(x)), tangent); },
  ],
  batch: "aligned",
  domain: [{ low: 0.4, high: 2.5 }, { low: -2, high: 2 }],
  cases: binaryCases,
});

/** ln x, and 0 at x = 0: there 0^y ln 0 is 0 for y > 0 in the limit, which 0 times -Infinity would not give. */
function logOrZero(x: Value): Value {
  return log(add(x, equal(x, 0)));
}

/**
 * x^y, elementwise, within 0.52 ulp (0.62 where the result is subnormal) and the same on every machine; representable
 * results are exact. Special values as in IEEE 754: x^0 = 1 even for NaN, a negative x has integer powers only, else NaN.
 *
 * Shapes:  any two that broadcast.
 * Smooth:  y a number: wherever x^y and y x^(y-1) are finite, so also at x = 0 for y >= 1 and at x < 0 for integers y; y = 0
 *          has slope 0 everywhere, 0 < y < 1 an infinite one at x = 0.
 *          y an array: for x > 0. At x = 0 the derivative by y is returned as 0 (its limit for y > 0), the one by x is
 *          y 0^(y-1), which is NaN for y = 0; at x < 0 the derivative by y is NaN.
 * Errors:  ParameterError on a number y that is not finite; ShapeError on shapes that do not broadcast.
 * Example: pow(array([-2, 0, 3]), 3)  // => [-8, 0, 27]
 */
export function pow(x: Operand, y: Operand): Value {
  if (typeof y === "number") return apply(powPrimitive, [x], { exponent: y });
  operandShapes("pow", [x, y]);
  return apply(powArrayPrimitive, [x, y], {});
}
