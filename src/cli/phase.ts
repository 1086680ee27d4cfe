/** `lemmagrad phase`: where in the space of parameters a claim holds, breaks, or does not speak. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type AxisRequest, canonical, type Claim, cellOperations, cellWords, type CellTask, confusionOf, type Examined, type LoadedClaim, type PhaseCell, type PhasePlan, type PhasePreset, type PhaseResult, planPhase, type Point, requiredShare } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import { availableBackends, selectBackend } from "../kernels/index.ts";
import { phaseJson, phasePage, phaseSchemaText } from "../report/index.ts";
import { costOf, costWords } from "./cost.ts";
import { exitCode, onInterrupt } from "./exit.ts";
import { installation } from "./installation.ts";
import { contentOf, loadClaims, selectWithRegion } from "./load-claims.ts";
import { checkFolder, writeWhole } from "./output.ts";
import { suggestion } from "./nearest.ts";
import { cellPool } from "./pool.ts";
import { progressLine } from "./progress.ts";
import type { RunFlags } from "./run-flags.ts";
import { RunStore, type RunKey } from "./run-store.ts";
import { counted, duration, shellWord, shown, table } from "./table.ts";

export interface PhaseFlags extends RunFlags {
  preset?: string;
  x?: AxisRequest;
  y?: AxisRequest;
  set?: string[];
  seeds: number;
  seed: number;
}

const defaultOut = "report/phase";

/** Returns the exit code: 1 when the claim breaks inside its hypotheses more often than it allows, by the exact interval. */
export async function phase(wanted: string, flags: PhaseFlags): Promise<number> {
  const startedAt = new Date();
  const say = (words: string) => process.stderr.write(`${words}\n`);
  const loaded = selectWithRegion(await loadClaims(flags.claims), wanted, "phase");
  const { claim } = loaded;
  const preset = presetOf(flags, claim);
  const set = { ...presetPoint(preset, claim), ...parsePoint(flags.set) };
  const plan = planPhase(claim, { ...axesOf(flags, preset, claim), set, seed: flags.seed, seeds: flags.seeds });
  const name = `${claim.id}.${fileName(plan.x.name)}-by-${fileName(plan.y.name)}`;
  checkFolder(flags.out, "--out", [`${name}.json`, `${name}.html`, "phase.schema.json"]);
  selectBackend(flags.backend);
  const { version, build } = installation();
  const store = new RunStore({ out: flags.out, part: name, identity: [version, build, flags.backend, contentOf(loaded)].join(" "), notice: (words) => say(`lemmagrad: ${words}`) });
  const kept = store.count();
  if (kept > 0 && !flags.resume) {
    say(`lemmagrad: ${counted(kept, "finished cell")} of an interrupted diagram discarded; --resume would have kept them.`);
    store.clear();
  }
  const possible = plan.tasks.filter(({ point }) => point !== undefined && cellOperations(claim, point, 1) > 0);
  const workers = Math.max(1, Math.min(flags.workers ?? availableParallelism(), possible.length));
  const jobs = possible.flatMap(({ point, seeds }) => seeds.flatMap(() => Object.values(claim.region!.experiments(point!)).map((experiment) => ({ experiment }))));
  say(`lemmagrad: ${claim.id}, ${plan.x.values.length} x ${plan.y.values.length} cells, ${counted(flags.seeds, "seed")} each: ${costWords(costOf(jobs, workers, [loaded.theory]))}.`);
  const line = progressLine();
  let done = 0;
  const free = onInterrupt(() => {
    line.end();
    return `lemmagrad: interrupted; ${counted(done, "finished cell")} kept in ${store.folder}. Go on with:\n  ${commandOf(claim.id, flags)} --resume\n`;
  });
  const pool = cellPool({ workers, backend: flags.backend, external: flags.claims !== undefined });
  const keys = keysOf(claim.id, plan);
  let cells: PhaseCell[];
  try {
    cells = await scan(loaded, plan, {
      workers, stored: (at) => store.get(keys[at])?.value as Examined | undefined, keep: (at, examined) => store.put(keys[at], examined),
      examine: (point, seeds) => pool.run(loaded.url, point, seeds),
      onCell(spent, total) {
        done++;
        line.update(spent, total, `${done} of ${counted(plan.tasks.length, "cell")}`);
      },
    });
  } finally {
    line.end();
    await pool.close();
    free();
  }
  const rerun = commandOf(claim.id, { ...flags, backend: availableBackends[0], workers: undefined, out: defaultOut });
  const result = resultOf(loaded, plan, cells, rerun, {
    node: process.version, platform: `${process.platform} ${process.arch}`, backend: flags.backend, workers,
    startedAt: startedAt.toISOString(), seconds: (Date.now() - startedAt.getTime()) / 1000,
  }, version);
  const [jsonPath, pagePath] = [join(flags.out, `${name}.json`), join(flags.out, `${name}.html`)];
  writeWhole(join(flags.out, "phase.schema.json"), phaseSchemaText);
  writeWhole(pagePath, phasePage(result));
  writeWhole(jsonPath, phaseJson(result));
  store.remove(keys);
  say(`lemmagrad: done in ${duration(result.environment.seconds)}.`);
  if (flags.json) process.stdout.write(phaseJson(result));
  else process.stdout.write(`${summary(result)}\npage: ${pagePath}\ndata: ${jsonPath}\n`);
  return endOf(result, say);
}

/** What each cell is stored under. */
function keysOf(claim: string, plan: PhasePlan): RunKey[] {
  return plan.tasks.map(({ point, seeds }) => ({ key: canonical({ kind: "phase cell", claim, point: point ?? null, seeds }), seed: seeds[0] }));
}

interface ScanOptions {
  workers: number;
  stored: (at: number) => Examined | undefined;
  keep: (at: number, examined: Examined) => void;
  examine: (point: Point, seeds: number[]) => Promise<Examined>;
  /** Operations done, and of all. */
  onCell: (spent: number, total: number) => void;
}

const noSuchPoint: Examined = { verdict: "impossible", margin: null, binding: "the coordinates have no such point", trials: [] };

/** Examines every cell that is not stored, several at once. */
async function scan({ claim }: LoadedClaim, { tasks }: PhasePlan, { workers, stored, keep, examine, onCell }: ScanOptions): Promise<PhaseCell[]> {
  // a cell that is not run still counts a little
  const weight = ({ point, seeds }: CellTask) => 1 + (point === undefined ? 0 : cellOperations(claim, point, seeds.length));
  const total = tasks.reduce((sum, task) => sum + weight(task), 0);
  const cells: PhaseCell[] = [];
  let next = 0;
  let spent = 0;
  const worker = async (): Promise<void> => {
    while (next < tasks.length) {
      const at = next++;
      const task = tasks[at];
      const known = stored(at);
      const examined = known ?? (task.point === undefined ? noSuchPoint : await examine(task.point, task.seeds));
      if (known === undefined) keep(at, examined);
      cells[at] = { x: task.x, y: task.y, ...examined };
      onCell(spent += weight(task), total);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return cells;
}

function resultOf({ claim }: LoadedClaim, plan: PhasePlan, cells: PhaseCell[], rerun: string, environment: PhaseResult["environment"], version: string): PhaseResult {
  const { id, title, statement, prediction } = claim;
  const { x, y, base, seed, seedsPerCell, boundary } = plan;
  return { schema: "phase.schema.json", version, environment, claim: { id, title, statement, prediction: prediction.words, required: requiredShare(claim) }, x, y, base, seed, seedsPerCell, cells, boundary, confusion: confusionOf(cells), rerun };
}

/** The claim breaks inside its hypotheses when the exact interval of the share that broke lies above the share it allows. */
function endOf({ claim, confusion: { brokeInside, insideBreaks, insideHolds, unit } }: PhaseResult, say: (words: string) => void): number {
  if (insideBreaks + insideHolds === 0) {
    say("lemmagrad: no point lies inside the hypotheses; the diagram says nothing about the claim. Try other ranges, or --set.");
    return exitCode.ok;
  }
  if (brokeInside.low <= 1 - claim.required) return exitCode.ok;
  say(`lemmagrad: inside its hypotheses ${claim.id} breaks in ${insideBreaks} of ${insideBreaks + insideHolds} ${unit}s: the hypotheses promise too much.`);
  return exitCode.verdictDiffers;
}

function summary({ cells, confusion: c }: PhaseResult): string {
  const percent = ({ low, high }: { low: number; high: number }) => `${shown(100 * low)} to ${shown(100 * high)} %`;
  const verdicts = Object.entries(cellWords).map(([verdict, words]) => [cells.filter((cell) => cell.verdict === verdict).length, words] as const).filter(([count]) => count > 0);
  return `${table([`${c.unit}s`, "holds", "breaks", "share (95 %, exact)"], [
    ["inside the hypotheses", String(c.insideHolds), String(c.insideBreaks), `breaks: ${percent(c.brokeInside)}`],
    ["outside", String(c.outsideHolds), String(c.outsideBreaks), `holds: ${percent(c.heldOutside)}`],
  ])}\ncells: ${verdicts.map(([count, words]) => `${count} ${words}`).join("; ")}\n`;
}

/** Errors: ParameterError on a name that is none of the claim's presets. */
function presetOf({ preset }: PhaseFlags, { id, region }: Claim): PhasePreset | undefined {
  const { presets = {} } = region!;
  if (preset === undefined || Object.hasOwn(presets, preset)) return preset === undefined ? undefined : presets[preset];
  const names = Object.keys(presets);
  throw new ParameterError({ where: `--preset ${preset}`, problem: `${id} has no diagram of that name.`, expected: names.length === 0 ? "--x and --y: it has none by name." : `one of ${names.join(", ")}.`, mend: suggestion(preset, names, "see `lemmagrad phase --help`.") });
}

function axesOf({ x, y }: PhaseFlags, preset: PhasePreset | undefined, { region }: Claim): { x: AxisRequest; y: AxisRequest } {
  const axes = { x: x ?? preset?.x, y: y ?? preset?.y };
  if (axes.x !== undefined && axes.y !== undefined) return { x: axes.x, y: axes.y };
  const names = Object.keys(region!.presets ?? {});
  throw new ParameterError({
    where: "phase", problem: `no ${axes.x === undefined ? "--x" : "--y"} is given.`, expected: `${names.length === 0 ? "" : `--preset ${names.join(" or ")}, or `}two axes such as --x A/B:0.1:10:9:log --y eps/beta:0.5:4:7:log.`,
  });
}

/** What a preset sets, as far as the claim's region has it. */
function presetPoint(preset: PhasePreset | undefined, { region }: Claim): Point {
  return Object.fromEntries(Object.entries(preset?.set ?? {}).filter(([name]) => Object.hasOwn(region!.box, name)));
}

/** The values of --set; a text that is a number is one. */
function parsePoint(texts: readonly string[] = []): Point {
  return Object.fromEntries(texts.map((text) => {
    const at = text.indexOf("=");
    const value = text.slice(at + 1).trim();
    if (at < 1 || value === "") throw new ParameterError({ where: `--set ${text}`, problem: "it is not of the form name=value.", expected: "a name, =, and a value, such as --set m=8." });
    return [text.slice(0, at).trim(), Number.isNaN(Number(value)) ? value : Number(value)] as const;
  }));
}

const fileName = (text: string): string => text.replaceAll("/", "-over-").replaceAll(/[^\w-]+/g, "-");

const axisText = ({ name, low, high, count, scale }: AxisRequest): string => `${name}:${low}:${high}:${count}${scale === "log" ? ":log" : ""}`;

function commandOf(id: string, { preset, x, y, set = [], seeds, seed, backend, workers, out, claims }: PhaseFlags): string {
  return ["npx lemmagrad phase", shellWord(id), ...(preset === undefined ? [] : [`--preset ${shellWord(preset)}`]),
    ...(x === undefined ? [] : [`--x ${shellWord(axisText(x))}`]), ...(y === undefined ? [] : [`--y ${shellWord(axisText(y))}`]),
    ...set.map((text) => `--set ${shellWord(text)}`), `--seeds ${seeds}`, `--seed ${seed}`, ...(backend === availableBackends[0] ? [] : [`--backend ${backend}`]),
    ...(workers === undefined ? [] : [`--workers ${workers}`]), ...(out === defaultOut ? [] : [`--out ${shellWord(out)}`]), ...(claims === undefined ? [] : [`--claims ${shellWord(claims)}`])].join(" ");
}
