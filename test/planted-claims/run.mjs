/**
 * Claims turned wrong on purpose: `npm run test:claims`. On a few seeds of the quick plan,
 *
 *   each claim as it is                              must come out as recorded,
 *   each claim with the observable of each other     must not (a verdict that differs, or a typed error), and
 *   each claim with a control in place of its runs   must be contradicted or outside its hypotheses, and
 *   each claim with a region, at its simplest point  must not be supported with the energies exchanged, radius 0 or beyond alpha,
 *                                                    q = 2, a huge initialisation, or labels shuffled.
 *
 * Prints a line a fault, and ends with 1 if one was not noticed.
 */
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { basePoint, examineCell, isPooled, jobsOf, leastMargin, verifyClaims } from "lemmagrad/claims";
import { makeSetting, swappedEnergies, trainingRun } from "lemmagrad/robust-features";
import { Piscina } from "piscina";

const dist = join(dirname(fileURLToPath(import.meta.url)), "../../dist");
/** Seeds of a claim that is judged seed by seed; one about all seeds together keeps those of its quick plan. */
const fewSeeds = 3;

const folder = join(dist, "proofs-check/robust-features");
const loaded = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".js")).sort()) {
  const url = pathToFileURL(join(folder, file)).href;
  const { default: claim } = await import(url);
  if (claim?.plan?.quick) loaded.push({ claim, url });
}

const pool = new Piscina({ filename: join(dist, "cli/worker.js"), maxThreads: availableParallelism(), recordTiming: false });
/** Where a worker finds each experiment: in the claim as it is, also when a claim was changed here. */
const places = new Map(loaded.flatMap((one) => jobsOf([one], () => ({ seeds: [1], controlSeeds: [1] }))).map((job) => [job.key, job]));
const runs = new Map();
/** Each run once, whichever claim asks for it first. */
const execute = ({ key, seed }) => {
  const id = `${seed} ${key}`;
  if (!runs.has(id)) {
    const { url, control, name } = places.get(key);
    runs.set(id, pool.run({ url, external: false, control, name, seed, key, backend: "wasm" }).then((outcome) => {
      if ("failure" in outcome) throw new Error(outcome.failure.message);
      return outcome.value;
    }));
  }
  return runs.get(id);
};
const seedsOf = ({ prediction, plan }) => (isPooled(prediction) ? plan.quick.seeds : fewSeeds);
/** "supported" and so on; "error: ..." for a typed error while judging. Errors of any other kind are ours, and thrown. */
async function verdictOf(claim, url, seeds) {
  try {
    const [{ verdict, observed }] = await verifyClaims([{ claim, url }], { execute, seeds, concurrency: 2 * availableParallelism() });
    return { verdict, observed };
  } catch (error) {
    if (error.name !== "ParameterError") throw error;
    return { verdict: "error", observed: error.message.split("\n")[0] };
  }
}

let missed = 0;
const report = (noticed, words) => {
  if (!noticed) missed++;
  console.log(`${noticed ? "noticed" : "MISSED "}  ${words}`);
};

console.log(`${loaded.length} claims, ${fewSeeds} seeds each where seeds are judged one by one: about a minute.`);
for (const { claim, url } of loaded) {
  const { verdict, observed } = await verdictOf(claim, url, seedsOf(claim));
  const asRecorded = verdict === claim.recorded;
  if (!asRecorded) missed++;
  console.log(`${asRecorded ? "as recorded" : "NOT AS RECORDED"}  ${claim.id}: ${verdict}${asRecorded ? "" : `; ${observed}`}`);
}
for (const { claim, url } of loaded) {
  for (const { claim: other } of loaded) {
    if (other.id === claim.id) continue;
    // a smaller number of seeds than the plan's would make a pooled claim undecided whatever it observes
    const { verdict, observed } = await verdictOf({ ...claim, figure: undefined, observable: other.observable }, url, seedsOf(claim));
    report(verdict !== claim.recorded, `${claim.id} with the observable of ${other.id}: ${verdict}${verdict === "error" ? ` (${observed})` : ""}`);
  }
}
for (const { claim, url } of loaded) {
  for (const [at, { change, experiments }] of claim.controls.entries()) {
    const asMain = { ...claim, figure: undefined, experiments: { ...claim.experiments, ...experiments }, controls: [claim.controls[at]] };
    const { verdict } = await verdictOf(asMain, url, isPooled(claim.prediction) ? claim.plan.quick.controlSeeds : fewSeeds);
    report(verdict === "contradicted" || verdict === "outside hypotheses", `${claim.id} with its control as the main plan (${change}): ${verdict}`);
  }
}

/** What docs/theory, section 8, names as controls, as changes of a point. */
const changes = {
  "the energies exchanged": ({ T: _steps, ...setting }) => swappedEnergies(makeSetting(setting)),
  "radius 0": () => ({ eps: 0 }),
  "a radius beyond alpha": ({ alpha }) => ({ eps: 1.2 * alpha }),
  "q = 2": () => ({ q: 2 }),
  "a huge initialisation": () => ({ sigma0: 0.3 }),
};
/** The claim with labels that say nothing, in every training run. */
const shuffled = ({ region, ...claim }) => ({
  ...claim,
  region: { ...region, experiments: (point) => Object.fromEntries(Object.entries(region.experiments(point)).map(([name, { kind, spec, ...own }]) => [name, kind === "robust-features/training" ? trainingRun({ ...spec, shuffleLabels: true }) : { kind, spec, ...own }])) },
});
for (const { claim } of loaded.filter(({ claim: { region } }) => region !== undefined)) {
  const base = basePoint(claim.region.box);
  for (const [change, changed] of Object.entries(changes)) {
    const point = { ...base, ...changed(base) };
    const margin = leastMargin(claim.region, point)?.margin ?? -Infinity;
    const verdict = margin <= 0 ? "outside hypotheses" : examineCell(claim, point, [1, 2]).verdict;
    report(verdict !== "inside holds", `${claim.id} at a point of its region, with ${change}: ${verdict}`);
  }
  // with one sample a class, shuffling would only give the classes other names
  const { verdict } = examineCell(shuffled(claim), { ...base, N: 4 * base.k }, [1]);
  report(verdict !== "inside holds", `${claim.id} at a point of its region, with labels shuffled: ${verdict}`);
}
await pool.destroy();
console.log(missed === 0 ? "every one was noticed" : `${missed} not noticed`);
process.exitCode = missed === 0 ? 0 : 1;
