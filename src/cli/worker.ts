/** What worker threads run: one experiment of a claim, one cell of a phase diagram, one point of a search, one training run, one cell of a sweep, or one job of an experiment on images. Errors come back as data, with their class's name. */
import type { MessagePort } from "node:worker_threads";
import { type Claim, examineCell, type Examined, type Experiment, experimentKey, type Point } from "../claims/index.ts";
import { InternalError, LemmagradError } from "../errors/index.ts";
// not from its index, which would load fast-check into every worker thread
import { type Examined as ExaminedPoint, examinePoint } from "../falsify/examine.ts";
import type { Task } from "../falsify/index.ts";
import type { ImageJob } from "../images/experiment/jobs.ts";
import type { JobInputs, JobResult } from "../images/experiment/run-job.ts";
import { type BackendName, selectBackend } from "../kernels/index.ts";
import { elements, fromBuffer } from "../ndarray/index.ts";
import { type RunRecord, type RunSpec, simulate, type State } from "../theories/robust-features/index.ts";
import { cellKey, computeCell, type SweepAnswer, type SweepTask } from "../sweep/thread.ts";
import { shareThisInstallation } from "./resolve-hook.ts";
import { claimNamed, identityOf, refusal } from "./sweep-identity.ts";

export interface ClaimTask {
  url: string;
  /** Whether the module lies outside the package. */
  external: boolean;
  control: number;
  name: string;
  seed: number;
  key: string;
  backend: BackendName;
}

/** Arrays of a state as they cross the border between threads. */
export interface PlainState {
  N: number;
  P: number;
  k: number;
  m: number;
  d: number;
  X: Float64Array;
  y: Int32Array;
  W: Float64Array;
  robust: Float64Array;
  nonRobust: Float64Array;
  isRobust: Uint8Array;
}

export interface TrainTask {
  spec: RunSpec;
  seed: number;
  state?: PlainState;
  backend: BackendName;
  /** Receives the number of steps done, a few times a second. */
  progress: MessagePort;
}

export interface Trained {
  record: RunRecord;
  initialWeights: Float64Array;
  finalWeights: Float64Array;
}

export interface Failure {
  name: string;
  message: string;
  stack?: string;
  /** Whether it is one of lemmagrad's own errors. */
  known: boolean;
}

export type Outcome<Value> = { value: Value } | { failure: Failure };

/** Runs the experiment that a job names; the claim is found by its module's address. */
export default async function runClaim({ url, external, control, name, seed, key, backend }: ClaimTask): Promise<Outcome<unknown>> {
  try {
    selectBackend(backend);
    if (external) shareThisInstallation();
    const { default: claim } = (await import(url)) as { default: Claim };
    const experiments: Claim["controls"][number]["experiments"] = control < 0 ? claim.experiments : claim.controls[control].experiments;
    const experiment = experiments[name] as Experiment<unknown> | undefined;
    if (experiment === undefined || experimentKey(experiment) !== key) {
      throw new InternalError({ where: url, problem: `experiment "${name}" is not the one that was planned: the file has changed since.`, mend: "run again." });
    }
    return { value: experiment.run(seed) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

export interface PhaseTask {
  url: string;
  external: boolean;
  point: Point;
  seeds: number[];
  backend: BackendName;
}

/** Examines a claim at a point of its region. */
export async function phaseCell({ url, external, point, seeds, backend }: PhaseTask): Promise<Outcome<Examined>> {
  try {
    selectBackend(backend);
    if (external) shareThisInstallation();
    const { default: claim } = (await import(url)) as { default: Claim };
    return { value: examineCell(claim, point, seeds) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

export interface SearchTask {
  url: string;
  external: boolean;
  task: Task;
  backend: BackendName;
}

/** Tries a claim at a point of its region. */
export async function searchPoint({ url, external, task: { point, seeds, untilFailure = false }, backend }: SearchTask): Promise<Outcome<ExaminedPoint>> {
  try {
    selectBackend(backend);
    if (external) shareThisInstallation();
    const { default: claim } = (await import(url)) as { default: Claim };
    return { value: examinePoint(claim, point, seeds, { untilFailure }) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** Trains one network, from a sampled state or from the one given. */
export function train({ spec, seed, state, backend, progress }: TrainTask): Outcome<Trained> {
  try {
    selectBackend(backend);
    let last = performance.now();
    const { record, initialWeights, finalWeights } = simulate(spec, seed, {
      ...(state === undefined ? {} : { state: stateOf(state) }),
      onStep(done) {
        if (performance.now() - last < 100) return;
        last = performance.now();
        progress.postMessage(done);
      },
    });
    return { value: { record, initialWeights: Float64Array.from(elements(initialWeights)), finalWeights: Float64Array.from(elements(finalWeights)) } };
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    progress.close();
  }
}

/** Computes a cell of a sweep, if this is the installation, and these are the claims, that it was keyed with. */
export async function sweepCell({ cell, identity, backend, claims, worker, attempts }: SweepTask): Promise<SweepAnswer> {
  const own = identityOf(claims);
  const refused = refusal(identity, own);
  if (refused !== undefined) return { refused };
  if (cellKey(cell.task, own) !== cell.key) return { refused: `cell ${cell.index} is not what its key says: it was changed on its way.` };
  selectBackend(backend);
  return { record: await computeCell(cell, { version: own.version, claimOf: (id) => claimNamed(id, claims), worker, attempts }) };
}

export function stateOf({ N, P, k, m, d, X, y, W, robust, nonRobust, isRobust }: PlainState): State {
  return {
    X: fromBuffer(X, [N, P, d]), y, isRobust, W: fromBuffer(W, [k, m, d]), robust: fromBuffer(robust, [k, d]), nonRobust: fromBuffer(nonRobust, [k, d]),
  };
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), known: false };
  return { name: error.name, message: error.message, known: error instanceof LemmagradError, ...(error.stack === undefined ? {} : { stack: error.stack }) };
}

export interface ImageTask {
  job: ImageJob;
  inputs: Omit<JobInputs, "onProgress">;
  backend: BackendName;
  /** Receives the share of the job that is done, a few times a second. */
  progress: MessagePort;
}

/** Runs one job of an experiment on real images. */
export async function imageJob({ job, inputs, backend, progress }: ImageTask): Promise<Outcome<JobResult>> {
  try {
    selectBackend(backend);
    // only here: other commands' threads need none of it
    const { runImageJob } = await import("../images/experiment/run-job.ts");
    let last = performance.now();
    return {
      value: runImageJob(job, {
        ...inputs,
        onProgress(done) {
          if (performance.now() - last < 200) return;
          last = performance.now();
          progress.postMessage(done);
        },
      }),
    };
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    progress.close();
  }
}
