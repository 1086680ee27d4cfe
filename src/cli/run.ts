/** `lemmagrad run`: trains one network, in a thread of its own so that it can be interrupted, and writes what the probes saw. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import type { HypothesisResult } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import { availableBackends, type BackendName, selectBackend } from "../kernels/index.ts";
import { writeNpz } from "../npz/index.ts";
import {
  makeSetting, operationsOf, probeWeights, referencePoint, type RunRecord, type RunSpec, sampleState, seedHypotheses, type Setting, settingHypotheses, type ThreatSpec,
} from "../theories/robust-features/index.ts";
import { exitCode, onInterrupt, WorkerError } from "./exit.ts";
import { installation } from "./installation.ts";
import { parseSets } from "./options.ts";
import { checkFile, writeWhole } from "./output.ts";
import { progressLine } from "./progress.ts";
import { type Provenance, runArrays, runLines } from "./run-output.ts";
import { readState } from "./run-state.ts";
import { jsonText, shellWord, shown, table } from "./table.ts";
import { type Outcome, type PlainState, stateOf, type Trained, type TrainTask } from "./worker.ts";

export interface RunFlags {
  mode: "standard" | "adversarial";
  threat?: ThreatSpec["name"];
  loss?: "margin" | "crossEntropy";
  attackSteps?: number;
  attackStepSize?: number;
  set?: string[];
  from?: string;
  steps: number;
  seed: number;
  logEvery: number;
  out?: string;
  backend: BackendName;
  json?: boolean;
}

export async function run(flags: RunFlags): Promise<number> {
  const overrides = parseSets(flags.set);
  const format = formatOf(flags.out);
  const threat = threatOf(flags);
  if (flags.out !== undefined) checkFile(flags.out, "--out");
  const notice = (words: string) => process.stderr.write(`lemmagrad: ${words}\n`);
  const given = flags.from === undefined ? undefined : readState(flags.from, overrides);
  const setting = given?.setting ?? makeSetting(overrides);
  given?.notices.forEach(notice);
  if (flags.mode === "standard" && flags.threat !== undefined) notice("standard mode trains without an attack: --threat is not used.");
  selectBackend(flags.backend);
  for (const hypothesis of violated(setting, flags.seed, given?.state)) {
    notice(`outside the hypothesis "${hypothesis.name}": ${hypothesis.detail}; margin ${shown(hypothesis.margin)}. The run goes on.`);
  }
  const spec: RunSpec = { setting, mode: flags.mode, threat, steps: flags.steps, logEvery: flags.logEvery, evaluate: [] };
  const sha256 = flags.from === undefined ? "" : createHash("sha256").update(readFileSync(flags.from)).digest("hex");
  const trained = await trainInThread(spec, flags, given?.state);
  const provenance: Provenance = {
    version: installation().version, backend: flags.backend, replay: replayLine(flags, setting),
    ...(flags.from === undefined ? {} : { from: { path: flags.from, sha256 } }),
  };
  if (flags.out !== undefined && format === "npz") writeNpz(flags.out, runArrays(trained));
  if (flags.out !== undefined && format === "jsonl") writeWhole(flags.out, runLines(trained.record, provenance));
  const diverged = trained.record.loss.findIndex((loss) => !Number.isFinite(loss));
  if (diverged >= 0) notice(`the loss is ${trained.record.loss[diverged]} from logged step ${trained.record.steps[diverged]} on: the training diverged. Lower eta, or see the hypothesis "step size small".`);
  const summary = summaryOf(trained.record);
  if (flags.json) process.stdout.write(jsonText({ ...provenance, seed: flags.seed, spec, out: flags.out ?? null, classes: summary, loss: trained.record.loss.at(-1), cleanAccuracy: trained.record.cleanAccuracy.at(-1) }));
  else process.stdout.write(summaryText(trained.record, summary) + (flags.out === undefined ? "" : `\nwritten: ${flags.out}\n`));
  return exitCode.ok;
}

function formatOf(out: string | undefined): "jsonl" | "npz" | undefined {
  const format = out === undefined ? undefined : /\.(jsonl|npz)$/.exec(out)?.[1];
  if (out !== undefined && format === undefined) throw new ParameterError({ where: `--out ${out}`, problem: "the name says no format.", expected: "a name that ends in .jsonl or .npz." });
  return format as "jsonl" | "npz" | undefined;
}

/**
 * The threat model of the flags.
 *
 * Errors: ParameterError when a flag says something that this threat model does not have.
 */
export function threatOf({ threat: name = "gradientAscent", loss, attackSteps, attackStepSize }: Pick<RunFlags, "threat" | "loss" | "attackSteps" | "attackStepSize">): ThreatSpec {
  const iterated = name === "pgd" || name === "pgdLinf";
  const climbs = iterated || name === "gradientAscent" || name === "fgm" || name === "fgsm";
  const refused = (flag: string, words: string) => new ParameterError({ where: flag, problem: `the threat model ${name} ${words}.`, expected: `${flag} only with a threat model that has it.`, mend: `leave ${flag} out.` });
  if (!climbs && loss !== undefined) throw refused("--loss", "climbs no loss");
  if (!iterated && attackSteps !== undefined) throw refused("--attack-steps", climbs ? "takes one step" : "takes no steps");
  if (!iterated && attackStepSize !== undefined) throw refused("--attack-step-size", name === "gradientAscent" ? "has the step size e (--set e=...)" : "has no step size");
  if (!climbs) return { name };
  if (!iterated) return { name, loss: loss ?? "margin" };
  return { name, loss: loss ?? "margin", steps: attackSteps ?? 10, ...(attackStepSize === undefined ? {} : { stepSize: attackStepSize }) };
}

function violated(setting: Setting, seed: number, given: PlainState | undefined): HypothesisResult[] {
  // the initial correlations need features and weights alone, so a tiny data set will do
  const state = given === undefined ? sampleState({ ...setting, N: 1, P: 1, sR: 0 }, seed) : stateOf(given);
  const { U, V, nu } = probeWeights(state.W, state);
  return [...settingHypotheses(setting), ...seedHypotheses(setting, { u: U, v: V, nu })].filter(({ holds }) => !holds);
}

async function trainInThread(spec: RunSpec, flags: RunFlags, state: PlainState | undefined): Promise<Trained> {
  const line = progressLine();
  const free = onInterrupt(() => {
    line.end();
    return "lemmagrad: interrupted; nothing was written.\n";
  });
  const { port1, port2 } = new MessageChannel();
  port1.on("message", (done: number) => line.update(done, spec.steps, `step ${done} of ${spec.steps}`));
  const pool = new Piscina<TrainTask, Outcome<Trained>>({ filename: installation().worker.href, minThreads: 1, maxThreads: 1, recordTiming: false });
  try {
    const task: TrainTask = { spec, seed: flags.seed, backend: flags.backend, progress: port2, ...(state === undefined ? {} : { state }) };
    const outcome = await pool.run(task, { name: "train", transferList: [port2] });
    if ("value" in outcome) return outcome.value;
    throw outcome.failure.name === "RangeError" ? tooLarge(spec) : new WorkerError("the training run", outcome.failure);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY" ? tooLarge(spec) : error;
  } finally {
    line.end();
    port1.close();
    await pool.destroy();
    free();
  }
}

function tooLarge(spec: RunSpec): ParameterError {
  const { N, P, d, k, m } = spec.setting;
  return new ParameterError({
    where: "run", problem: `the arrays of this setting do not fit into memory: X has ${N} x ${P} x ${d} numbers, the pre-activations ${N} x ${P} x ${k * m}.`,
    expected: `a smaller run (this one is ${operationsOf(spec).toExponential(1)} operations).`, mend: "lower N, P, d, k or m, or log fewer steps with --log-every.",
  });
}

interface ClassSummary {
  class: number;
  /** Largest correlations of the class's neurons, at the first and the last step. */
  U0: number;
  U: number;
  V0: number;
  V: number;
  /** First logged step at which the feature's patches add 0.3 to F_y; Infinity if never. */
  robustTime: number;
  nonRobustTime: number;
  first: "robust" | "non-robust" | "neither" | "both";
}

export function summaryOf({ spec: { setting: { k, m } }, U, V, robustTime, nonRobustTime, steps }: RunRecord): ClassSummary[] {
  const largest = (values: Float64Array, s: number, i: number) => Math.max(...values.subarray((s * k + i) * m, (s * k + i + 1) * m));
  const last = steps.length - 1;
  return Array.from({ length: k }, (_, i) => ({
    class: i, U0: largest(U, 0, i), U: largest(U, last, i), V0: largest(V, 0, i), V: largest(V, last, i), robustTime: robustTime[i], nonRobustTime: nonRobustTime[i],
    first: robustTime[i] < nonRobustTime[i] ? "robust" : nonRobustTime[i] < robustTime[i] ? "non-robust" : robustTime[i] === Infinity ? "neither" : "both",
  }));
}

function summaryText({ spec, seed, loss, cleanAccuracy }: RunRecord, classes: readonly ClassSummary[]): string {
  const rows = classes.map((one) => [one.class, one.U0, one.U, one.V0, one.V, one.robustTime, one.nonRobustTime].map(shown).concat(one.first));
  return `${spec.mode} training${spec.mode === "adversarial" ? ` against ${spec.threat.name}, radius ${spec.setting.eps}` : ""}, ${spec.steps} steps, seed ${seed}: loss ${shown(loss.at(-1)!)}, clean accuracy ${shown(cleanAccuracy.at(-1)!)}

${table(["class", "U(0)", "U(T)", "V(0)", "V(T)", "T_u", "T_v", "learned first"], rows)}U, V: largest robust and non-robust correlation of a class's neurons. T_u, T_v: first logged step at which the patches add 0.3 to the logit.
`;
}

/** The command line that gives the same run: every parameter that is not the reference point's. */
function replayLine(flags: RunFlags, setting: Setting): string {
  const fromShapes = new Set(flags.from === undefined ? [] : ["k", "m", "P", "d", "N", "sR"]);
  const sets = (Object.keys(setting) as (keyof Setting)[]).filter((name) => setting[name] !== referencePoint[name] && !fromShapes.has(name)).map((name) => `--set ${name}=${setting[name]}`);
  return ["npx lemmagrad run", `--mode ${flags.mode}`, ...(flags.threat === undefined ? [] : [`--threat ${flags.threat}`]), ...(flags.loss === undefined ? [] : [`--loss ${flags.loss}`]),
    ...(flags.attackSteps === undefined ? [] : [`--attack-steps ${flags.attackSteps}`]), ...(flags.attackStepSize === undefined ? [] : [`--attack-step-size ${flags.attackStepSize}`]),
    ...sets, ...(flags.from === undefined ? [] : [`--from ${shellWord(flags.from)}`]), `--steps ${flags.steps}`, `--seed ${flags.seed}`,
    ...(flags.logEvery === 1 ? [] : [`--log-every ${flags.logEvery}`]), ...(flags.backend === availableBackends[0] ? [] : [`--backend ${flags.backend}`]),
    ...(flags.out === undefined ? [] : [`--out ${shellWord(flags.out)}`])].join(" ");
}
