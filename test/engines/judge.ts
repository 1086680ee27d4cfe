/** The workload in every engine, and what is wrong with the answers. */
import { describeDifference, differing, type Labelled } from "./compare.ts";
import type { Engine } from "./engines.ts";
import type { Answer } from "./hosts.ts";
import { fingerprintOfText } from "./workload/fnv.ts";
import type { BackendRun } from "./workload/index.ts";

/** So many results that differ are shown with their bits, for each run; a fault in exp would show some hundred. */
const mostShown = 3;
/** Engines at work at once. */
const atOnce = 2;

interface Answered {
  engine: Engine;
  answer: Answer;
}

export interface Judgement {
  /** Lines that say what is wrong; none when every run gave the same bits. */
  failures: string[];
  /** Runs and results compared, and a fingerprint of them all. */
  summary: string;
}

/**
 * Every backend of every engine against the reference backend of the first engine; `log` gets a line for each run.
 * What differs is asked for again, with its bits; runs that differ alike, once.
 */
export async function judge(engines: readonly Engine[], workload: string, log: (line: string) => void): Promise<Judgement> {
  const { answers, failures } = await askAll(engines, workload);
  failures.push(...answers.flatMap(troubleOf));
  const [baseEngine] = answers.map(({ engine }) => engine);
  const base = answers.slice(0, 1).flatMap(labelled).find(({ run }) => run.backend === "reference");
  if (base === undefined) return { failures: [...failures, "there is no run on the reference backend to compare with"], summary: "nothing compared" };
  const groups = new Map<string, { engine: Engine; first: Labelled; names: string[]; labels: string[] }>();
  for (const { engine, answer } of answers) {
    for (const one of labelled({ engine, answer })) {
      const names = differing(one.run, base.run);
      const { results, elements, milliseconds } = one.run;
      log(`${one.label}: ${results.length} results of ${elements} numbers, ${(milliseconds / 1000).toFixed(1)} s, ${names.length === 0 ? "all the same" : `${names.length} DIFFER`}`);
      if (names.length === 0) continue;
      const group = groups.get(fingerprintOf(one.run));
      if (group === undefined) groups.set(fingerprintOf(one.run), { engine, first: one, names, labels: [one.label] });
      else group.labels.push(one.label);
    }
  }
  for (const { engine, first, names, labels } of groups.values()) {
    failures.push(`${names.length} of ${base.run.results.length} results differ from ${base.label}, on ${labels.join(", and alike on ")}`);
    const shown = names.slice(0, mostShown);
    const [here, there] = [await withBits(engine, first, shown, workload), await withBits(baseEngine, base, shown, workload)];
    failures.push(...shown.map((name) => `  ${describeDifference(name, here, there)}`));
  }
  const runs = answers.flatMap(({ answer }) => answer.runs).length;
  return { failures, summary: `${answers.length} engines, ${runs} runs of ${base.run.results.length} results, fingerprint of all ${fingerprintOf(base.run)}` };
}

/** One fingerprint for a whole run. */
function fingerprintOf({ results }: BackendRun): string {
  return fingerprintOfText(results.map((result) => result.join(" ")).join("\n"));
}

/** The engines that answered, in their order, and a line for each that did not. */
async function askAll(engines: readonly Engine[], workload: string): Promise<{ answers: Answered[]; failures: string[] }> {
  const answers = new Array<Answered | undefined>(engines.length).fill(undefined);
  const failures: string[] = [];
  const queue = [...engines.entries()];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, engine] = next;
      try {
        answers[at] = { engine, answer: await engine.host(workload, {}) };
      } catch (error) {
        failures.push(`${engine.name} did not finish: ${(error as Error).message}`);
      }
    }
  }));
  return { answers: answers.filter((answered) => answered !== undefined), failures };
}

function labelled({ engine, answer }: Answered): Labelled[] {
  return answer.runs.map((run) => ({ label: `${engine.name} (${answer.version}), ${run.backend}`, run }));
}

/** What is wrong with an engine besides its results. */
function troubleOf({ engine: { name, withoutSimd }, answer }: Answered): string[] {
  const wanted = withoutSimd ? ["reference"] : ["wasm", "reference"];
  const ran = answer.runs.map(({ backend }) => backend);
  const trouble: string[] = [];
  if (answer.defaultBackend !== wanted[0]) trouble.push(`${name}: the default backend is ${answer.defaultBackend} instead of ${wanted[0]}`);
  if (ran.join() !== wanted.join()) trouble.push(`${name}: ran on ${ran.join(" and ")} instead of ${wanted.join(" and ")}`);
  // without SIMD there may be one line about the slower backend; nothing else has a reason to speak
  if (answer.said.length !== (withoutSimd ? 1 : 0)) trouble.push(`${name}: said ${answer.said.map((line) => JSON.stringify(line)).join(", ")}`);
  return trouble;
}

/** The same run again, with the bits of some results. */
async function withBits(engine: Engine, { label, run }: Labelled, keep: readonly string[], workload: string): Promise<Labelled> {
  const { runs } = await engine.host(workload, { keep });
  const again = runs.find(({ backend }) => backend === run.backend);
  return { label, run: again ?? run };
}
