import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { loopForwardWith, sameShape, unaryCases } from "./elementwise.ts";
import { greater } from "./greater.ts";
import { mul } from "./mul.ts";
import { where } from "./where.ts";

interface LeakyRelu {
  /** Slope below 0 and at 0. */
  slope: number;
}

export const leakyReluPrimitive = definePrimitive<LeakyRelu>({
  name: "leakyRelu",
  maths: "b = a \\;(a > 0),\\quad \\text{slope} \\cdot a \\;(a \\le 0)",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\;(a > 0),\\quad \\text{slope} \\cdot \\mathrm{ct} \\;(a \\le 0)"] },
  source: "textbook; slope at 0 as below 0",
  shape: (shapes, { slope }) => {
    if (!Number.isFinite(slope)) throw new ParameterError({ where: "leakyRelu", problem: `slope = ${slope} is out of range.`, expected: "a finite number." });
    return sameShape(shapes);
  },
  forward: loopForwardWith((x, { slope }) => (x > 0 ? x : slope * x)),
  vjp: [function leakyReluVjp(ct, { args: [x], params }) { return where(greater(x, 0), ct, mul(ct, params.slope)); }],
  jvp: [function leakyReluJvp(tangent, { args: [x], params }) { return where(greater(x, 0), tangent, mul(params.slope, tangent)); }],
  batch: "aligned",
  kinks: ({ slope }) => (slope === 1 ? [] : [{ at: 0, order: 1, slope }]),
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases.flatMap(({ shapes }) => [{ shapes, params: { slope: 0.25 } }, { shapes, params: { slope: -0.5 } }]),
});

const checkOptions = optionsOf("leakyRelu", { slope: kinds.number });

/**
 * x where x > 0 and slope x elsewhere; the slope is 0.01 unless given.
 *
 * Smooth:  except at 0, where the derivative is `slope`.
 * Errors:  ParameterError unless slope is a finite number.
 * Example: leakyRelu(array([-2, 0, 2]), { slope: 0.25 })  // => [-0.5, 0, 2]
 */
export function leakyRelu(x: Operand, options: Partial<LeakyRelu> = {}): Value {
  checkOptions(options);
  return apply(leakyReluPrimitive, [x], { slope: options.slope ?? 0.01 });
}
