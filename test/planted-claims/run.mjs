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
import { trainingRun as signalNoiseRun } from "lemmagrad/benign-overfitting";
import { makeSetting, swappedEnergies, trainingRun } from "lemmagrad/robust-features";
import { Piscina } from "piscina";

const dist = join(dirname(fileURLToPath(import.meta.url)), "../../dist");
/** Seeds of a claim that is judged seed by seed; one about all seeds together keeps those of its quick plan. */
const fewSeeds = 3;
/** Of the second theory a third of the draws lies outside a race's hypotheses. */
const fewSeedsOf = { "robust-features": fewSeeds, "benign-overfitting": 5 };

/** Theories named on the command line, or all. */
const theories = process.argv.length > 2 ? process.argv.slice(2) : ["robust-features", "benign-overfitting"];
const loaded = [];
for (const theory of theories) {
  const folder = join(dist, "proofs-check", theory);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".js")).sort()) {
    const url = pathToFileURL(join(folder, file)).href;
    const { default: claim } = await import(url);
    if (claim?.plan?.quick) loaded.push({ claim, url, theory });
  }
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
const theoryOf = (claim) => loaded.find((one) => one.claim.id === claim.id).theory;
const seedsOf = (claim) => (isPooled(claim.prediction) ? claim.plan.quick.seeds : fewSeedsOf[theoryOf(claim)]);
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

console.log(`${loaded.length} claims, ${theories.map((theory) => fewSeedsOf[theory]).join(" or ")} seeds each where seeds are judged one by one: about a minute.`);
for (const { claim, url } of loaded) {
  const { verdict, observed } = await verdictOf(claim, url, seedsOf(claim));
  const asRecorded = verdict === claim.recorded;
  if (!asRecorded) missed++;
  console.log(`${asRecorded ? "as recorded" : "NOT AS RECORDED"}  ${claim.id}: ${verdict}${asRecorded ? "" : `; ${observed}`}`);
}
for (const { claim, url, theory } of loaded) {
  for (const { claim: other, theory: of } of loaded) {
    if (other.id === claim.id || of !== theory) continue;
    // a smaller number of seeds than the plan's would make a pooled claim undecided whatever it observes
    const { verdict, observed } = await verdictOf({ ...claim, figure: undefined, observable: other.observable }, url, seedsOf(claim));
    report(verdict !== claim.recorded, `${claim.id} with the observable of ${other.id}: ${verdict}${verdict === "error" ? ` (${observed})` : ""}`);
  }
}
for (const { claim, url } of loaded) {
  for (const [at, { change, experiments }] of claim.controls.entries()) {
    const asMain = { ...claim, figure: undefined, experiments: { ...claim.experiments, ...experiments }, controls: [claim.controls[at]] };
    const { verdict } = await verdictOf(asMain, url, isPooled(claim.prediction) ? claim.plan.quick.controlSeeds : fewSeedsOf[theoryOf(claim)]);
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
for (const { claim } of loaded.filter(({ claim: { region }, theory }) => region !== undefined && theory === "robust-features")) {
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
/** For the second theory: points outside what it asks, and training that its claims are not about, each planted where it must be noticed. */
const outsidePoints = {
  "noise patches crowded": ({ n }) => ({ d: n + 2 }), "a huge initialisation": () => ({ sigma0: 2 }), "huge steps": () => ({ eta: 200 }),
  "the other side of the threshold": ({ snr }) => ({ snr: snr > 0.5 ? 0.1 : 1 }),
};
/** What each claim with a region rests on: labels that fit the signal, or noise that stays. */
const otherTraining = { b01: { freshNoise: true }, b04: { labelNoise: 0.4 }, b05: { freshNoise: true }, b06: { labelNoise: 0.4 } };
for (const { claim } of loaded.filter(({ claim: { region }, theory }) => region !== undefined && theory === "benign-overfitting")) {
  const base = basePoint(claim.region.box);
  // a claim about both sides has no other side
  const both = ["b01", "b06"].includes(claim.id.slice(0, 3));
  for (const [change, changed] of Object.entries(outsidePoints).filter(([change]) => !both || change !== "the other side of the threshold")) {
    const point = { ...base, ...changed(base) };
    const margin = leastMargin(claim.region, point)?.margin ?? -Infinity;
    const verdict = margin <= 0 ? "outside hypotheses" : examineCell(claim, point, [1, 2]).verdict;
    report(verdict !== "inside holds", `${claim.id} at a point of its region, with ${change}: ${verdict}`);
  }
  const variation = otherTraining[claim.id.slice(0, 3)];
  const varied = { ...claim, region: { ...claim.region, experiments: (point) => Object.fromEntries(Object.entries(claim.region.experiments(point)).map(([name, { spec }]) => [name, signalNoiseRun({ ...spec, ...variation })])) } };
  report(examineCell(claim, base, [1]).verdict !== "inside breaks", `${claim.id} at a point of its region, as it is`);
  const { verdict } = examineCell(varied, base, [1, 2]);
  report(verdict !== "inside holds", `${claim.id} at a point of its region, with ${JSON.stringify(variation)}: ${verdict}`);
}
await pool.destroy();
console.log(missed === 0 ? "every one was noticed" : `${missed} not noticed`);
process.exitCode = missed === 0 ? 0 : 1;
