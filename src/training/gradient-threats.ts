/** The gradient-based threat models of docs/theory, section 4. */
import { ParameterError } from "../errors/index.ts";
import { fromBuffer } from "../ndarray/index.ts";
import { add, clip, mul, normalize, project, sign } from "../ops/index.ts";
import type { AscentLoss } from "./losses.ts";
import { gradientThreat, type ThreatModel } from "./threat-model.ts";

export interface PgdOptions {
  loss: AscentLoss;
  steps: number;
  /** Length of one step in the data's units; default 2.5 radius / steps. */
  stepSize?: number;
  randomStart?: boolean;
}

/**
 * One step of gradient ascent of size e, projected to the l2 ball of each patch: the theory's adversary.
 *
 *   delta_p = project_eps( e grad_{x_p} loss )
 *
 * Units:  e turns a gradient (1 / data unit) into data units.
 * Source: docs/theory, section 4 (abstract: "gradient ascent").
 */
export function gradientAscent({ loss, e }: { loss: AscentLoss; e: number }): ThreatModel {
  if (!(e >= 0)) throw new ParameterError({ where: "gradientAscent", problem: `e = ${e} is out of range.`, expected: "a step size e >= 0." });
  return gradientThreat({ name: `gradientAscent(${loss})`, loss, steps: 1, move: (_delta, gradient, radius) => project(gradient, { radius, scale: e }) });
}

/** Fast gradient method: radius g/||g|| on every patch (0 where the gradient is 0). */
export function fgm({ loss }: { loss: AscentLoss }): ThreatModel {
  return gradientThreat({ name: `fgm(${loss})`, loss, steps: 1, move: (_delta, gradient, radius) => mul(normalize(gradient), radius) });
}

/** Projected gradient ascent with normalised steps in l2, optionally from a random point of the ball. */
export function pgd({ loss, steps, stepSize, randomStart }: PgdOptions): ThreatModel {
  checkSteps("pgd", steps);
  return gradientThreat({
    name: `pgd-${steps}(${loss})`, loss, steps,
    ...(randomStart ? { start: (shape, radius, random) => {
      const directions = random.fillNormal(new Float64Array(shape.reduce((a, b) => a * b, 1)), 1);
      const lengths = Float64Array.from({ length: directions.length / shape[shape.length - 1] }, () => radius * random.uniform());
      // a uniform direction at a uniform distance: spread over the ball, denser in the middle
      return mul(normalize(fromBuffer(directions, shape)), fromBuffer(lengths, [...shape.slice(0, -1), 1]));
    } } : {}),
    move(delta, gradient, radius) {
      const step = mul(normalize(gradient), stepSize ?? (2.5 * radius) / steps);
      return project(delta === undefined ? step : add(delta, step), { radius });
    },
  });
}

/** Fast gradient sign method: radius sign(g) on every coordinate. */
export function fgsm({ loss }: { loss: AscentLoss }): ThreatModel {
  return gradientThreat({ name: `fgsm(${loss})`, loss, steps: 1, move: (_delta, gradient, radius) => mul(sign(gradient), radius) });
}

/** Projected gradient ascent with sign steps in l-infinity, optionally from a uniform point of the cube. */
export function pgdLinf({ loss, steps, stepSize, randomStart }: PgdOptions): ThreatModel {
  checkSteps("pgdLinf", steps);
  return gradientThreat({
    name: `pgdLinf-${steps}(${loss})`, loss, steps,
    ...(randomStart ? { start: (shape, radius, random) => {
      const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
      for (let i = 0; i < out.length; i++) out[i] = radius * (2 * random.uniform() - 1);
      return fromBuffer(out, shape);
    } } : {}),
    move(delta, gradient, radius) {
      const step = mul(sign(gradient), stepSize ?? (2.5 * radius) / steps);
      return clip(delta === undefined ? step : add(delta, step), { low: -radius, high: radius });
    },
  });
}

function checkSteps(where: string, steps: number): void {
  if (!Number.isInteger(steps) || steps < 1) throw new ParameterError({ where, problem: `steps = ${steps} is out of range.`, expected: "an integer >= 1." });
}
