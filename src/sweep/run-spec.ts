/** From the words of a sweep file to a training run. */
import { ParameterError } from "../errors/index.ts";
import type { RunSpec, Setting, ThreatSpec } from "../theories/robust-features/index.ts";
import { threatNames } from "../theories/robust-features/index.ts";
import type { RunDefinition } from "./definition.ts";

/** What of a run can stand on an axis. */
export const runNames: readonly string[] = ["mode", "threat", "loss", "attackSteps", "attackStepSize", "steps"];

/** Errors: ParameterError on a value that an axis gives and a run cannot have. */
export function runSpec(run: RunDefinition, setting: Setting): RunSpec {
  const { mode = "standard", threat = "gradientAscent", loss, attackSteps, attackStepSize, steps = 300, logEvery = 1, evaluate = [] } = run;
  check("mode", mode, ["standard", "adversarial"]);
  if (!Number.isInteger(steps) || steps < 1) throw new ParameterError({ where: "run", problem: `steps = ${String(steps)} is no number of steps.`, expected: "an integer >= 1." });
  const asked = { threat, ...(loss === undefined ? {} : { loss }), ...(attackSteps === undefined ? {} : { attackSteps }), ...(attackStepSize === undefined ? {} : { attackStepSize }) };
  return {
    setting, mode,
    // standard training knows no attack: one spec, one key, whatever is said of it
    threat: mode === "standard" ? { name: "gradientAscent", loss: "margin" } : threatSpec(asked),
    steps, logEvery, evaluate: evaluate.map(({ radii, ...attack }) => ({ threat: threatSpec(attack), radii })),
  };
}

function threatSpec({ threat: name, loss = "margin", attackSteps = 10, attackStepSize }: Pick<RunDefinition, "loss" | "attackSteps" | "attackStepSize"> & { threat: ThreatSpec["name"] }): ThreatSpec {
  check("threat", name, threatNames);
  check("loss", loss, ["margin", "crossEntropy"]);
  if (name === "suppress" || name === "nonRobustSubspace" || name === "inject") return { name };
  if (name === "gradientAscent" || name === "fgm" || name === "fgsm") return { name, loss };
  if (!Number.isInteger(attackSteps) || attackSteps < 1) throw new ParameterError({ where: "run", problem: `attackSteps = ${String(attackSteps)} is no number of steps.`, expected: "an integer >= 1." });
  if (attackStepSize !== undefined && !(attackStepSize > 0)) throw new ParameterError({ where: "run", problem: `attackStepSize = ${String(attackStepSize)} is no length.`, expected: "a number > 0." });
  return { name, loss, steps: attackSteps, ...(attackStepSize === undefined ? {} : { stepSize: attackStepSize }) };
}

function check(what: string, word: unknown, known: readonly string[]): void {
  if (!known.includes(word as string)) throw new ParameterError({ where: "run", problem: `there is no ${what} ${JSON.stringify(word)}.`, expected: `one of ${known.join(", ")}.` });
}
