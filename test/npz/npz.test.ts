import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 as nodeCrc32 } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { FileError, ParameterError } from "../../src/errors/index.ts";
import { formatNpy, formatNpz, parseNpz, readNpz, writeNpz, type NpyArray } from "../../src/npz/index.ts";
import { crc32 } from "../../src/npz/zip.ts";
import { describeWithNumpy, runNumpy } from "../support/numpy.ts";

const folder = mkdtempSync(join(tmpdir(), "lemmagrad-npz-"));
afterAll(() => rmSync(folder, { recursive: true }));

const small = {
  W: { shape: [2, 3], data: Float64Array.of(1, -2, 0.5, Math.PI, 1e-300, -0) },
  y: { shape: [4], data: Float64Array.of(0, 1, 2, 0), dtype: "<i8" },
  loss: { shape: [], data: Float32Array.of(0.25) },
};
const smallRead: Record<string, NpyArray> = {
  W: { ...small.W, dtype: "<f8" }, y: small.y, loss: { ...small.loss, dtype: "<f4" },
};
/** The same arrays, stored, so that a damaged byte of the data is met by the CRC and not by inflate. */
const stored = zipSync(Object.fromEntries(Object.entries(small).map(([name, array]) => [`${name}.npy`, formatNpy(array)])), { level: 0, mtime: new Date(1980, 0, 1) });

/** What is thrown when `bytes` are read, or undefined when they read as `arrays`; any other outcome fails the test. */
function faultOf(bytes: Uint8Array, arrays: Record<string, NpyArray>): FileError | undefined {
  let read: Record<string, NpyArray>;
  try {
    read = parseNpz(bytes, "damaged.npz");
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    expect((error as FileError).message).toContain("damaged.npz");
    return error as FileError;
  }
  expect(read).toEqual(arrays);
  return undefined;
}

describe("npz round trip", () => {
  it("gives back names, shapes, element types and data", () => {
    const path = join(folder, "small.npz");
    writeNpz(path, small);
    expect(readNpz(path)).toEqual(smallRead);
    expect(parseNpz(stored)).toEqual(smallRead);
  });

  it("gives back arrays under any name", () => {
    fc.assert(fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.array(fc.double(), { maxLength: 5 })), (lists) => {
      const arrays = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, { shape: [list.length], data: Float64Array.from(list) }]));
      const back = parseNpz(formatNpz(arrays));
      expect(Object.keys(back).sort()).toEqual(Object.keys(arrays).sort());
      for (const name of Object.keys(arrays)) expect(back[name].data).toEqual(arrays[name].data);
    }));
  });

  it("writes the same bytes for the same arrays, whatever the time and the time zone", () => {
    const zone = process.env.TZ;
    const files = ["UTC", "Asia/Tokyo", "America/Los_Angeles"].map((name) => {
      process.env.TZ = name;
      return formatNpz(small);
    });
    if (zone === undefined) delete process.env.TZ; else process.env.TZ = zone;
    expect(files[1]).toEqual(files[0]);
    expect(files[2]).toEqual(files[0]);
  });

  it("replaces a file whole and leaves no other file behind", () => {
    const own = join(folder, "own");
    mkdirSync(own);
    writeNpz(join(own, "run.npz"), small);
    writeNpz(join(own, "run.npz"), { W: small.W });
    expect(readdirSync(own)).toEqual(["run.npz"]);
    expect(Object.keys(readNpz(join(own, "run.npz")))).toEqual(["W"]);
    mkdirSync(join(own, "taken.npz"));
    expect(() => writeNpz(join(own, "taken.npz"), small)).toThrow(/taken\.npz: the file cannot be written \(E\w+\)\./);
    expect(() => writeNpz(join(own, "bad.npz"), { W: { shape: [9], data: small.W.data } })).toThrow(ParameterError);
    expect(readdirSync(own).sort()).toEqual(["run.npz", "taken.npz"]);
  });

  it("computes the CRC-32 that zlib computes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => { expect(crc32(bytes)).toBe(nodeCrc32(bytes)); }));
  });
});

describe("files that NumPy wrote, kept in the repository", () => {
  it("read with the shapes their case says", () => {
    const fixtures = join(import.meta.dirname, "../fixtures/numpy");
    const { setting, steps } = JSON.parse(readFileSync(join(fixtures, "ascent-margin.json"), "utf8")) as { setting: Record<"N" | "P" | "d" | "k" | "m", number>; steps: number };
    const shapesOf = (file: string) => Object.fromEntries(Object.entries(readNpz(join(fixtures, file))).map(([name, { shape }]) => [name, shape]));
    const { N, P, d, k, m } = setting;
    expect(shapesOf("ascent-margin.state.npz")).toEqual({ X: [N, P, d], y: [N], W: [k, m, d], robust: [k, d], nonRobust: [k, d] });
    const S = steps + 1;
    expect(shapesOf("ascent-margin.expected.npz")).toEqual({ steps: [S], U: [S, k, m], V: [S, k, m], loss: [S], W: [k, m, d] });
    expect(readNpz(join(fixtures, "gradients.npz")).rho).toEqual({ shape: [], data: Float64Array.of(0.4), dtype: "<f8" });
  });
});

describe("npz damage", () => {
  it.each([["deflated", formatNpz(small)], ["stored", stored]])("names a file cut short at any length as such (%s)", (_kind, whole) => {
    for (let length = 0; length < whole.length; length++) {
      expect(faultOf(whole.subarray(0, length), smallRead), `cut at ${length}`).toBeInstanceOf(FileError);
    }
  });

  it.each([["deflated", formatNpz(small)], ["stored", stored]])("meets a flipped bit with a FileError or the right data (%s)", (_kind, whole) => {
    let refused = 0;
    const runs = 2000;
    fc.assert(fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
      const flipped = whole.slice();
      flipped[at] ^= 1 << bit;
      if (faultOf(flipped, smallRead) !== undefined) refused++;
    }), { numRuns: runs, seed: 20241011 });
    // What may change unseen: times, versions, attributes, CRC and sizes in local headers (the directory's are used).
    expect(refused).toBeGreaterThan(runs / 2);
  });

  it("meets a byte of any value at any place of the data with a FileError", () => {
    const start = Buffer.from(stored).indexOf("NUMPY") - 1;
    fc.assert(fc.property(fc.nat(formatNpy(small.W).length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const flipped = stored.slice();
      flipped[start + at] ^= change;
      expect(faultOf(flipped, smallRead)?.message).toMatch(/entry "W\.npy": the archive is damaged: its CRC-32 is 0x[0-9a-f]{8}, the directory says 0x[0-9a-f]{8}\./);
    }), { numRuns: 500, seed: 20241012 });
  });

  it("does not take memory because a header asks for it", () => {
    const bomb = formatNpz({ W: { shape: [10], data: new Float64Array(10) } });
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    const directory = view.getUint32(bomb.length - 6, true);
    view.setUint32(directory + 24, 0xfffffffe, true);
    expect(() => parseNpz(bomb, "bomb.npz")).toThrow(/deflated bytes cannot hold 4294967294\./);
  });

  it("refuses entries that overlap", () => {
    const bytes = stored.slice();
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    const second = directory + 46 + "W.npy".length;
    view.setUint32(second + 42, 0, true);
    expect(() => parseNpz(bytes, "a.npz")).toThrow(/entry "y\.npy": the archive is damaged: no entry begins at byte 0, where the directory says so\./);
  });

  it.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(), "a.npz: the file is empty.\n  Expected an .npz file, which is a zip of .npy arrays.\n  Mend: write it with numpy.savez or lemmagrad; a single .npy array is not an .npz."],
    ["a .npy file", formatNpy(small.W), "a.npz: the file is not a zip archive."],
    ["half a file", stored.subarray(0, 500), "a.npz: the archive's closing record is missing.\n  Expected a whole zip archive.\n  Mend: the file is cut short: copy or write it again."],
    ["bytes before the archive", Uint8Array.from([...stored.subarray(0, 4), ...stored]), "a.npz: the archive is damaged: its directory should end at byte"],
    ["another file in the archive", zipSync({ "notes.txt": new Uint8Array(3) }), `a.npz: entry "notes.txt" is not an array.\n  Expected every entry's name to end in .npy.`],
    ["an entry that is no array", zipSync({ "W.npy": new Uint8Array(30) }), `a.npz, array "W": the bytes do not begin with NumPy's magic.`],
  ])("refuses %s with a message that says so", (_name, bytes, message) => {
    expect(() => parseNpz(bytes, "a.npz")).toThrow(FileError);
    expect(() => parseNpz(bytes, "a.npz")).toThrow(message);
  });

  it("refuses encrypted entries and unknown compression", () => {
    const change = (offset: number, value: number) => {
      const bytes = stored.slice();
      const directory = new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
      bytes[offset] = value; // in the first local header, and the same field of the directory
      bytes[directory + offset + 2] = value;
      return bytes;
    };
    expect(() => parseNpz(change(6, 1), "a.npz")).toThrow(`a.npz, entry "W.npy": the entry is encrypted.`);
    expect(() => parseNpz(change(8, 12), "a.npz")).toThrow(`a.npz, entry "W.npy": compression method 12 is not read.\n  Expected stored (0) or deflated (8).`);
  });

  it("says which file is missing, or is a folder", () => {
    expect(() => readNpz(join(folder, "none.npz"))).toThrow(`${join(folder, "none.npz")}: there is no such file.\n  Expected a readable .npz file.\n  Mend: check the path and its permissions.`);
    expect(() => readNpz(folder)).toThrow(`${folder}: the file cannot be read (EISDIR).`);
    expect(() => writeNpz(join(folder, "none", "a.npz"), small)).toThrow(/a\.npz: the file cannot be written \(ENOENT\)\.\n {2}Expected a path in an existing folder that may be written\./);
  });
});

describeWithNumpy("npz and NumPy", () => {
  /** What NumPy prints of every array of a file: element type, shape, and elements as C's exact hexadecimal floats. */
  const describeArrays = `
import sys, numpy
with numpy.load(sys.argv[1], allow_pickle=False) as arrays:
    for name in sorted(arrays.files):
        a = arrays[name]
        print(name, a.dtype.str, list(a.shape), *[float(x).hex() for x in a.ravel()], sep=";")
`;

  it("writes what NumPy reads", () => {
    const path = join(folder, "ours.npz");
    writeNpz(path, { ...small, empty: { shape: [0, 3], data: new Float64Array() } });
    expect(runNumpy(describeArrays, path).trim().split("\n")).toEqual([
      "W;<f8;[2, 3];0x1.0000000000000p+0;-0x1.0000000000000p+1;0x1.0000000000000p-1;0x1.921fb54442d18p+1;0x1.56e1fc2f8f359p-997;-0x0.0p+0",
      "empty;<f8;[0, 3]",
      "loss;<f4;[];0x1.0000000000000p-2",
      "y;<i8;[4];0x0.0p+0;0x1.0000000000000p+0;0x1.0000000000000p+1;0x0.0p+0",
    ]);
  });

  it.each(["savez", "savez_compressed"])("reads what numpy.%s writes: every element type, both byte orders, Fortran order, 0-d, size 0", (writer) => {
    const path = join(folder, `${writer}.npz`);
    // The values by element type, printed beside the file so that both sides come from NumPy.
    const printed = runNumpy(`
import sys, json, numpy
a = numpy.arange(24).reshape(2, 3, 4) - 5
arrays = {f"{order}{kind}": (a if kind[0] != "u" else a + 5).astype({"little": "<", "big": ">"}[order] + kind)
          for order in ("little", "big") for kind in ("f8", "f4", "i8", "i4", "i2", "i1", "u1", "u2", "u4", "u8")}
arrays["bool"] = a % 3 == 0
arrays["fortran"] = numpy.asfortranarray(a * 0.1)
arrays["fortranBig"] = numpy.asfortranarray(a.astype(">f4"))
arrays["transposed"] = (a * 0.1).T
arrays["strided"] = (a * 0.1)[:, ::2]
arrays["scalar"] = numpy.float64(0.1)
arrays["scalarInteger"] = numpy.int64(-2**53)
arrays["empty"] = numpy.zeros((0, 3))
arrays["emptyFortran"] = numpy.zeros((3, 0, 2), order="F")
arrays["special"] = numpy.array([numpy.nan, numpy.inf, -numpy.inf, -0.0, 5e-324])
arrays["compressible"] = numpy.zeros(20000)
numpy.${writer}(sys.argv[1], **arrays)
print(json.dumps({name: [a.dtype.str, a.shape, [float(x).hex() for x in a.ravel()][:40]] for name, a in arrays.items()}))
`, path);
    const expected = JSON.parse(printed) as Record<string, [string, number[], string[]]>;
    const read = readNpz(path);
    expect(Object.keys(read)).toEqual(Object.keys(expected));
    for (const [name, [dtype, shape, values]] of Object.entries(expected)) {
      expect(read[name].dtype, name).toBe(dtype);
      expect(read[name].shape, name).toEqual(shape);
      expect(read[name].data.constructor, name).toBe(dtype.endsWith("f4") ? Float32Array : Float64Array);
      expect([...read[name].data.subarray(0, 40)].map(hexFloat), name).toEqual(values);
    }
  });

  it("reads headers of versions 1, 2 and 3 as NumPy writes them", () => {
    const path = join(folder, "versions.npz");
    runNumpy(`
import sys, io, zipfile, numpy
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for version in (1, 2, 3):
        file = io.BytesIO()
        numpy.lib.format.write_array(file, numpy.arange(3.0), version=(version, 0))
        archive.writestr(f"v{version}.npy", file.getvalue())
`, path);
    expect(readNpz(path)).toEqual(Object.fromEntries(["v1", "v2", "v3"].map((name) => [name, { shape: [3], data: Float64Array.of(0, 1, 2), dtype: "<f8" }])));
  });

  it("reads an archive whose sizes stand in zip64 fields everywhere", () => {
    const path = join(folder, "zip64.npz");
    // With the limit lowered, Python writes zip64 fields in the directory and the zip64 closing record too.
    runNumpy(`
import sys, zipfile, numpy
zipfile.ZIP64_LIMIT = 50
zipfile.ZIP_FILECOUNT_LIMIT = 1
numpy.savez(sys.argv[1], W=numpy.arange(30.0), y=numpy.arange(4))
`, path);
    const bytes = readFileSync(path);
    expect(bytes.includes(Buffer.from([0x50, 0x4b, 6, 6]))).toBe(true);
    const read = readNpz(path);
    expect(read.W.data).toEqual(Float64Array.from({ length: 30 }, (_, i) => i));
    expect(read.y.data).toEqual(Float64Array.of(0, 1, 2, 3));
    for (let length = 0; length < bytes.length; length++) expect(faultOf(bytes.subarray(0, length), read)).toBeInstanceOf(FileError);
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      const flipped = Uint8Array.from(bytes);
      flipped[at] ^= 1 << bit;
      faultOf(flipped, read);
    }), { numRuns: 2000, seed: 20241013 });
  });

  it("refuses pickled objects, complex numbers and integers beyond 2^53, naming file and array", () => {
    const path = join(folder, "refused.npz");
    for (const [value, message] of [
      ["numpy.array([None, 'a'], dtype=object)", `${path}, array "bad": the array holds pickled Python objects.`],
      ["numpy.array([1j])", `${path}, array "bad": element type <c16 is not read.`],
      ["numpy.array([2**53 + 1])", `${path}, array "bad": element 0 is 9007199254740993, beyond 2^53 in size`],
      ["numpy.zeros(1, dtype=[('x', float)])", `${path}, array "bad": element type a structured type is not read.`],
    ]) {
      runNumpy(`import sys, numpy; numpy.savez(sys.argv[1], good=numpy.ones(2), bad=${value})`, path);
      expect(() => readNpz(path)).toThrow(FileError);
      expect(() => readNpz(path)).toThrow(message);
    }
  });

  it("reads the empty archive", () => {
    const path = join(folder, "empty.npz");
    runNumpy("import sys, numpy; numpy.savez(sys.argv[1])", path);
    expect(readNpz(path)).toEqual({});
    writeFileSync(path, formatNpz({}));
    expect(runNumpy(describeArrays, path)).toBe("");
  });
});

/** A float as Python's float.hex prints it. */
function hexFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const sign = bits.getUint8(0) >> 7 ? "-" : "";
  if (value === 0) return `${sign}0x0.0p+0`;
  const exponent = (bits.getUint16(0) >> 4) & 0x7ff;
  const mantissa = (bits.getBigUint64(0) & 0xfffffffffffffn).toString(16).padStart(13, "0");
  const power = exponent === 0 ? -1022 : exponent - 1023;
  return `${sign}0x${exponent === 0 ? 0 : 1}.${mantissa}p${power < 0 ? "-" : "+"}${Math.abs(power)}`;
}
