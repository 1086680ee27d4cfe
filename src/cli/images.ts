/** `lemmagrad images`: trains on real images in both modes, asks the networks about sets built for the purpose, judges, and writes a page. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { canonical } from "../claims/index.ts";
import { FileError, ParameterError } from "../errors/index.ts";
import {
  bytesOfPlan, checkDisjoint, countOf, type Dataset, type DatasetName, datasetNames, type ExperimentRecord, firstImages, type ImageClaim, type ImagePlan, type ImageSet, jobsOfPlan, type Judged, judgeImages, loadDataset,
  type PlanChanges, type PlannedJob, planOf, runExperiment, setNames, type SetName, type Variant, writeSet, writeWeights,
} from "../images/index.ts";
import { availableBackends, type BackendName, selectBackend } from "../kernels/index.ts";
import { imagesPage } from "../report/index.ts";
import { costWords } from "./cost.ts";
import { exitCode, onInterrupt } from "./exit.ts";
import { imagesReport } from "./images-report.ts";
import { measuredImageRate } from "./images-rate.ts";
import { installation } from "./installation.ts";
import { checkFolder, writeWhole } from "./output.ts";
import { imagePool } from "./pool.ts";
import { progressLine } from "./progress.ts";
import { RunStore } from "./run-store.ts";
import { counted, duration, jsonText, shellWord, table } from "./table.ts";

export interface ImagesFlags extends PlanChanges {
  /** Mandatory, but not to commander: `images fetch` has one of its own. */
  dataset: DatasetName;
  data: string;
  plan: "quick" | "full";
  variant?: Variant;
  seed: number;
  backend: BackendName;
  workers?: number;
  out?: string;
  resume?: boolean;
  json?: boolean;
}

/** Returns the exit code: 0 when every required verdict is the recorded one, 1 otherwise. */
export async function images(flags: ImagesFlags): Promise<number> {
  const startedAt = new Date();
  const say = (words: string) => process.stderr.write(`lemmagrad: ${words}\n`);
  if (flags.dataset === undefined) throw new ParameterError({ where: "images", problem: "no data set was named.", expected: `--dataset and one of ${datasetNames.join(", ")}.` });
  const plan = planOf(flags.dataset, flags.plan, flags);
  const jobs = jobsOfPlan(plan, flags.seed);
  const out = flags.out ?? `report/images-${flags.dataset}`;
  checkFolder(out, "--out", ["index.html", "results.json"]);
  const line = progressLine();
  let finished = 0;
  const free = onInterrupt(() => {
    line.end();
    return `lemmagrad: interrupted; ${counted(finished, "finished job")} kept in ${join(out, ".runs")}. Go on with:\n  ${command(flags)} --resume\n`;
  });
  const { training, heldOut, variant, origin } = dataFor(plan, flags, say);
  const claims = await loadImageClaims();
  selectBackend(flags.backend);
  const { version, build } = installation();
  const store = new RunStore({ out, identity: [version, build, flags.backend].join(" "), notice: say });
  const kept = store.count();
  if (kept > 0 && !flags.resume) {
    say(`${counted(kept, "finished job")} of an interrupted experiment discarded; --resume would have kept them.`);
    store.clear();
  }
  const workers = Math.max(1, Math.min(flags.workers ?? availableParallelism(), jobs.length));
  const operations = jobs.reduce((sum, job) => sum + job.operations, 0);
  const megabytes = Math.ceil((150 + workers * (45 + bytesOfPlan(plan) / 1e6)) / 10) * 10;
  say(`${plan.dataset} (${variant}), ${plan.name} plan: ${countOf(training)} training and ${countOf(heldOut)} held-out images, ${plan.threat.norm} radius ${shownRadius(plan.threat.radius)}, ${counted(plan.epochs, "epoch")}, ${counted(plan.seeds, "seed")} in both modes.`);
  say(`${costWords({ runs: jobs.length, operations, seconds: secondsOf(jobs, workers, measuredImageRate(plan)), workers, megabytes })}.`);

  const pool = imagePool({ workers, backend: flags.backend, data: { plan, training, heldOut } });
  const data = fingerprint(training, heldOut);
  const running = new Map<PlannedJob, number>();
  let done = 0;
  const draw = () => line.update(done + [...running].reduce((sum, [job, share]) => sum + share * job.operations, 0), operations, [`${finished} of ${jobs.length} jobs`, [...running.keys()].map(({ words }) => words).join("; ")].filter(Boolean).join(", "));
  let record: ExperimentRecord;
  const keyOf = ({ job }: PlannedJob) => ({ key: canonical({ job, plan, data }), seed: flags.seed });
  try {
    record = await runExperiment({
      plan, seed: flags.seed, heldOut, concurrency: workers,
      async execute(planned, handed) {
        const stored = store.get(keyOf(planned));
        if (stored !== undefined) return stored.value as never;
        running.set(planned, 0);
        const result = await pool.run(planned, handed, (share) => {
          if (running.has(planned)) running.set(planned, share);
          draw();
        });
        store.put(keyOf(planned), result);
        return result;
      },
      onDone(planned) {
        running.delete(planned);
        done += planned.operations;
        finished++;
        draw();
      },
    });
  } finally {
    line.end();
    await pool.close();
    free();
  }
  const judged = judgeImages(record, claims, command({ ...flags, out: undefined, workers: undefined, backend: availableBackends[0] }));
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  const facts = { version, backend: flags.backend, workers, startedAt: startedAt.toISOString(), seconds, variant, origin, rerun: command({ ...flags, out: undefined, workers: undefined, backend: availableBackends[0] }), docs: docsFrom(out) };
  const report = imagesReport(record, judged, heldOut, facts);
  exportArrays(out, record);
  writeWhole(join(out, "results.json"), jsonText(report.results));
  writeWhole(join(out, "index.html"), imagesPage(report.page));
  store.remove(jobs.map(keyOf));
  say(`done in ${duration(seconds)}.`);
  if (flags.json) process.stdout.write(jsonText(report.results));
  else process.stdout.write(`${summaryText(record, judged)}\nweights and sets: ${join(out, "weights")}, ${join(out, "sets")}\nreport: ${join(out, "index.html")}\n`);
  const differing = judged.claims.filter(({ required, result }) => required && result.verdict !== result.recordedVerdict);
  if (differing.length > 0) say(`${counted(differing.length, "required verdict")} not as recorded: ${differing.map(({ result: { id, verdict, recordedVerdict } }) => `${id} is ${verdict}, recorded ${recordedVerdict}`).join("; ")}.`);
  if (!judged.stuck.fails) say("the hypotheses hold of a g_R that learned nothing: they check nothing.");
  return differing.length > 0 || !judged.stuck.fails ? exitCode.verdictDiffers : exitCode.ok;
}

const fallbacks: Partial<Record<DatasetName, Variant>> = { cifar10: "jpeg", svhn: "parts" };

/**
 * Training and held-out images: the official files, or, where these are not there or too few for the plan, those of another
 * variant, said so.
 *
 * Errors: FileError when files are missing or damaged; ParameterError when there are too few images, or training and held-out ones
 *         are the same.
 */
function dataFor(plan: ImagePlan, flags: ImagesFlags, say: (words: string) => void): { training: ImageSet; heldOut: ImageSet; variant: Variant; origin: string } {
  const fallback = fallbacks[plan.dataset];
  let found: Dataset;
  try {
    found = loadDataset(plan.dataset, flags.data, flags.variant === undefined ? {} : { variant: flags.variant });
    if (flags.variant === undefined && fallback !== undefined && (countOf(found.train) < plan.images || countOf(found.test) < plan.heldOut)) {
      const other = attempt(() => loadDataset(plan.dataset, flags.data, { variant: fallback }));
      if (other !== undefined) {
        say(`the official files hold ${countOf(found.train)} training images, the plan takes ${plan.images}: the variant "${fallback}" is used instead.`);
        found = other;
      }
    }
  } catch (error) {
    const other = flags.variant === undefined && fallback !== undefined && error instanceof FileError ? attempt(() => loadDataset(plan.dataset, flags.data, { variant: fallback })) : undefined;
    if (other === undefined) throw error;
    say(`the official files are not there: the variant "${fallback}" is used instead.`);
    found = other;
  }
  const training = firstImages(found.train, plan.images, `${plan.dataset}, training images`);
  const heldOut = firstImages(found.test, plan.heldOut, `${plan.dataset}, held-out images`);
  checkDisjoint(training, heldOut);
  return { training: shared(training), heldOut: shared(heldOut), variant: found.variant, origin: found.train.source.citation };
}

function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** Only what an experiment needs, in memory that all threads see. */
function shared({ shape, classes, pixels, labels }: ImageSet): ImageSet {
  const own = new Uint8Array(new SharedArrayBuffer(pixels.length));
  own.set(pixels);
  return { shape, classes, pixels: own, labels: Int32Array.from(labels) };
}

function fingerprint(...sets: ImageSet[]): string {
  const hash = createHash("sha256");
  for (const { pixels, labels } of sets) hash.update(pixels as Uint8Array).update(labels);
  return hash.digest("hex");
}

/** Claims about real images, by file name: modules that export `imageClaim`. */
async function loadImageClaims(): Promise<ImageClaim[]> {
  const folder = join(installation().claims, "real-images");
  const modules = await Promise.all(readdirSync(folder).filter((name) => name.endsWith(".js")).sort().map(async (name) => (await import(pathToFileURL(join(folder, name)).href)) as { imageClaim?: ImageClaim }));
  return modules.flatMap(({ imageClaim }) => (imageClaim === undefined ? [] : [imageClaim]));
}

/** Seconds of all stages: each takes as long as its longest job at least. */
function secondsOf(jobs: readonly PlannedJob[], workers: number, rate: number): number {
  return [0, 1, 2, 3].reduce((sum, stage) => {
    const own = jobs.filter((job) => job.stage === stage).map(({ operations }) => operations);
    return sum + Math.max(own.reduce((a, b) => a + b, 0) / workers, ...own, 0) / rate;
  }, 0);
}

function exportArrays(out: string, { sources, sets, tracked }: ExperimentRecord): void {
  for (const folder of ["weights", "sets"]) mkdirSync(join(out, folder), { recursive: true });
  for (const { role, run } of sources) writeWeights(join(out, "weights", `source-${role}-${run.seed}.npz`), run.weights);
  for (const { mode, seed, weights } of tracked) writeWeights(join(out, "weights", `${mode.replace(" ", "-")}-${seed}.npz`), weights);
  for (const { name, images: set } of sets) writeSet(join(out, "sets", `${name}.npz`), set);
}

/** The table that the terminal gets: what each mode ended with, then the verdicts. */
function summaryText({ tracked, plan }: ExperimentRecord, { claims, stuck }: Judged): string {
  const percent = (x: number | undefined) => (x === undefined ? "-" : x.toFixed(2).replace(/^0/, ""));
  const names: SetName[] = setNames.filter((name) => name !== "random");
  const rows = tracked.map(({ mode, seed, epochs, strong }) => {
    const last = epochs.at(-1)!;
    return [`${mode} ${seed}`, percent(last.clean), percent(strong.pgd), percent(strong.worst), ...names.flatMap((name) => (last.t[name] === undefined ? [percent(last.right[name])] : [percent(last.t[name]), percent(last.right[name])]))];
  });
  const heads = ["network", "clean", "pgd", "worst", ...names.flatMap((name) => (name === "R" || name === "NR1" || name === "placeboR" ? [name] : [`${name} t`, "c"]))];
  const verdicts = claims.map(({ result, required }) => [result.id, result.verdict, required ? "required" : "reported", `${result.seeds.supported}/${result.seeds.n}`, result.controls.every(({ fails }) => fails) ? "fails, as it must" : "does not fail"]);
  const warnings = [...new Set(tracked.flatMap(({ strong }) => strong.warnings))];
  return `${table(heads, rows, 1)}Accuracies on held-out images after ${plan.epochs} epochs; pgd and worst at ${plan.threat.norm} radius ${shownRadius(plan.threat.radius)}. t: answers the class pushed towards; c: the image's own.

${table(["claim", "verdict", "standing", "seeds", "control"], verdicts)}A g_R that learned nothing: ${stuck.fails ? `refused, as it must be (${stuck.broken.join(", ")})` : "NOT refused"}.
${warnings.map((words) => `Warning: ${words}\n`).join("")}`;
}

/** 0.3, or 8/255 where it is a whole number of grey levels. */
export function shownRadius(radius: number): string {
  const levels = radius * 255;
  return Math.abs(levels - Math.round(levels)) < 1e-9 && radius < 0.2 ? `${Math.round(levels)}/255` : String(Number(radius.toPrecision(4)));
}

function docsFrom(out: string): string | null {
  const path = relative(resolve(out), join(installation().root, "docs")).replaceAll("\\", "/");
  return /^(\.\.\/)*docs$/.test(path) ? `${path}/` : null;
}

/** The command line that does the same again. */
function command({ dataset, data, plan, variant, images: count, heldOut, epochs, rate, seeds, norm, radius, seed, backend, workers, out }: ImagesFlags): string {
  return ["npx lemmagrad images", `--dataset ${dataset}`, `--data ${shellWord(data)}`, `--plan ${plan}`, ...(variant === undefined ? [] : [`--variant ${variant}`]),
    ...(count === undefined ? [] : [`--images ${count}`]), ...(heldOut === undefined ? [] : [`--held-out ${heldOut}`]), ...(epochs === undefined ? [] : [`--epochs ${epochs}`]), ...(rate === undefined ? [] : [`--rate ${rate}`]), ...(seeds === undefined ? [] : [`--seeds ${seeds}`]),
    ...(norm === undefined ? [] : [`--norm ${norm}`]), ...(radius === undefined ? [] : [`--radius ${shownRadius(radius)}`]), `--seed ${seed}`,
    ...(backend === availableBackends[0] ? [] : [`--backend ${backend}`]), ...(workers === undefined ? [] : [`--workers ${workers}`]), ...(out === undefined ? [] : [`--out ${shellWord(out)}`])].join(" ");
}
