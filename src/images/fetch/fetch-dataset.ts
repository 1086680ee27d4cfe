/** A dataset's official files, downloaded into a folder of its name, checked, and unpacked where they come in an archive. */
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError, ParameterError } from "../../errors/index.ts";
import { shown } from "../../errors/options.ts";
import { type DatasetName, datasetNames } from "../readers/catalogue.ts";
import { download, type DownloadOptions, md5Of } from "./download.ts";
import { type ArchiveEntry, type DatasetSource, sources } from "./sources.ts";
import { unpackArchive } from "./unpack-archive.ts";

/** Sums of what was unpacked, as md5sum writes and checks them. */
const sumsName = "unpacked.md5";

export interface FetchOptions extends Omit<DownloadOptions, "onProgress"> {
  /** Address of a folder that has the files, instead of the official ones. */
  mirror?: string;
  /** Bytes of a file that have come, of how many. */
  onProgress?(file: string, got: number, bytes: number): void;
}

export interface FetchedFile {
  path: string;
  bytes: number;
  state: "downloaded" | "already there";
}

export interface Fetched {
  name: DatasetName;
  /** Where the files are: `folder` / name. */
  folder: string;
  files: FetchedFile[];
}

/**
 * Gets the official files of a dataset into folder/name, where loadDataset(name, folder) finds them.
 *
 * A download that was interrupted goes on where it stopped. A file appears under its name when its length and MD5 are
 * right, and not before.
 *
 * Errors: ParameterError on an unknown name or a mirror that is no address; FileError when no address gives a file, when
 *         another file of its name is there, or nothing can be written.
 */
export async function fetchDataset(name: DatasetName, folder: string, options: FetchOptions = {}): Promise<Fetched> {
  if (!Object.hasOwn(sources, name)) throw new ParameterError({ where: "fetchDataset", problem: `there is no dataset ${shown(name)}.`, expected: `one of ${datasetNames.join(", ")}.` });
  const { mirror } = options;
  if (mirror !== undefined && !(URL.canParse(mirror) && /^https?:$/.test(new URL(mirror).protocol))) {
    throw new ParameterError({ where: "mirror", problem: `${shown(mirror)} is no address of a folder.`, expected: "an address that begins with http:// or https://." });
  }
  const own = join(folder, name);
  return { name, folder: own, files: await fetchSource(sources[name], own, options) };
}

/** The files of any source, into `folder`. */
export async function fetchSource(source: DatasetSource, folder: string, { mirror, onProgress, ...options }: FetchOptions): Promise<FetchedFile[]> {
  const { files, entries } = source;
  const listed = (state: FetchedFile["state"]) => (entries ?? files).map(({ name, bytes }) => ({ path: join(folder, name), bytes, state }));
  if (entries !== undefined && await areThere(entries, folder)) return listed("already there");
  const fetched: FetchedFile[] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    const state = await download(mirror === undefined ? file : { ...file, from: [mirror] }, path, { ...options, onProgress: (got) => onProgress?.(file.name, got, file.bytes) });
    fetched.push({ path, bytes: file.bytes, state });
  }
  if (entries === undefined) return fetched;
  await unpackArchive(fetched[0].path, entries, folder, sumsName);
  await rm(fetched[0].path);
  return listed("downloaded");
}

/**
 * Whether all files of the archive are there, with the sums they had when they were unpacked.
 *
 * Errors: FileError when one is there that has no such sum: it is not ours to replace.
 */
async function areThere(entries: readonly ArchiveEntry[], folder: string): Promise<boolean> {
  const recorded = await readFile(join(folder, sumsName), "utf8").catch(() => "");
  const sums = new Map(recorded.split("\n").map((line) => line.split("  ")).map(([sum, name]) => [name, sum]));
  let missing = 0;
  for (const { name } of entries) {
    const path = join(folder, name);
    if (await stat(path).catch(() => undefined) === undefined) missing++;
    else if (!sums.has(name) || await md5Of(path) !== sums.get(name)) {
      throw new FileError({
        where: path, problem: `a file is there that ${sums.has(name) ? "has changed since it was unpacked" : "this command did not unpack"}.`, expected: "the file unpacked from the official archive, or none.",
        mend: "if it is the official one, nothing needs to be fetched; otherwise remove or rename it, or name another folder.",
      });
    }
  }
  return missing === 0;
}
