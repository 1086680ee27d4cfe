/** The columns that say what a cell is about. */
import type { CellTask, Row } from "./cell.ts";

/** The swept values first, then every other parameter. */
export function parameterColumns(task: CellTask): Row {
  if (task.kind === "claim") return { claim: task.claim, ...task.at, ...without(task.point ?? {}, task.at) };
  const { setting, mode, threat, steps } = task.spec;
  // standard training knows no attack
  const attack: Row = { threat: null, loss: null, attackSteps: null, attackStepSize: null };
  if (mode === "adversarial") Object.assign(attack, { threat: threat.name }, "loss" in threat && { loss: threat.loss }, "steps" in threat && { attackSteps: threat.steps, attackStepSize: threat.stepSize ?? null });
  const all: Row = { mode, ...attack, steps, ...(setting as unknown as Row) };
  return { ...task.at, ...without(all, task.at) };
}

function without(row: Row, names: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !Object.hasOwn(names, name)));
}
