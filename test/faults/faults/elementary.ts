/** Faults in the elementary functions: a digit, a term, a sign or a threshold. */
import type { Fault } from "../fault.ts";

const caughtBy = ["test/kernels/elementary.test.ts"];

export const elementaryFaults: readonly Fault[] = [
  {
    name: "the slope of erf at 1.5 is 0.1 % too large",
    kind: "constant off",
    file: "src/kernels/elementary/erf.ts",
    find: "0.11893028922362937",
    replace: "0.119049219512853",
    caughtBy,
  },
  {
    name: "the series of erf stops three terms early",
    kind: "dropped tail",
    file: "src/kernels/elementary/erf.ts",
    find: "const degree = 15;",
    replace: "const degree = 12;",
    caughtBy,
  },
  {
    name: "a coefficient of the sine's series is 0.1 % off",
    kind: "constant off",
    file: "src/kernels/elementary/sin-cos.ts",
    find: "[1 / 120, -1 / 5040,",
    replace: "[1 / 120, -1.001 / 5040,",
    caughtBy,
  },
  {
    name: "large negative angles are turned by the quarters of the positive ones",
    kind: "wrong domain",
    file: "src/kernels/elementary/sin-cos.ts",
    find: "(Number(quarter & 3n) * sign) & 3",
    replace: "Number(quarter & 3n)",
    caughtBy,
  },
  {
    name: "tanh is 1 from 18 on, which is too early",
    kind: "wrong kink",
    file: "src/kernels/elementary/tanh.ts",
    find: "if (size > 22)",
    replace: "if (size > 18)",
    caughtBy,
  },
  {
    name: "negative odd exponents forget the sign of the base",
    kind: "wrong domain",
    file: "src/kernels/elementary/pow.ts",
    find: "y % 2 === 1 || y % 2 === -1",
    replace: "y % 2 === 1",
    caughtBy,
  },
  {
    name: "pow drops the low part of the logarithm",
    kind: "lost term",
    file: "src/kernels/elementary/pow.ts",
    find: "low[0] + y * logarithmLow",
    replace: "low[0]",
    caughtBy,
  },
  {
    name: "the slope of the sigmoid divides by the high part of the square alone",
    kind: "lost term",
    file: "src/kernels/elementary/sigmoid.ts",
    find: "dividePairs(high, rest, square, low[0])",
    replace: "dividePairs(high, rest, square, 0)",
    caughtBy,
  },
];
