/** What the five comparisons share: 1 or 0 a pair of elements, constant but for a jump where the two tie. */
import { type Primitive, zeroTangent } from "../autodiff/index.ts";
import { binaryCases, broadcastRule, loopForward, tieDistance } from "./elementwise.ts";

/** The record of a comparison; `sign` is LaTeX. */
export function comparison(name: string, sign: string, holds: (a: number, b: number) => boolean): Primitive<object> {
  const flat = zeroTangent(`${name} is constant wherever it is continuous`);
  return {
    name,
    maths: `c = [a ${sign} b]`,
    rules: { vjp: ["\\mathrm{ct}_a = 0", "\\mathrm{ct}_b = 0"] },
    source: "textbook",
    shape: broadcastRule(name),
    forward: loopForward((a, b) => (holds(a, b) ? 1 : 0)),
    vjp: [flat, flat],
    jvp: [flat, flat],
    batch: "aligned",
    clearance: tieDistance,
    domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
    cases: binaryCases,
  };
}
