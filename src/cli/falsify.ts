/** `lemmagrad falsify`: searches the region inside a claim's hypotheses for a point where it fails, and shrinks it to the simplest one. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { canonical, type Claim, type LoadedClaim, type Point, regionOf } from "../claims/index.ts";
import { LemmagradError, ParameterError, RegimeError } from "../errors/index.ts";
import { type Counterexample, type Examined, exampleKind, type Execute, pointText, Proposer, roundSize, search, type SearchResult, type SearchState, seedsOfPoint, shrink, type Shrunk, type Task } from "../falsify/index.ts";
import { availableBackends, selectBackend } from "../kernels/index.ts";
import { type CoreClock, coreClock } from "./core-time.ts";
import { costOf } from "./cost.ts";
import { exitCode, onInterrupt } from "./exit.ts";
import { installation } from "./installation.ts";
import { examplesFolder, keepExample } from "./kept-examples.ts";
import { contentOf, loadClaims, selectWithRegion } from "./load-claims.ts";
import { checkFolder, writeWhole } from "./output.ts";
import { searchPool } from "./pool.ts";
import { progressLine } from "./progress.ts";
import { replayPoint, replayText } from "./replay.ts";
import type { RunFlags } from "./run-flags.ts";
import { RunStore } from "./run-store.ts";
import { coveredText, replayLine, searchFile, searchText, shortText } from "./search-result.ts";
import { counted, duration, jsonText, shellWord } from "./table.ts";

export interface FalsifyFlags extends RunFlags {
  /** Core seconds. */
  budget: number;
  points?: number;
  seed: number;
  seeds?: number;
  replay?: string;
  keep?: boolean;
}

const defaultOut = "report/falsify";
const say = (words: string) => process.stderr.write(`lemmagrad: ${words}\n`);

/** Returns the exit code: 1 when the claim fails somewhere inside its hypotheses. */
export async function falsify(wanted: string, flags: FalsifyFlags): Promise<number> {
  const loaded = selectWithRegion(await loadClaims(flags.claims), wanted, "falsify");
  selectBackend(flags.backend);
  return flags.replay === undefined ? searchFor(loaded, flags) : replayAt(loaded.claim, flags.replay, flags);
}

function replayAt(claim: Claim, text: string, flags: FalsifyFlags): number {
  const folder = flags.keep ? examplesFolder(claim.id, flags.claims) : undefined;
  const count = flags.seeds ?? seedsOfPoint(claim);
  const replayed = replayPoint(claim, text, Array.from({ length: count }, (_, at) => flags.seed + at));
  if (folder !== undefined) keep(folder, claim, replayed, replayed.outcome, "replayed by hand", flags);
  process.stdout.write(flags.json ? jsonText(replayed) : replayText(replayed));
  return replayed.outcome === "fails" ? exitCode.verdictDiffers : exitCode.ok;
}

async function searchFor(loaded: LoadedClaim, flags: FalsifyFlags): Promise<number> {
  const startedAt = new Date();
  const { claim } = loaded;
  const folder = flags.keep ? examplesFolder(claim.id, flags.claims) : undefined;
  checkFolder(flags.out, "--out", [`${claim.id}.json`]);
  const { version, build } = installation();
  const workers = Math.min(flags.workers ?? availableParallelism(), roundSize);
  const seeds = flags.seeds ?? seedsOfPoint(claim);
  announce(loaded, seeds, workers, flags);
  const store = new RunStore({ out: flags.out, part: claim.id, identity: [version, build, flags.backend, contentOf(loaded)].join(" "), notice: say });
  const kept = store.count();
  if (kept > 0 && !flags.resume) {
    say(`${counted(kept, "tried point")} of an interrupted search discarded; --resume would have kept them.`);
    store.clear();
  }
  const line = progressLine();
  const clock = coreClock();
  const pool = searchPool({ workers, backend: flags.backend, external: flags.claims !== undefined });
  const { execute, forget } = remembering((task) => pool.run(loaded.url, task), store, claim, clock);
  let state: SearchState | undefined;
  // the simplest point so far at which it fails, and how to see that again
  let simplest: Counterexample | undefined;
  const replayFlags = flags.claims === undefined ? "" : ` --claims ${shellWord(flags.claims)}`;
  const failsAt = (one: Counterexample) => `it fails at ${shortText(claim, one.point)} (${one.observed}); see it with\n  ${replayLine(claim, one, replayFlags)}`;
  const free = onInterrupt(() => {
    line.end();
    return `${state === undefined ? "" : `${coveredText(state.tried, state.covered())}\n`}${simplest === undefined ? "" : `lemmagrad: ${failsAt(simplest)}\n`}lemmagrad: interrupted; ${counted(store.count(), "tried point")} kept in ${store.folder}. Go on with:\n  ${commandOf(claim, flags)} --resume\n`;
  });
  let result: SearchResult;
  let shrunk: Shrunk | undefined;
  let searchSeconds: number;
  try {
    const until = (limit: number) => () => flags.points === undefined && clock.spent() >= limit;
    result = await search(claim, {
      seed: flags.seed, seeds, execute, concurrency: workers, timeIsUp: until(flags.budget), ...(flags.points === undefined ? {} : { points: flags.points }),
      onPoint(now) {
        state = now;
        const [done, total] = flags.points === undefined ? [clock.spent(), flags.budget] : [now.tried, flags.points];
        line.update(Math.min(done, total), total, `${counted(now.tried, "point")} tried`);
      },
    });
    line.end();
    searchSeconds = secondsSince(startedAt);
    if (result.found !== undefined) {
      simplest = result.found;
      say(`found a point where it fails after ${counted(result.tried, "point")}; shrinking it, for at most ${flags.points === undefined ? `${duration(flags.budget)} of core time` : "400 points"}.`);
      say(failsAt(simplest));
      shrunk = await shrink(claim, result.found, {
        execute, concurrency: workers, timeIsUp: until(clock.spent() + flags.budget),
        onImprovement(simpler, changed) {
          simplest = simpler;
          say(`simpler in ${changed.join(" and ")}.`);
        },
      });
    }
  } finally {
    line.end();
    await pool.close();
    free();
  }
  if (result.tried > 0 && result.covered.decided.n === 0 && result.found === undefined) throw undecidedEverywhere(claim, result);
  const seconds = secondsSince(startedAt);
  const file = searchFile(result, shrunk, {
    claim, version, seed: flags.seed, seedsPerPoint: seeds, seconds, replayFlags,
    rerun: commandOf(claim, { ...flags, points: result.tried, backend: availableBackends[0], workers: undefined, out: defaultOut, keep: undefined }),
    environment: { node: process.version, platform: `${process.platform} ${process.arch}`, backend: flags.backend, workers, startedAt: startedAt.toISOString(), searchSeconds, coreSeconds: clock.spent() },
  });
  const path = join(flags.out, `${claim.id}.json`);
  writeWhole(path, jsonText(file));
  forget();
  if (folder !== undefined && shrunk !== undefined) keep(folder, claim, shrunk, "fails", `found by: ${file.rerun}`, flags);
  say(`done in ${duration(seconds)}.`);
  process.stdout.write(flags.json ? jsonText(file) : `${searchText(file)}\ndata: ${path}\n`);
  return shrunk === undefined ? exitCode.ok : exitCode.verdictDiffers;
}

const secondsSince = (start: Date): number => (Date.now() - start.getTime()) / 1000;

/** Points drawn to see what one costs. */
const samples = 16;

/**
 * Says what the search will cost.
 *
 * Errors: RegimeError when the region is empty; ParameterError when the budget does not pay for one point.
 */
function announce({ claim, theory }: LoadedClaim, seeds: number, workers: number, { budget, points, seed }: FalsifyFlags): void {
  const drawn = sampleOf(claim, seed);
  const jobs = drawn.flatMap((point) => Object.values(regionOf(claim).experiments(point)).flatMap((experiment) => Array.from({ length: seeds }, () => ({ experiment }))));
  const { seconds, megabytes } = costOf(jobs, workers, [theory]);
  const one = (seconds * workers) / drawn.length;
  const each = `${counted(seeds, "seed")} a point, about ${one < 1 ? `${Math.ceil(1000 * one)} ms` : duration(one)} of core time each`;
  if (points !== undefined) {
    say(`${claim.id}, ${counted(points, "point")}, ${each}: about ${duration(points * one / workers)} on ${counted(workers, "worker")}, up to ${megabytes} MB of memory; shrinking what is found takes up to 400 points more.`);
    return;
  }
  if (budget < one) {
    throw new ParameterError({
      where: `--budget ${budget}s`, problem: `it does not pay for one point: a run of ${claim.id} (${counted(seeds, "seed")} a point) takes about ${duration(one)}.`,
      expected: "many times that, so that the search covers something.", mend: `--budget ${Math.ceil(100 * one)}s tries about a hundred.`,
    });
  }
  say(`${claim.id}, ${duration(budget)} of core time, that is ${duration(budget / workers)} on ${counted(workers, "worker")}: about ${counted(Math.max(1, Math.floor(budget / one)), "point")}, ${each}, up to ${megabytes} MB of memory; what is found is shrunk for as long again at most.`);
}

function sampleOf(claim: Claim, seed: number): Point[] {
  try {
    const proposer = new Proposer(regionOf(claim), seed);
    return Array.from({ length: samples }, () => proposer.uniform());
  } catch (error) {
    if (!(error instanceof RegimeError)) throw error;
    throw new RegimeError({ ...error.parts, where: `falsify ${claim.id}`, expected: "a region that holds points, so that there is something to search.", mend: "widen the ranges of the claim's box, or mend the hypothesis named first." }, { cause: error });
  }
}

/** Points whose seeds break the claim's own hypotheses say nothing about it: a search of nothing else has found out nothing. */
function undecidedEverywhere(claim: Claim, { tried, covered: { broken, outsideBySeed, points } }: SearchResult): LemmagradError {
  const lines = Object.entries(broken).map(([name, count]) => `\n    ${name}: failed at ${count} of ${points.uniform}`);
  return new RegimeError({
    where: `falsify ${claim.id}`, problem: `none of ${counted(tried, "point")} was decided: ${outsideBySeed} of ${points.uniform} drawn evenly lie outside the claim's own hypotheses by their draws.${lines.join("")}`,
    expected: "some points at which the hypotheses of the point and of its draws all hold.", mend: "search for longer, or narrow the claim's region to where those hypotheses can hold.",
  });
}

/** Runs each point once: what an interrupted search has tried is taken from the store, and the time it took is credited. */
function remembering(run: (task: Task) => Promise<Examined>, store: RunStore, { id }: Claim, clock: CoreClock): { execute: Execute; forget: () => void } {
  const keys = new Map<string, { key: string; seed: number }>();
  return {
    async execute({ point, seeds, untilFailure = false }) {
      const key = { key: canonical({ kind: "falsify", claim: id, point, seeds, untilFailure }), seed: seeds[0] };
      // a point tried twice in one search was not paid for twice
      const known = keys.has(key.key) ? undefined : store.get(key)?.value as { examined: Examined; seconds: number } | undefined;
      keys.set(key.key, key);
      if (known !== undefined) {
        clock.credit(known.seconds);
        return known.examined;
      }
      const started = performance.now();
      const examined = await run({ point, seeds: [...seeds], untilFailure });
      store.put(key, { examined, seconds: (performance.now() - started) / 1000 });
      return examined;
    },
    forget: () => store.remove([...keys.values()]),
  };
}

function keep(folder: string, claim: Claim, { point, seeds, observed }: { point: Point; seeds: number[]; observed: string }, outcome: "fails" | "holds" | "outside" | "undecided", note: string, { claims }: FalsifyFlags): void {
  const path = keepExample(folder, { kind: exampleKind, claim: claim.id, point, seeds, outcome, observed, note });
  // the repository's own tests know nothing of claims elsewhere
  const again = claims === undefined ? "npm test replays it." : `replay it with\n  npx lemmagrad falsify ${shellWord(claim.id)} --replay ${shellWord(pointText(point))} --seed ${seeds[0]} --seeds ${seeds.length} --claims ${shellWord(claims)}`;
  say(`kept as ${path}; ${again}`);
}

function commandOf({ id }: Claim, { budget, points, seed, seeds, keep: keeping, backend, workers, out, claims }: FalsifyFlags): string {
  return [`npx lemmagrad falsify ${shellWord(id)}`, points === undefined ? `--budget ${budget}s` : `--points ${points}`, `--seed ${seed}`, ...(seeds === undefined ? [] : [`--seeds ${seeds}`]),
    ...(keeping ? ["--keep"] : []), ...(backend === availableBackends[0] ? [] : [`--backend ${backend}`]), ...(workers === undefined ? [] : [`--workers ${workers}`]),
    ...(out === defaultOut ? [] : [`--out ${shellWord(out)}`]), ...(claims === undefined ? [] : [`--claims ${shellWord(claims)}`])].join(" ");
}
