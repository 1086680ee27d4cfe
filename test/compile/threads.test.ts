/** Threads that share one call: their bits are those of one thread, also where panels are partial and blocks do not come out even. */
import { describe, expect, it } from "vitest";
import { compile, elements, type NdArray } from "../../src/index.ts";
import { problem, stepsOf } from "./paper.ts";

const bits = (result: Record<string, NdArray>) => Object.values(result).map((x) => Buffer.from(Float64Array.from(elements(x)).buffer).toString("base64"));

describe("threads on one memory", () => {
  // widths that are no multiple of a panel: every thread needs a tile of its own for the rest
  it.each([
    [2, { classes: 3, neurons: 5, patches: 16, dim: 67, samples: 191 }], [3, { classes: 3, neurons: 5, patches: 16, dim: 67, samples: 191 }],
    [3, { classes: 3, neurons: 1, patches: 7, dim: 5, samples: 97 }], [2, { classes: 2, neurons: 3, patches: 4, dim: 33, samples: 300 }],
  ])("%i threads, %o, many times over", (threads, own) => {
    const { W, X, labels } = problem(own, "float64");
    const step = stepsOf(own, labels)["with the gradient in X"];
    const one = bits(compile(step)(W, X));
    const several = compile(step, { threads });
    for (let call = 0; call < 40; call++) expect(bits(several(W, X))).toEqual(one);
  });
});
