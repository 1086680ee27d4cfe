/**
 * P12: no network w_{i,r} = c u_i withstands the injection of robust features, for a whole box of parameters.
 *
 * P12's ratio F_j/F_y depends on the setting through four numbers only: t = eps/alpha, a = A/B, b = beta/eps and x = c alpha/rho. From
 * A = a B, P/sR = 1 + sN/sR = 1 + 1/(a (b t)^q). On the bend of the attacker (t x <= 1) it is
 *
 *   (t^q + 1/(a b^q)) x^q / (q(x-1)+1),
 *
 * and beyond it, in y = 1/(t x), so that the whole half-line of x is the interval (0, 1] of y,
 *
 *   (t + 1/(a b^q t^(q-1))) (q - (q-1) y) / (q - (q-1) t y).
 *
 * Source: derived in docs/theory, P12.
 */
import { add, type BoxProof, div, type Enclosure, Interval, mul, pow, proveAbove, sub } from "../branch-and-bound.ts";

/** Sides of the box; each a closed interval, of positive numbers. */
export interface InjectionBox {
  /** t = eps/alpha. */
  radiusOverRobust: [number, number];
  /** a = A/B. */
  energyRatio: [number, number];
  /** b = beta/eps. */
  nonRobustOverRadius: [number, number];
}

const number = (x: number) => new Interval(x, x);

/** F_j/F_y while the attacker is on the bend; axes t, a, b, x. Holds for t x <= 1. */
export function injectionOnBend(q: number): Enclosure {
  return ([t, a, b, x]) => mul(
    add(pow(t, q), div(number(1), mul(a, pow(b, q)))),
    div(pow(x, q), add(mul(number(q), sub(x, number(1))), number(1))),
  );
}

/** F_j/F_y beyond the bend; axes t, a, b, y with y = 1/(t x). Holds for t x >= 1. */
export function injectionBeyondBend(q: number): Enclosure {
  return ([t, a, b, y]) => mul(
    add(t, div(number(1), mul(mul(a, pow(b, q)), pow(t, q - 1)))),
    div(sub(number(q), mul(number(q - 1), y)), sub(number(q), mul(number(q - 1), mul(t, y)))),
  );
}

/**
 * Proves F_j > F_y on the box for every x >= 1, or finds a point where F_j < F_y.
 *
 * The first half takes x up to the largest 1/t of the box at every t: more than is needed, and a box.
 */
export function proveInjection(q: number, { radiusOverRobust, energyRatio, nonRobustOverRadius }: InjectionBox): { onBend: BoxProof; beyondBend: BoxProof } {
  const sides = [radiusOverRobust, energyRatio, nonRobustOverRadius];
  return {
    onBend: proveAbove(injectionOnBend(q), [...sides, [1, div(number(1), number(radiusOverRobust[0])).hi]], 1),
    beyondBend: proveAbove(injectionBeyondBend(q), [...sides, [0, 1]], 1),
  };
}
