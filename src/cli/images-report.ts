/** What the page and results.json of an experiment on real images say. */
import {
  batchOf, type ConflictSet, countOf, dataUri, type EpochRow, type ExperimentRecord, freshSets, halfTime, type ImageSet, type Judged, type Mode, type Picture, relianceFigure, robustnessFigure, runsOf, seedsOfPlan, type SetName, signedStrip,
  shownImages, spread, strip, type TrackedRun,
} from "../images/index.ts";
import type { ImagesPageData, PlainTable, Sheet } from "../report/index.ts";

export interface ReportFacts {
  version: string;
  backend: string;
  workers: number;
  startedAt: string;
  seconds: number;
  variant: string;
  origin: string;
  rerun: string;
  docs: string | null;
}

const modes: readonly Mode[] = ["standard", "adversarial", "noise", "radius 0"];
const last = ({ epochs }: TrackedRun): EpochRow => epochs[epochs.length - 1];

export function imagesReport(record: ExperimentRecord, judged: Judged, heldOut: ImageSet, facts: ReportFacts): { page: ImagesPageData; results: object } {
  const { plan, seed, summary } = record;
  const seeds = seedsOfPlan(plan, seed);
  const sooner = halfTimes(record);
  const warnings = record.tracked.flatMap(({ mode, seed: own, strong }) => strong.warnings.map((words) => `${mode}, seed ${own}: ${words}`));
  const page: ImagesPageData = {
    title: `Robust and non-robust features on ${datasetTitles[plan.dataset]}`, version: facts.version, rerun: facts.rerun, docs: facts.docs, warnings,
    paragraphs: [
      `Does standard training rely on non-robust features, and adversarial training on robust ones, on real images as the theory says of structured data? Nobody can point at the features of a photograph. So images are made that carry, by construction, what a robust network sees of an image (R), what standard networks see of it (NR1), or two answers at once (the conflict set: the image is of class c, its details were pushed towards t). Networks with other seeds build them, from images that no network was trained on.`,
      `Every tracked seed is trained twice from the same weights and the same batches: standard, and adversarially (${plan.ascentSteps} ascent steps, ${plan.threat.norm === "linf" ? "l-infinity" : "l2"} radius ${Number(plan.threat.radius.toPrecision(3))} of pixels from 0 to 1). After each epoch both are asked about every set. The claim is one of reliance: whom a network follows where the two contents disagree.`,
      sooner.sentence,
    ],
    claims: judged.claims, figures: [relianceFigure(record, "standard"), relianceFigure(record, "adversarial"), robustnessFigure(record)],
    tables: [...endTables(record), sooner.table, setTable(record), ...(record.fresh.length > 0 ? [freshTable(record)] : []), hypothesisTable(judged)],
    sheets: [setSheet(record, heldOut), ...attackSheets(record, heldOut)],
    limits: [
      "A2, M3 and M4 partly restate that adversarially trained networks are robust: the conflict set is a targeted attack carried over from other networks. M2, M5, the placebo and the fresh networks carry the rest.",
      `All tracked seeds are judged on sets from the same source networks (seeds ${seeds.families.flat().join(", ")} and ${seeds.robust}) and ${plan.heldOut} images: the seeds vary the tracked networks, not the sets. Another --seed draws new source networks too.`,
      "That non-robust features are learned sooner is not claimed here: see the half-times above. On structured data, where features are known, it is (P3).",
      "Robust accuracy is what these attacks leave. It is an upper bound on the true one.",
      "Small networks on few images: orderings are checked, the numbers are not those of large networks.",
      "How far NR1 is matched matters: moved on after they are matched, its images come to look like their labels, and M2 then fails on well-trained networks. They rest at 15 % of the first distance.",
    ],
    facts: [
      ["Data", `${plan.dataset}, variant ${facts.variant}: ${plan.images} training and ${plan.heldOut} held-out images`], ["Cite", facts.origin],
      ["Seeds", `tracked ${seeds.tracked.join(", ")}; g_R ${seeds.robust}; standard source networks ${seeds.families.map((family) => family.join(", ")).join(" and ")}; by lot over the images one three are g_S, the other the placebo`],
      ["Training", `Adam ${plan.rate}, batches of ${plan.batchSize}, ${plan.epochs} epochs, radius raised over the first ${plan.warmUp}`],
      ["Engine", `${facts.backend} backend, ${facts.workers} workers, lemmagrad ${facts.version}`], ["Started", facts.startedAt], ["Took", `${Math.round(facts.seconds)} s`],
    ],
  };
  const results = {
    schema: "lemmagrad images", version: facts.version,
    environment: { node: process.version, platform: `${process.platform} ${process.arch}`, backend: facts.backend, workers: facts.workers, startedAt: facts.startedAt, seconds: facts.seconds },
    plan, seed, seeds, variant: facts.variant, rerun: facts.rerun,
    claims: judged.claims.map(({ required, result: { figure: _figure, controlFigure: _controlFigure, ...result } }) => ({ required, ...result })),
    stuck: judged.stuck, warnings, summary: { ...summary, labels: undefined, pushedTo: undefined },
    sources: record.sources.map(({ role, run }) => ({ role, seed: run.seed, clean: run.clean, robust: run.robust })),
    sets: record.sets.map(({ name, distance, pushed }) => ({ name, distance, pushed })),
    tracked: record.tracked.map(({ seed: own, mode, epochs, strong }) => ({ seed: own, mode, epochs, strong })),
    fresh: record.fresh, halfTimes: sooner.rows,
  };
  return { page, results };
}

/** One table a question, so that none is wider than the page. */
function endTables(record: ExperimentRecord): PlainTable[] {
  const table = (title: string, caption: string, columns: Record<string, (run: TrackedRun) => number | undefined>): PlainTable => ({
    title, caption: `${caption} Median over seeds, and the range.`, heads: ["training", "seeds", ...Object.keys(columns)],
    rows: modes.flatMap((mode) => {
      const runs = runsOf(record, mode);
      return runs.length === 0 ? [] : [[mode, String(runs.length), ...Object.values(columns).map((value) => spread(runs.map((run) => value(run) ?? NaN)))]];
    }),
  });
  return [
    table("Accuracy at the end", "pgd (with restarts) and all attacks (with APGD on the cross-entropy and on the dlr loss) at the full radius.", {
      clean: (run) => last(run).clean, pgd: ({ strong }) => strong.pgd, "all attacks": ({ strong }) => strong.worst,
    }),
    table("Reliance at the end", "Accuracy on the matched sets, and answers t and c on the conflict set.", {
      R: (run) => last(run).right.R, NR1: (run) => last(run).right.NR1, t: (run) => last(run).t.conflict, c: (run) => last(run).right.conflict,
    }),
    table("What they are compared with", "Accuracy on the placebo of R; t on R2, on the placebo of R2, and where the change was random.", {
      "placebo R": (run) => last(run).right.placeboR, "t on R2": (run) => last(run).t.R2, "t on placebo R2": (run) => last(run).t.placeboR2, "t, random change": (run) => last(run).t.random,
    }),
  ];
}

/** Half-times, and whether t's comes before R's. */
function halfTimes(record: ExperimentRecord): { table: PlainTable; sentence: string; rows: { seed: number; mode: Mode; R: number; NR1: number; t: number; c: number }[] } {
  const rows = record.tracked.filter(({ mode }) => mode === "standard" || mode === "adversarial").map(({ seed, mode, epochs }) => ({
    seed, mode, R: halfTime(epochs, ({ right }) => right.R!), NR1: halfTime(epochs, ({ right }) => right.NR1!), t: halfTime(epochs, ({ t }) => t.conflict!), c: halfTime(epochs, ({ right }) => right.conflict!),
  }));
  const standard = rows.filter(({ mode }) => mode === "standard");
  const first = standard.filter(({ t, R }) => t < R).length;
  return {
    rows,
    table: {
      title: "Half-times", caption: "Epoch at which a curve first reaches half of its last value, read off between epochs: median over seeds, and the range.",
      heads: ["training", "R", "NR1", "t", "c"],
      rows: (["standard", "adversarial"] as const).map((mode) => [mode, ...(["R", "NR1", "t", "c"] as const).map((name) => spread(rows.filter((own) => own.mode === mode).map((own) => own[name])))]),
    },
    sentence: `That the non-robust content is learned sooner is ${first > standard.length / 2 ? "seen here, against what was expected" : "not observed"}: under standard training t reaches half of its last value before R does in ${first} of ${standard.length} seeds. Coarse content comes first, and the non-robust content wins at the end. On the structured data of the theory it is otherwise (P3).`,
  };
}

function setTable({ sets }: ExperimentRecord): PlainTable {
  return {
    title: "The sets", caption: "Of matched sets the median distance of features from their goal, before and after; of pushed sets what the pushing networks themselves answer.",
    heads: ["set", "distance before", "after", "radius", "builder says t", "says c"],
    rows: sets.map(({ name, distance, pushed }) => [name, distance?.before.toFixed(2) ?? "", distance?.after.toFixed(2) ?? "", pushed === undefined ? "" : String(Number(pushed.radius.toPrecision(3))), pushed?.saysT.toFixed(2) ?? "", pushed?.saysC.toFixed(2) ?? ""]),
  };
}

const freshWords: Record<string, string> = { images: "the images themselves", R: "R, built from them", NR1: "NR1, built from them", conflict: "the conflict set, labelled t" };

function freshTable({ fresh, plan }: ExperimentRecord): PlainTable {
  return {
    title: "Fresh standard networks, each trained on one set", caption: `As Ilyas et al. do: standard training on sets made of ${plan.freshImages} training images, then accuracy on held-out images, clean and under pgd. Reported, not claimed.`,
    heads: ["trained on", "clean", ...plan.radii.map((radius) => `radius ${Number(radius.toPrecision(2))}`)],
    rows: freshSets.map((name) => {
      const runs = fresh.filter(({ trainedOn }) => trainedOn === name);
      return [freshWords[name], spread(runs.map(({ clean }) => clean)), ...plan.radii.map((_, at) => spread(runs.map(({ robust }) => robust[at])))];
    }),
  };
}

function hypothesisTable({ claims, stuck }: Judged): PlainTable {
  const [first] = claims;
  return {
    title: "Hypotheses, checked before anything was concluded", caption: `With a network that learned nothing in the place of g_R they must break: ${stuck.fails ? `broken then: ${stuck.broken.join(", ")}` : "none broke, so they check nothing"}.`,
    heads: ["hypothesis", "here", "detail"], words: true,
    rows: first.result.hypotheses.map(({ name, holds, detail }) => [name, holds ? "✓ holds" : "✗ violated", detail]),
  };
}

function sheetRow(name: string, detail: string, alt: string, picture: Picture): Sheet["rows"][number] {
  return { name, detail, alt, png: dataUri(picture), width: picture.width, height: picture.height };
}

const datasetTitles = { mnist: "MNIST", cifar10: "CIFAR-10", svhn: "SVHN" };

const few = (set: ImageSet) => Int32Array.from({ length: Math.min(shownImages, countOf(set)) }, (_, i) => i);
const pixels = (set: ImageSet) => batchOf(set, few(set)).data as Float32Array;
const listed = (labels: ArrayLike<number>, set: ImageSet) => Array.from(few(set), (i) => labels[i]).join(" ");

function setSheet({ sets }: ExperimentRecord, heldOut: ImageSet): Sheet {
  const labels = listed(heldOut.labels, heldOut);
  const named = (name: SetName) => sets.find((set) => set.name === name)!.images;
  const matched = (name: "R" | "NR1", whose: string) => sheetRow(name, `labels ${labels}`, `Images of other classes, changed until ${whose} sees in them what it sees in the images of the first row. Their labels: ${labels}.`, strip(pixels(named(name)), heldOut.shape));
  const pushed = (name: "conflict" | "R2", title: string, whose: string) => {
    const set = named(name) as ConflictSet;
    return sheetRow(title, `c ${labels}, t ${listed(set.pushedTo, set)}`, `The images of the first row, pushed under ${whose} towards the classes ${listed(set.pushedTo, set)}.`, strip(pixels(set), heldOut.shape));
  };
  return {
    title: "The sets", caption: "Below each other what was made of one held-out image. R and NR1 start from an image of another class; look which of them looks like its label: R follows the strokes, NR1 is nearer to noise.",
    rows: [
      sheetRow("held-out images", `labels ${labels}`, `Held-out images of the classes ${labels}.`, strip(pixels(heldOut), heldOut.shape)),
      matched("R", "a robust network"), matched("NR1", "standard networks"), pushed("conflict", "conflict set", "standard networks"), pushed("R2", "R2, pushed under g_R", "a robust network"),
    ],
  };
}

/** Adversarial examples of both networks of the first seed, and what their losses' gradients look like. */
function attackSheets(record: ExperimentRecord, heldOut: ImageSet): Sheet[] {
  const clean = pixels(heldOut);
  const labels = listed(heldOut.labels, heldOut);
  const pairs = (["standard", "adversarial"] as const).map((mode) => ({ mode, shown: runsOf(record, mode)[0].shown, seed: runsOf(record, mode)[0].seed }));
  const radius = record.plan.threat.radius;
  const examples: Sheet = {
    title: "Adversarial examples", caption: `Held-out images attacked at the full radius, and the change alone (grey: none; ${record.plan.threat.norm === "linf" ? "black and white: the whole radius" : "each scaled to its largest entry"}). Seed ${pairs[0].seed}.`,
    rows: [
      sheetRow("held-out images", `labels ${labels}`, `Held-out images of the classes ${labels}.`, strip(clean, heldOut.shape)),
      ...pairs.flatMap(({ mode, shown }) => [
        sheetRow(`${mode} network, attacked`, `answers ${Array.from(shown.answers).join(" ")}`, `The same images attacked; the ${mode} network answers ${Array.from(shown.answers).join(" ")} where the labels are ${labels}.`, strip(shown.adversarial, heldOut.shape)),
        sheetRow("the change", "", `What the attack on the ${mode} network changed, around middle grey.`, signedStrip(shown.adversarial.map((x, i) => x - clean[i]), heldOut.shape, record.plan.threat.norm === "linf" ? radius : undefined)),
      ]),
    ],
  };
  const gradients: Sheet = {
    title: "Gradients in the pixels", caption: "The gradient of the loss in a clean image's pixels, each scaled to its largest entry: of a robust network it lies on the strokes, of a standard one it looks like noise.",
    rows: [
      sheetRow("held-out images", `labels ${labels}`, `Held-out images of the classes ${labels}.`, strip(clean, heldOut.shape)),
      ...pairs.map(({ mode, shown }) => sheetRow(`${mode} network`, "", `Gradients of the ${mode} network's loss in these images, around middle grey.`, signedStrip(shown.gradient, heldOut.shape))),
    ],
  };
  return [examples, gradients];
}
