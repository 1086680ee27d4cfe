import { describe, expect, it } from "vitest";
import { FileError, ResourceError } from "../../../src/errors/index.ts";
import { parseCifar10, parseIdx, parseMat, parseSvhn } from "../../../src/images/index.ts";
import { messageOf } from "../../support/message-of.ts";
import { cifarFile, concatenated, gzipped, idxFile, matWriter, type MatOptions, randomBytes, svhnFile } from "../synthetic.ts";

const hdf5 = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
const pixels = randomBytes(3 * 3072, 1);

describe("IDX", () => {
  const images = randomBytes(3 * 5 * 4, 2);
  const file = idxFile([3, 5, 4], images);
  it.each([["plain", file], ["gzipped", gzipped(file)]])("reads shape and elements (%s)", (_kind, bytes) => {
    expect(parseIdx(bytes)).toEqual({ shape: [3, 5, 4], data: images });
    expect(parseIdx(Buffer.from(bytes))).toEqual({ shape: [3, 5, 4], data: images });
  });
  it("reads one axis, and none of its elements", () => {
    expect(parseIdx(idxFile([2], Uint8Array.of(7, 9)))).toEqual({ shape: [2], data: Uint8Array.of(7, 9) });
    expect(parseIdx(gzipped(idxFile([0], new Uint8Array())))).toEqual({ shape: [0], data: new Uint8Array() });
  });
  it.each<[string, Uint8Array, string]>([
    ["no bytes", new Uint8Array(), "idx: the file is damaged: its 0 bytes end inside the header."],
    ["another magic", Uint8Array.of(0x50, 0x4b, 3, 4, 0), "idx: the first four bytes are 50 4b 03 04.\n  Expected an IDX file: 00 00 08 03 for images, 00 00 08 01 for labels.\n  Mend: name the MNIST files as they are published; images and labels are different files."],
    ["no axes", Uint8Array.of(0, 0, 8, 0, 5), "the first four bytes are 00 00 08 00."],
    ["floats", Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), "the elements are float32.\n  Expected unsigned bytes (type 08)."],
    ["a byte too few", file.subarray(0, -1), "the file is damaged: shape [3, 5, 4] needs 60 bytes, and 59 follow the header."],
    ["a byte too many", concatenated(file, Uint8Array.of(0)), "shape [3, 5, 4] needs 60 bytes, and 61 follow the header."],
    ["a count beyond any memory", idxFile([0xffffffff, 0xffffffff, 28], images), "needs 516"],
    ["a gzip stream cut in half", gzipped(file).subarray(0, 50), "the file is damaged: its gzip stream is cut short."],
    ["a gzip stream cut in its header", gzipped(file).subarray(0, 12), "its gzip stream is cut short inside the header."],
    ["a gzip stream with more inside", gzipped(concatenated(file, new Uint8Array(5000))), "its gzip stream unpacks to more than the 76 bytes it should hold."],
    ["a gzip stream with less inside", gzipped(file.subarray(0, 70)), "its gzip stream unpacks to fewer than the 76 bytes it should hold."],
    ["bytes after the gzip stream", concatenated(gzipped(file), new Uint8Array(3)), "3 bytes follow its gzip stream."],
    ["a gzip stream that cannot hold so much", gzipped(idxFile([60000, 28, 28], new Uint8Array(9))), "packed bytes cannot hold 47040016."],
    ["gzip of something else", gzipped(Buffer.from("hello, this is a text")), "the first four bytes are 68 65 6c 6c."],
  ])("refuses %s", (_kind, bytes, words) => {
    expect(() => parseIdx(bytes)).toThrow(FileError);
    expect(messageOf(() => parseIdx(bytes))).toContain(words);
  });
  it("checks gzip's CRC", () => {
    const wrong = gzipped(file);
    wrong[wrong.length - 6] ^= 1;
    expect(messageOf(() => parseIdx(wrong, "t10k.gz"))).toContain("FileError: t10k.gz: the file is damaged: its gzip stream cannot be unpacked (incorrect data check).");
  });
  it("unpacks no more than it may", () => {
    expect(messageOf(() => parseIdx(gzipped(idxFile([1000, 10], new Uint8Array(10000))), "idx", { maxBytes: 9999 }))).toContain("ResourceError: idx: it holds 10012 bytes, and the limit is 9999.");
  });
});

describe("CIFAR-10", () => {
  const labels = [3, 9, 0];
  const file = cifarFile(labels, pixels);
  it.each([["plain", file], ["gzipped", gzipped(file)]])("reads any number of records (%s)", (_kind, bytes) => {
    expect(parseCifar10(bytes)).toEqual({ pixels, shape: [3, 32, 32], labels: Int32Array.from(labels) });
  });
  it.each<[string, Uint8Array, string]>([
    ["no bytes", new Uint8Array(), "the file is damaged: it is empty."],
    ["a part of a record", file.subarray(0, -1), "9218 bytes are 2 records of 3073 and 3072 bytes more."],
    ["a label beyond 9", cifarFile([1, 10, 2], pixels), "the label of image 1 is 10.\n  Expected labels from 0 to 9, each the first byte of a record of 3073."],
    ["a gzip stream that says it is longer", lengthened(gzipped(file)), "cannot be unpacked (incorrect length check)."],
    ["a gzip stream of part of a record", gzipped(file.subarray(0, 3000)), "3000 bytes are 0 records of 3073"],
    ["two gzip streams", concatenated(gzipped(file), gzipped(file)), "more than the 9219 bytes it should hold"],
    ["nothing but gzip's magic", Uint8Array.of(0x1f, 0x8b), "its gzip stream is cut short."],
  ])("refuses %s", (_kind, bytes, words) => {
    expect(() => parseCifar10(bytes)).toThrow(FileError);
    expect(messageOf(() => parseCifar10(bytes))).toContain(words);
  });
  function lengthened(bytes: Uint8Array): Uint8Array {
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(bytes.length - 4, 4 * 3073, true);
    return bytes;
  }
});

describe("SVHN's MAT-files", () => {
  const labels = [10, 1, 9];
  const read = { pixels, shape: [3, 32, 32], labels: Int32Array.from([0, 1, 9]) };
  const kinds: MatOptions[] = [true, false].flatMap((little) => [true, false].flatMap((compressed) => (["uint8", "double", "double stored as uint8", "double stored as int16"] as const).map((kind) => ({ little, compressed, labels: kind }))));
  it.each(kinds)("reads columns into rows, and label 10 as the digit 0: %o", (options) => {
    expect(parseSvhn(svhnFile(labels, pixels, options))).toEqual(read);
    expect(parseSvhn(Buffer.from(svhnFile(labels, pixels, options)))).toEqual(read);
  });
  it("reads one image, whose last axis MATLAB drops", () => {
    const { file, matrix } = matWriter();
    const flat = new Uint8Array(3072).fill(9);
    expect(parseSvhn(file(matrix("X", [32, 32, 3], "uint8", "uint8", flat), matrix("y", [1, 1], "uint8", "uint8", [4])))).toEqual({ pixels: flat, shape: [3, 32, 32], labels: Int32Array.of(4) });
  });
  it("passes over other variables and elements, packed or not, unread", () => {
    for (const compressed of [true, false]) {
      const { file, matrix, element } = matWriter({ compressed });
      const others = [matrix("Z", [2, 2], 1, "uint8", [1, 2, 3, 4]), element(2, new Uint8Array(20)), matrix("a_rather_long_name", [1, 1], "double", "double", [1])];
      const svhn = svhnFile(labels, pixels, { compressed });
      expect(parseSvhn(concatenated(file(...others), svhn.subarray(128)))).toEqual(read);
    }
  });

  const { file, matrix, element } = matWriter();
  const X = matrix("X", [32, 32, 3, 3], "uint8", "uint8", pixels);
  const y = matrix("y", [3, 1], "uint8", "uint8", labels);
  const plain = matWriter({ compressed: false });
  const noted = (bytes: Uint8Array, at: number, value: number) => {
    const copy = bytes.slice();
    copy[at] = value;
    return copy;
  };
  it.each<[string, Uint8Array, string]>([
    ["no bytes", new Uint8Array(), "its 0 bytes are less than the header of a MAT-file."],
    ["version 7.3", concatenated(hdf5, new Uint8Array(600)), 'the file is a MAT-file of version 7.3 (HDF5).\n  Expected version 5 (which MATLAB calls 5, 6 or 7).\n  Mend: save it again: save(file, "X", "y", "-v7") in MATLAB'],
    ["version 7.3 behind MATLAB's header", concatenated(new Uint8Array(512), hdf5), "version 7.3 (HDF5)"],
    ["version 7.3 by its number", matWriter({ version: 0x0200 }).file(), "version 7.3 (HDF5)"],
    ["version 4", concatenated(Uint8Array.of(50, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0), Buffer.from("y\0"), new Uint8Array(200)), "version 4."],
    ["zeros", new Uint8Array(200), "the mark of its byte order is missing."],
    ["another version", matWriter({ version: 0x0300 }).file(X, y), "its header names version 0x0300, not 0x0100."],
    ["a text", Buffer.from("x".repeat(300)), "the file is no MAT-file: the mark of its byte order is missing."],
    ["no variables", file(), "there is no variable X; there is none at all."],
    ["other variables", file(matrix("images", [1, 1], "uint8", "uint8", [1]), y), 'there is no variable X; there are "y", "images".\n  Expected the variables X and y.'],
    ["a variable twice", file(X, y, y), "the variable y is there twice"],
    ["images of another size", file(matrix("X", [28, 28, 3, 1], "uint8", "uint8", new Uint8Array(2352)), y), "variable X: it is uint8 of shape [28, 28, 3, 1].\n  Expected uint8 of shape [32, 32, 3, N]."],
    ["no images", file(matrix("X", [32, 32, 3, 0], "uint8", "uint8", []), matrix("y", [0, 1], "uint8", "uint8", [])), "it is uint8 of shape [32, 32, 3, 0]."],
    ["images that are doubles", file(matrix("X", [32, 32, 3, 1], "double", "double", pixels.subarray(0, 3072)), y), "it is double of shape"],
    ["images of another class", file(matrix("X", [32, 32, 3, 3], 8, 1, pixels), y), "it is of class int8.\n  Expected a real array of class uint8 or double."],
    ["complex numbers", file(matrix("X", [32, 32, 3, 3], "uint8", "uint8", pixels, 0x0800), y), "it is complex."],
    ["a cell array", file(matrix("X", [1, 1], 1, "uint8", [1]), y), "it is of class cell."],
    ["fewer labels than images", file(X, matrix("y", [2, 1], "uint8", "uint8", [1, 2])), "variable y: it has shape [2, 1], and X has 3 images.\n  Expected shape [3, 1]: one label an image."],
    ["label 0", file(X, matrix("y", [3, 1], "uint8", "uint8", [1, 0, 2])), "the label of image 1 is 0.\n  Expected integers from 1 to 10, where 10 is the digit 0."],
    ["label 11", file(X, matrix("y", [3, 1], "uint8", "uint8", [1, 2, 11])), "the label of image 2 is 11."],
    ["half a label", file(X, matrix("y", [3, 1], "double", "double", [0.5, 1, 2])), "the label of image 0 is 0.5."],
    ["a label that is no number", file(X, matrix("y", [3, 1], "double", "double", [NaN, 1, 2])), "the label of image 0 is NaN."],
    ["uint8 stored as int16", file(matrix("X", [32, 32, 3, 3], "uint8", "int16", pixels), y), "its elements are of type 3, which is not one for class uint8."],
    ["dimensions beyond the elements", file(matrix("X", [32, 32, 3, 0x7fffffff], "uint8", "uint8", pixels), y), "needs 6597069763584 bytes, and there are 9216."],
    ["a negative dimension", file(matrix("X", [32, 32, -3, -3], "uint8", "uint8", pixels), y), "has a negative dimension"],
    ["an element beyond the file", plain.file(plain.matrix("y", [3, 1], "uint8", "uint8", labels)).subarray(0, -8), "it is cut short: the element at byte 128 goes beyond byte"],
    ["a small element that is none", noted(plain.file(plain.matrix("y", [3, 1], "uint8", "uint8", labels)), 130, 9), "claims 9 bytes, and 4 have room"],
    ["a packed element that is cut short", file(element(15, matrix("X", [1, 1], "uint8", "uint8", [1]).subarray(8, -9))), "its zlib stream is cut short"],
  ])("refuses %s", (_kind, bytes, words) => {
    expect(() => parseSvhn(bytes)).toThrow(FileError);
    expect(messageOf(() => parseSvhn(bytes))).toContain(words);
  });
  it("checks zlib's Adler-32, and unpacks no more than it may", () => {
    const wrong = svhnFile(labels, pixels);
    wrong[wrong.length - 1] ^= 1;
    expect(messageOf(() => parseSvhn(wrong, "a.mat"))).toMatch(/^FileError: a\.mat, compressed element at byte \d+: the file is damaged: its zlib stream cannot be unpacked \(incorrect data check\)\./);
    expect(() => parseSvhn(svhnFile(labels, pixels), "a.mat", { maxBytes: 9000 })).toThrow(ResourceError);
  });
  it("gives any real array of bytes or doubles by name, as the file has it", () => {
    const { file: own, matrix: variable } = matWriter({ little: false });
    expect(parseMat(own(variable("a", [2, 2], "double", "double", [1.5, -2, 3, 1e300]), variable("b", [1, 3], "uint8", "uint8", [1, 2, 3])), ["b", "a"])).toEqual({
      a: { className: "double", shape: [2, 2], data: Float64Array.of(1.5, -2, 3, 1e300) }, b: { className: "uint8", shape: [1, 3], data: Uint8Array.of(1, 2, 3) },
    });
  });
});
