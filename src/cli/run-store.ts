/**
 * Finished runs of a verification that is not finished, so that an interrupted one can go on.
 *
 * A file a run: a line with the format and the sha256 of the rest, then V8's serialisation of the run. Its name is the hash
 * of all that the run depends on: experiment, seed, version, build and backend. Files are written under another name and
 * renamed, so a run is there whole or not at all; one that is damaged all the same is computed again.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

const format = "lemmagrad-run-1";
export const storeName = ".runs";

export interface RunKey {
  /** Canonical text of the experiment. */
  key: string;
  seed: number;
}

export interface RunStoreOptions {
  /** The output folder; runs lie in its subfolder .runs. */
  out: string;
  /** A folder of its own in there, where several commands may write to the same output folder at once. */
  part?: string;
  /** What a run depends on besides its key: version, build, backend. */
  identity: string;
  notice: (words: string) => void;
}

export class RunStore {
  readonly folder: string;
  private readonly parent: string;
  private readonly identity: string;
  private readonly notice: (words: string) => void;

  constructor({ out, part = "", identity, notice }: RunStoreOptions) {
    this.parent = join(out, storeName);
    this.folder = join(this.parent, part);
    this.identity = identity;
    this.notice = notice;
    mkdirSync(this.folder, { recursive: true });
  }

  /** Number of stored runs, of whatever verification. */
  count(): number {
    return readdirSync(this.folder).filter((name) => name.endsWith(".run")).length;
  }

  /** Forgets every stored run. */
  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  /** Removes the runs of a finished verification, and the folder if nothing of another one is left in it. */
  remove(runs: readonly RunKey[]): void {
    for (const run of runs) rmSync(this.path(run), { force: true });
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder)) if (isOrphan(name)) rmSync(join(this.folder, name), { force: true });
    for (const folder of new Set([this.folder, this.parent])) removeIfEmpty(folder);
  }

  /** The stored run, or undefined when there is none or it is damaged. */
  get(run: RunKey): { value: unknown } | undefined {
    const path = this.path(run);
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch {
      return undefined;
    }
    const end = bytes.indexOf(10);
    const payload = bytes.subarray(end + 1);
    if (end >= 0 && bytes.subarray(0, end).toString() === `${format} ${sha256(payload)}`) {
      try {
        return { value: deserialize(payload) as unknown };
      } catch {
        // written by another version of V8: computed again like any damaged one
      }
    }
    this.notice(`the stored run ${path} is damaged; it is computed again.`);
    rmSync(path, { force: true });
    return undefined;
  }

  /** Stores a run. A run that cannot be stored is not lost to this verification, only to a later --resume: a notice says so. */
  put(run: RunKey, value: unknown): void {
    const payload = serialize(value);
    const path = this.path(run);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(temporary, Buffer.concat([Buffer.from(`${format} ${sha256(payload)}\n`), payload]));
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      this.notice(`a finished run could not be stored (${(error as Error).message}); it counts here, but --resume would compute it again.`);
    }
  }

  private path({ key, seed }: RunKey): string {
    return join(this.folder, `${sha256(Buffer.from(`${this.identity}\n${seed}\n${key}`))}.run`);
  }
}

/** Another command may write to the folder, or remove it, at the same time. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** A temporary file left by a process that no longer runs. */
function isOrphan(name: string): boolean {
  const pid = Number(/\.(\d+)\.tmp$/.exec(name)?.[1] ?? NaN);
  if (Number.isNaN(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
