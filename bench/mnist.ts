/**
 * All of MNIST: what the full plan's network reaches in standard training of five epochs and in adversarial training, on all test images.
 * Limits that are missed end the program with 1.
 *
 *   node bench/run.mjs mnist --data FOLDER [--seed 1]
 *
 * No timing: the same seed gives the same numbers on every machine. Writes bench/results/mnist.json and a table of bench/README.md.
 */
import { parseArgs } from "node:util";
import { measuredImageRate } from "../src/cli/images-rate.ts";
import { checkDisjoint, countOf, type ImagePlan, loadDataset, networkOf, planOf, runImageJob, type SourceRun } from "../src/images/index.ts";
import { duration } from "../src/report/numbers.ts";
import { wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { replaceSection, shortJson, writeWhole } from "./results.ts";
import { markdown } from "./table.ts";

/** Least accuracies, of 1: clean after standard training; clean and under pgd of 20 steps after adversarial training. */
const limits = { standard: 0.985, clean: 0.96, robust: 0.85 };

const { values: asked } = parseArgs({ options: { data: { type: "string", default: "data" }, seed: { type: "string", default: "1" } } });
const seed = wholeNumber("seed", asked.seed);
const { train: training, test: heldOut } = loadDataset("mnist", asked.data);
checkDisjoint(training, heldOut);
const full = planOf("mnist", "full", { images: countOf(training), heldOut: countOf(heldOut) });
const plans: Record<"standard" | "robust", ImagePlan> = { standard: { ...full, epochs: 5 }, robust: full };

const { operations } = networkOf(full);
const passes = plans.standard.epochs * 3 + full.epochs * (3 + 2 * full.ascentSteps);
const attacks = countOf(heldOut) * full.evaluationSteps * full.radii.length * 2;
console.error(`${countOf(training)} images, ${plans.standard.epochs} epochs of standard training and ${full.epochs} of adversarial: about ${duration(((passes * countOf(training) + attacks) * operations) / measuredImageRate(full))} on one core`);

const found = Object.fromEntries((["standard", "robust"] as const).map((role) => {
  let shown = 0;
  const onProgress = (done: number): void => {
    if (Math.floor(10 * done) === shown) return;
    shown = Math.floor(10 * done);
    console.error(` ${role}: ${10 * shown} %`);
  };
  return [role, runImageJob({ kind: "source", role, seed }, { plan: plans[role], training, heldOut, onProgress }) as SourceRun];
})) as Record<"standard" | "robust", SourceRun>;

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const last = full.radii.length - 1;
const rows = (["standard", "robust"] as const).map((role) => [role === "robust" ? "adversarial" : role, String(plans[role].epochs), percent(found[role].clean), ...found[role].robust.map(percent)]);
const table = markdown(["training", "epochs", "clean", ...full.radii.map((radius) => `pgd at ${radius}`)], rows);
const words = `${networkOf(full).name}; ${countOf(training)} training images, batches of ${full.batchSize}, Adam at ${full.rate}, seed ${seed}; adversarial: l-infinity ${full.threat.radius}, ${full.ascentSteps} steps, radius raised over ${full.warmUp} epochs. Accuracy on all ${countOf(heldOut)} test images, pgd of ${full.evaluationSteps} steps. Asked for: ${percent(limits.standard)} clean after standard training; ${percent(limits.clean)} clean and ${percent(limits.robust)} under pgd at ${full.threat.radius} after adversarial training.`;
console.log(`${words}\n\n${table}`);
writeWhole(`${root}bench/results/mnist.json`, shortJson({ plans, seed, limits, found: Object.fromEntries(Object.entries(found).map(([role, { clean, robust }]) => [role, { clean, robust }])) }));
replaceSection(`${root}bench/README.md`, "mnist", `${words}\n\n${table}`);
if (found.standard.clean < limits.standard || found.robust.clean < limits.clean || found.robust.robust[last] < limits.robust) process.exit(1);
