/** The gradient-based threat models of docs/theory, section 4. */
import { room } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { currentKernels } from "../kernels/index.ts";
import type { Dtype, FloatArray } from "../ndarray/index.ts";
import type { AscentLoss } from "./losses.ts";
import { gradientThreat, type ThreatModel } from "./threat-model.ts";

export interface PgdOptions {
  loss: AscentLoss;
  steps: number;
  /** Length of one step in the data's units; default 2.5 radius / steps. */
  stepSize?: number;
  randomStart?: boolean;
}

const dtypeOfBuffer = (x: FloatArray): Dtype => (x instanceof Float32Array ? "float32" : "float64");

/** Room for a perturbation like `x`; in scratch memory where the caller works there. */
function like(x: FloatArray): FloatArray {
  return room(currentKernels(), dtypeOfBuffer(x), x.length);
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
  return gradientThreat({
    name: `gradientAscent(${loss})`, loss, steps: 1,
    move(_delta, gradient, rows, radius) {
      const out = like(gradient);
      currentKernels().projectRows(gradient, out, rows.count, rows.width, e, radius);
      return out;
    },
  });
}

/** Fast gradient method: radius g/||g|| on every patch (0 where the gradient is 0). */
export function fgm({ loss }: { loss: AscentLoss }): ThreatModel {
  return gradientThreat({
    name: `fgm(${loss})`, loss, steps: 1,
    move(_delta, gradient, rows, radius) {
      const out = like(gradient);
      currentKernels().normalizeRows(gradient, out, rows.count, rows.width, radius);
      return out;
    },
  });
}

/** Projected gradient ascent with normalised steps in l2, optionally from a random point of the ball. */
export function pgd({ loss, steps, stepSize, randomStart }: PgdOptions): ThreatModel {
  checkSteps("pgd", steps);
  return gradientThreat({
    name: `pgd-${steps}(${loss})`, loss, steps,
    ...(randomStart ? { start: (rows, radius, random) => {
      const kernels = currentKernels();
      const direction = random.fillNormal(new Float64Array(rows.count * rows.width), 1);
      const out = like(direction);
      kernels.normalizeRows(direction, out, rows.count, rows.width, 1);
      // a uniform direction at a uniform distance: spread over the ball, denser in the middle
      for (let row = 0; row < rows.count; row++) {
        const length = radius * random.uniform();
        for (let j = 0; j < rows.width; j++) out[row * rows.width + j] *= length;
      }
      return out;
    } } : {}),
    move(delta, gradient, rows, radius) {
      const kernels = currentKernels();
      const step = like(gradient);
      kernels.normalizeRows(gradient, step, rows.count, rows.width, stepSize ?? (2.5 * radius) / steps);
      if (delta !== undefined) kernels.add(delta, step, step);
      const out = like(gradient);
      kernels.projectRows(step, out, rows.count, rows.width, 1, radius);
      return out;
    },
  });
}

/** Fast gradient sign method: radius sign(g) on every coordinate. */
export function fgsm({ loss }: { loss: AscentLoss }): ThreatModel {
  return gradientThreat({
    name: `fgsm(${loss})`, loss, steps: 1,
    move: (_delta, gradient, _rows, radius) => signed(gradient, undefined, radius, radius),
  });
}

/** Projected gradient ascent with sign steps in l-infinity, optionally from a uniform point of the cube. */
export function pgdLinf({ loss, steps, stepSize, randomStart }: PgdOptions): ThreatModel {
  checkSteps("pgdLinf", steps);
  return gradientThreat({
    name: `pgdLinf-${steps}(${loss})`, loss, steps,
    ...(randomStart ? { start: (rows, radius, random) => {
      const out = new Float64Array(rows.count * rows.width);
      for (let i = 0; i < out.length; i++) out[i] = radius * (2 * random.uniform() - 1);
      return out;
    } } : {}),
    move: (delta, gradient, _rows, radius) => signed(gradient, delta, stepSize ?? (2.5 * radius) / steps, radius),
  });
}

/** clamp(delta + step sign(g), -radius, radius), coordinate by coordinate. */
function signed(gradient: FloatArray, delta: FloatArray | undefined, step: number, radius: number): FloatArray {
  const out = like(gradient);
  for (let i = 0; i < out.length; i++) {
    const moved = (delta === undefined ? 0 : delta[i]) + step * Math.sign(gradient[i]);
    out[i] = Math.max(-radius, Math.min(radius, moved));
  }
  return out;
}

function checkSteps(where: string, steps: number): void {
  if (!Number.isInteger(steps) || steps < 1) throw new ParameterError({ where, problem: `steps = ${steps} is out of range.`, expected: "an integer >= 1." });
}
