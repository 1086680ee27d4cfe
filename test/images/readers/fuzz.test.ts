/**
 * Damaged files: cut at every length, and with random bytes changed. Each gives a typed error or the right data. Right
 * means: a packed file, which has a checksum, gives exactly what it held; an unpacked one gives as many images of the same
 * size, with labels in range, of which at most the changed byte differs.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { FileError, ResourceError } from "../../../src/errors/index.ts";
import { parseCifar10, parseIdx, parseSvhn } from "../../../src/images/index.ts";
import { stream } from "../../../src/random/index.ts";
import { build, repository, temporaryFolder } from "../../support/command-line.ts";
import { cifarFile, concatenated, gzipped, idxFile, matWriter, randomBytes, svhnFile } from "../synthetic.ts";

interface Read { shape: number[]; values: Uint8Array }

const imagesOf = ({ shape, pixels, labels }: { shape: number[]; pixels: Uint8Array; labels: Int32Array }): Read => {
  if (pixels.length !== labels.length * shape.reduce((a, b) => a * b) || labels.some((label) => label < 0 || label > 9)) throw new Error("pixels and labels do not fit");
  return { shape: [labels.length, ...shape], values: concatenated(Uint8Array.from(labels), pixels) };
};
const idx = (bytes: Uint8Array): Read => {
  const { shape, data } = parseIdx(bytes);
  if (data.length !== shape.reduce((a, b) => a * b)) throw new Error("elements and shape do not fit");
  return { shape, values: data };
};
const cifar = (bytes: Uint8Array) => imagesOf(parseCifar10(bytes));
const svhn = (bytes: Uint8Array) => imagesOf(parseSvhn(bytes));

const pixels = randomBytes(2 * 3072, 3);
const digits = idxFile([4, 6, 6], randomBytes(144, 4));
const batch = cifarFile([3, 7], pixels);
/** A whole file, how it is read, and whether a checksum guards it. */
const files: [string, Uint8Array, (bytes: Uint8Array) => Read, boolean][] = [
  ["IDX images", digits, idx, false],
  ["IDX images, gzipped", gzipped(digits), idx, true],
  ["IDX labels", idxFile([50], randomBytes(50, 5, 10)), idx, false],
  ["CIFAR-10", batch, cifar, false],
  ["CIFAR-10, gzipped", gzipped(batch), cifar, true],
  ["MAT, little-endian", svhnFile([10, 4], pixels, { compressed: false }), svhn, false],
  ["MAT, big-endian, double labels", svhnFile([10, 4], pixels, { compressed: false, little: false, labels: "double" }), svhn, false],
  ["MAT, compressed", svhnFile([10, 4], pixels), svhn, true],
];

/** What became of a damaged file: "refused", or how many values differ. */
function outcome(bytes: Uint8Array, read: (bytes: Uint8Array) => Read, whole: Read): "refused" | number {
  let found: Read;
  try {
    found = read(bytes);
  } catch (error) {
    if (error instanceof FileError || error instanceof ResourceError) return "refused";
    throw error;
  }
  if (found.shape.join() !== whole.shape.join()) throw new Error(`shape ${found.shape}`);
  let changed = 0;
  for (let at = 0; at < whole.values.length; at++) if (found.values[at] !== whole.values[at]) changed++;
  return changed;
}

describe.each(files)("%s", (_name, bytes, read, guarded) => {
  const whole = read(bytes);
  it("is refused when it is cut short, at whatever length", () => {
    for (let length = 0; length < bytes.length; length++) {
      // on a record's boundary a batch is a whole, shorter one: the format has no count
      if (read === cifar && !guarded && length === 3073) continue;
      expect(outcome(bytes.slice(0, length), read, whole), `cut at ${length}`).toBe("refused");
    }
  });
  it("gives an error or the right data when a byte is changed, 10,000 times", () => {
    const { integer } = stream(20250607, "changed bytes");
    const seen = { refused: 0, same: 0, changed: 0 };
    for (let time = 0; time < 10_000; time++) {
      const damagedFile = bytes.slice();
      const at = integer(0, bytes.length - 1);
      damagedFile[at] ^= integer(1, 255);
      const found = outcome(damagedFile, read, whole);
      if (found === "refused") seen.refused++;
      else if (found === 0) seen.same++;
      else seen.changed++;
      if (found !== "refused") expect(found, `byte ${at}`).toBeLessThanOrEqual(guarded ? 0 : 1);
    }
    // each kind of outcome was met where it can be
    expect(seen.refused).toBeGreaterThan(guarded ? 9000 : 0);
    if (!guarded) expect(seen.changed).toBeGreaterThan(5000);
  });
});

describe("files that ask for memory", () => {
  const folder = temporaryFolder();
  beforeAll(build);
  const zeros = new Uint8Array(100_000_000);
  const { file, matrix } = matWriter();
  const claims = (bytes: Uint8Array, at: number) => {
    const copy = bytes.slice();
    copy.set([0xff, 0xff, 0xff, 0x7f], at);
    return copy;
  };
  const packed = gzipped(concatenated(idxFile([10, 28, 28], new Uint8Array()), zeros));
  const bombs: Record<string, [Uint8Array, "parseIdx" | "parseCifar10" | "parseSvhn", object?]> = {
    "100 MB where 8 kB are declared": [packed, "parseIdx"],
    "100 MB declared, beyond the limit": [gzipped(concatenated(idxFile([100_000_000], new Uint8Array()), zeros)), "parseIdx", { maxBytes: 50_000_000 }],
    "4 GB declared in a few bytes": [gzipped(idxFile([0xffffffff], new Uint8Array(50))), "parseIdx"],
    "4 GB declared, unpacked": [idxFile([0xffff, 0xffff], new Uint8Array(50)), "parseIdx"],
    "100 MB of no records": [gzipped(zeros), "parseCifar10"],
    "an array of 2^31 bytes in a MAT-file": [claims(matWriter({ compressed: false }).file(matWriter({ compressed: false }).matrix("X", [32, 32, 3, 1], "uint8", "uint8", new Uint8Array(3072))), 132), "parseSvhn"],
    "100 MB in a MAT-file, of another variable": [file(matrix("Z", [10000, 10000], "uint8", "uint8", zeros)), "parseSvhn"],
    "100 MB in a MAT-file, beyond the limit": [file(matrix("X", [10000, 10000], "uint8", "uint8", zeros)), "parseSvhn", { maxBytes: 50_000_000 }],
  };
  it.runIf(existsSync("/proc/self/status"))("get none: each is refused within 32 MB", () => {
    const list = Object.entries(bombs).map(([name, [bytes, parser, options]], at) => {
      const path = join(folder, `${at}`);
      writeFileSync(path, bytes);
      return { name, path, parser, options };
    });
    writeFileSync(join(folder, "read.mjs"), `import { readFileSync } from "node:fs";
import * as images from ${JSON.stringify(pathToFileURL(join(repository, "dist/images.js")).href)};
// of this process alone: getrusage's maximum is inherited from the one that started it
const highest = () => Number(/VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
try { images.parseIdx(new Uint8Array(4)); } catch {}
const found = ${JSON.stringify(list)}.map(({ name, path, parser, options }) => {
  const bytes = readFileSync(path);
  const before = highest();
  try {
    images[parser](bytes, name, options);
    return { name, error: "none" };
  } catch (error) {
    return { name, error: error.name, took: highest() - before };
  }
});
console.log(JSON.stringify(found));`);
    const found = JSON.parse(execFileSync(process.execPath, [join(folder, "read.mjs")], { encoding: "utf8" })) as { name: string; error: string; took: number }[];
    for (const { name, error, took } of found) {
      expect(error, name).toMatch(/^(File|Resource)Error$/);
      expect(took, name).toBeLessThan(32);
    }
    expect(found).toHaveLength(Object.keys(bombs).length);
    expect(readFileSync(list[0].path).length).toBeLessThan(200_000);
  });
});
