/** `lemmagrad verify`: runs what the claims need, judges them, writes the report. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import { type Claim, type ClaimResult, familyOf, type Job, jobsOf, type LoadedClaim, openingOf, type Progress, type Results, seedsOf, verifyClaims } from "../claims/index.ts";
import { availableBackends, selectBackend } from "../kernels/index.ts";
import { jointSentence, renderReport, resultsJson, togetherSentence, writeReport } from "../report/index.ts";
import { readPhases, readSearches } from "./beside-report.ts";
import { costOf, costWords } from "./cost.ts";
import { exitCode, onInterrupt } from "./exit.ts";
import { installation } from "./installation.ts";
import { claimsOfTheory, contentOfAll, loadClaims, selectClaims, theoriesOf } from "./load-claims.ts";
import { checkFolder } from "./output.ts";
import { claimPool, type Pool } from "./pool.ts";
import { type ProgressLine, progressLine } from "./progress.ts";
import type { RunFlags } from "./run-flags.ts";
import { RunStore } from "./run-store.ts";
import { counted, duration, shellWord, table } from "./table.ts";

/** A run's record with its predictions: 590 MB in all for the 853 runs of the quick plan. */
const keptMegabytes = 0.4;

export interface VerifyFlags extends RunFlags {
  plan: "quick" | "full";
  seeds?: number;
  seed: number;
  /** One theory's claims, or those of "all". */
  theory?: string;
}

const reportFiles = ["index.html", "results.json", "results.schema.json"] as const;

/** Returns the exit code: 0 when every verdict is the recorded one, 1 otherwise. */
export async function verify(wanted: readonly string[], flags: VerifyFlags): Promise<number> {
  const startedAt = new Date();
  const say = (words: string) => process.stderr.write(`${words}\n`);
  checkFolder(flags.out, "--out", reportFiles);
  const line = progressLine();
  let runsDone = 0;
  const free = onInterrupt(() => {
    line.end();
    return `lemmagrad: interrupted; ${counted(runsDone, "finished run")} kept in ${join(flags.out, ".runs")}. Go on with:\n  ${command(wanted, flags)} --resume\n`;
  });
  const loaded = await loadClaims(flags.claims);
  // a claim that is named is found whichever theory it belongs to
  const chosen = wanted.length > 0 && flags.theory === undefined ? selectClaims(loaded, wanted) : selectClaims(claimsOfTheory(loaded, flags.theory), wanted);
  // one that was asked for by name and has no quick plan is an error, said by its seeds
  const claims = wanted.length > 0 || flags.plan === "full" ? chosen : chosen.filter(({ claim }) => claim.plan.quick !== null);
  selectBackend(flags.backend);
  const { version, build } = installation();
  const store = new RunStore({ out: flags.out, identity: [version, build, flags.backend, ...(flags.claims === undefined ? [] : [contentOfAll(loaded)])].join(" "), notice: (words) => say(`lemmagrad: ${words}`) });
  const kept = store.count();
  if (kept > 0 && !flags.resume) {
    say(`lemmagrad: ${counted(kept, "finished run")} of an interrupted verification discarded; --resume would have kept them.`);
    store.clear();
  }
  const jobs = jobsOf(claims, (claim) => seedsOf(claim, flags.plan, flags.seed, flags.seeds));
  const workers = Math.max(1, Math.min(flags.workers ?? availableParallelism(), jobs.length));
  const cost = costOf(jobs, workers, theoriesOf(claims));
  // the main thread keeps every record, and what claims predict of it, until the report is written
  const megabytes = Math.ceil((cost.megabytes + keptMegabytes * jobs.length) / 10) * 10;
  say(`lemmagrad: ${counted(claims.length, "claim")}, ${flags.plan} plan: ${claims.some(({ claim }) => claim.sequential !== undefined) ? "at most " : ""}${costWords({ ...cost, megabytes })}.`);
  if (claims.length < chosen.length) say(`lemmagrad: ${counted(chosen.length - claims.length, "more claim")} in the full plan only (--plan full): ${chosen.filter((one) => !claims.includes(one)).map(({ claim }) => claim.id).join(", ")}.`);

  const others = theoriesOf(loaded).filter(({ name }) => !theoriesOf(chosen).some((theory) => theory.name === name));
  if (wanted.length === 0 && flags.theory === undefined && others.length > 0) say(`lemmagrad: not among them, unless named: ${others.map(({ name }) => `--theory ${name}`).join(", ")}; or --theory all.`);

  const pool = claimPool({ workers, backend: flags.backend, external: flags.claims !== undefined });
  let results: ClaimResult[];
  try {
    results = await verifyClaims(claims, {
      plan: flags.plan, seed: flags.seed, ...(flags.seeds === undefined ? {} : { seeds: flags.seeds }),
      concurrency: workers,
      execute: executor(pool, store),
      onProgress(progress) {
        ({ runsDone } = progress);
        draw(line, progress);
      },
      rerun: (claim) => command([claim.id], { ...flags, theory: undefined, out: "report", workers: undefined, backend: availableBackends[0], seeds: seedsOf(claim, flags.plan, flags.seed, flags.seeds).seeds.length }),
    });
  } finally {
    line.end();
    await pool.close();
    free();
  }
  const report = reportOf(claims, results, flags, { startedAt, workers, version });
  const docs = docsFrom(flags.out);
  const notice = (words: string) => say(`lemmagrad: ${words}`);
  const opening = openingOf(theoriesOf(claims));
  const written = await writeReport(flags.out, report, renderReport(report, {
    docs, phases: readPhases(join(flags.out, "phase"), notice), searches: readSearches(join(flags.out, "falsify"), notice), ...(opening === undefined ? {} : { opening }),
  }));
  store.remove(jobs);
  say(`lemmagrad: done in ${duration(report.environment.seconds)}.`);
  if (flags.json) process.stdout.write(resultsJson(report));
  else process.stdout.write(`${verdictTable(results)}\n${familyWords(report)}report: ${written.page}\n`);
  const differing = results.filter(({ verdict, recordedVerdict }) => verdict !== recordedVerdict);
  if (differing.length === 0) return exitCode.ok;
  say(`lemmagrad: ${counted(differing.length, "verdict")} not as recorded: ${differing.map(({ id, verdict, recordedVerdict }) => `${id} is ${verdict}, recorded ${recordedVerdict}`).join("; ")}.`);
  return exitCode.verdictDiffers;
}

/** A run from the store, or computed on the pool and stored. */
function executor(pool: Pool, store: RunStore): (job: Job) => Promise<unknown> {
  return async (job) => {
    const stored = store.get(job);
    if (stored !== undefined) return stored.value;
    const value = await pool.run(job);
    store.put(job, value);
    return value;
  };
}

function draw(line: ProgressLine, { done, total, runsDone, runs }: Progress): void {
  line.update(done, total, runsDone === runs ? `${runs} runs done, judging` : `${runsDone} of ${runs} runs`);
}

function reportOf(claims: readonly LoadedClaim[], results: ClaimResult[], flags: VerifyFlags, { startedAt, workers, version }: { startedAt: Date; workers: number; version: string }): Results {
  const seedCount = (claim: Claim) => seedsOf(claim, flags.plan, flags.seed, flags.seeds).seeds.length;
  return {
    schema: "results.schema.json", version,
    environment: {
      node: process.version, platform: `${process.platform} ${process.arch}`, backend: flags.backend, workers,
      startedAt: startedAt.toISOString(), seconds: (Date.now() - startedAt.getTime()) / 1000,
    },
    seed: flags.seed, plan: flags.plan, seedCount: Math.max(...claims.map(({ claim }) => seedCount(claim))), claims: results, family: familyOf(results),
  };
}

/** The documentation as seen from the report, where both lie in one repository; otherwise none. */
function docsFrom(out: string): string | null {
  const docs = join(installation().root, "docs");
  if (!existsSync(docs)) return null;
  const path = relative(resolve(out), docs).replaceAll("\\", "/");
  return /^(\.\.\/)*docs$/.test(path) ? `${path}/` : null;
}

const icons: Record<ClaimResult["verdict"], string> = { supported: "✓", contradicted: "✗", inconclusive: "?", "outside hypotheses": "⊘" };

function verdictTable(results: readonly ClaimResult[]): string {
  return table(["claim", "verdict", "recorded", "seeds", "control"], results.map(({ id, verdict, recordedVerdict, seeds, controls }) => [
    id, `${icons[verdict]} ${verdict}`, verdict === recordedVerdict ? "same" : recordedVerdict, `${seeds.supported}/${seeds.n}`,
    controls.every(({ fails }) => fails) ? "fails, as it must" : "does not fail",
  ]));
}

/** What holds of several claims at once, in two sentences. */
function familyWords({ family: { members, joint } }: Results): string {
  return members.length < 2 ? "" : `${togetherSentence(members)}\n${jointSentence(joint)}\n\n`.replaceAll("\u00a0", " ");
}

/** The command line that does the same again. */
function command(ids: readonly string[], { plan, seeds, seed, theory, backend, workers, out, claims }: VerifyFlags): string {
  return ["npx lemmagrad verify", ...ids.map(shellWord), ...(theory === undefined ? [] : [`--theory ${shellWord(theory)}`]), `--plan ${plan}`, ...(seeds === undefined ? [] : [`--seeds ${seeds}`]), `--seed ${seed}`,
    ...(backend === availableBackends[0] ? [] : [`--backend ${backend}`]),
    ...(workers === undefined ? [] : [`--workers ${workers}`]), ...(out === "report" ? [] : [`--out ${shellWord(out)}`]),
    ...(claims === undefined ? [] : [`--claims ${shellWord(claims)}`])].join(" ");
}
