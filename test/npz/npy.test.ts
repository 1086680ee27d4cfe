import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileError, ParameterError } from "../../src/errors/index.ts";
import { formatNpy, parseNpy, writableDtypes } from "../../src/npz/index.ts";

/** A .npy file with this header and these bytes of data. */
function npy(header: string, data: number[] = [], version = 1): Uint8Array {
  const text = [...header].map((character) => character.charCodeAt(0));
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return new Uint8Array([0x93, ...[..."NUMPY"].map((c) => c.charCodeAt(0)), version, 0, ...length, ...text, ...data]);
}
const header = (descr: string, shape: string, fortran = "False") => `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

const shapes = fc.array(fc.nat(4), { maxLength: 4 });
const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

describe("npy round trip", () => {
  it("gives back every float64 array, bit for bit, NaN, infinities and -0 included", () => {
    fc.assert(fc.property(shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.array(fc.double(), { minLength: sizeOf(shape), maxLength: sizeOf(shape) }))), ([shape, values]) => {
      const back = parseNpy(formatNpy({ shape, data: Float64Array.from(values) }));
      expect(back).toEqual({ shape, data: Float64Array.from(values), dtype: "<f8" });
    }));
  });

  it("keeps float32 at its width and writes integers as asked", () => {
    expect(parseNpy(formatNpy({ shape: [2], data: Float32Array.of(0.1, -0) }))).toEqual({ shape: [2], data: Float32Array.of(0.1, -0), dtype: "<f4" });
    expect(parseNpy(formatNpy({ shape: [2], data: Int32Array.of(-(2 ** 31), 7) }))).toEqual({ shape: [2], data: Float64Array.of(-(2 ** 31), 7), dtype: "<i4" });
    expect(parseNpy(formatNpy({ shape: [2], data: Float64Array.of(-(2 ** 53), 2 ** 53), dtype: "<i8" })).data).toEqual(Float64Array.of(-(2 ** 53), 2 ** 53));
    expect(writableDtypes).toEqual(["<f8", "<f4", "<i8", "<i4"]);
  });

  it("begins the data at a multiple of 64 bytes, after a newline", () => {
    for (const shape of [[], [1], [2, 3], Array.from({ length: 60 }, () => 1)]) {
      const bytes = formatNpy({ shape, data: new Float64Array(sizeOf(shape)) });
      const start = bytes.length - 8 * sizeOf(shape);
      expect(start % 64).toBe(0);
      expect(bytes[start - 1]).toBe(10);
    }
  });

  it("reads bytes that do not begin at the start of their buffer", () => {
    const bytes = formatNpy({ shape: [3], data: Float64Array.of(1, 2, 3) });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(parseNpy(shifted.subarray(3)).data).toEqual(Float64Array.of(1, 2, 3));
  });
});

describe("npy headers", () => {
  it("reorders Fortran order: two rows of three stored column by column", () => {
    expect(parseNpy(npy(header("|u1", "(2, 3)", "True"), [1, 4, 2, 5, 3, 6])).data).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
  });

  it("reads versions 1, 2 and 3, keys in any order, and Python 2's long sizes", () => {
    for (const version of [1, 2, 3]) {
      expect(parseNpy(npy(`{"shape": (2L,), 'descr': '>i2', 'fortran_order': False}`, [1, 0, 255, 255], version))).toEqual({ shape: [2], data: Float64Array.of(256, -1), dtype: ">i2" });
    }
  });

  it("reads booleans as 0 and 1", () => {
    expect(parseNpy(npy(header("|b1", "(2,)"), [0, 1])).data).toEqual(Float64Array.of(0, 1));
  });

  const eightBytes = [0, 0, 0, 0, 0, 0, 0, 0];
  it.each<[string, Uint8Array, string]>([
    ["no magic", new Uint8Array(20), "a: the bytes do not begin with NumPy's magic.\n  Expected the bytes of a .npy file: \\x93NUMPY, a version, a header, the elements.\n  Mend: write the array with numpy.save, numpy.savez or lemmagrad."],
    ["three bytes", new Uint8Array(3), "a: the array is cut short: 3 bytes are less than any .npy header."],
    ["version 4", npy(header("<f8", "(1,)"), eightBytes, 4), "a: format version 4.0 is not known.\n  Expected version 1.0, 2.0 or 3.0."],
    ["a header cut short", npy(header("<f8", "(1,)")).subarray(0, 30), "a: the array is cut short inside its header."],
    ["a header that is a list", npy("[]"), `a: the header is not a dict: "[]".`],
    ["a header with code", npy(`{'descr': '<f8', 'fortran_order': False, 'shape': exit(), }`), "a: the header cannot be read"],
    ["a field twice", npy(`{'descr': '<f8', 'descr': '<f4', 'fortran_order': False, 'shape': (), }`), "a: the header names descr twice"],
    ["a field missing", npy(`{'descr': '<f8', 'shape': (), }`), "a: the header does not have exactly descr, fortran_order and shape"],
    ["a field too many", npy(`{'descr': '<f8', 'fortran_order': False, 'shape': (), 'x': True}`), "a: the header does not have exactly descr, fortran_order and shape"],
    ["a shape that is no tuple", npy(header("<f8", "(1)"), eightBytes), "a: the header has a shape that is not a tuple of sizes"],
    ["an enormous size", npy(header("<f8", "(99999999999999999999,)"), eightBytes), "a: the header has a size beyond 2^53"],
    ["an enormous product", npy(header("<f8", "(9007199254740991, 9007199254740991)"), eightBytes), "bytes, the file holds 8."],
    ["data too short", npy(header("<f8", "(2, 3)"), eightBytes), "a: shape [2, 3] of <f8 needs 48 bytes, the file holds 8.\n  Expected the header's shape and the length of the data to agree.\n  Mend: the array is cut short or damaged: write it again."],
    ["data too long", npy(header("|b1", "()"), [1, 1]), "a: shape [] of |b1 needs 1 bytes, the file holds 2."],
    ["pickled objects", npy(header("|O", "(1,)"), eightBytes), "a: the array holds pickled Python objects.\n  Expected floats of 4 or 8 bytes, integers of 1 to 8 bytes, or booleans.\n  Mend: make it a plain array before saving: numpy.asarray(a, dtype=float)."],
    ["complex numbers", npy(header("<c16", "(0,)")), "a: element type <c16 is not read."],
    ["an element type named like a method", npy(header("<toString", "(0,)")), "a: element type <toString is not read."],
    ["a structured type", npy(`{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,), }`, eightBytes), "a: element type a structured type is not read."],
    ["2^53 + 1", npy(header("<i8", "(1,)"), [1, 0, 0, 0, 0, 0, 32, 0]), "a: element 0 is 9007199254740993, beyond 2^53 in size"],
    ["an unsigned integer of 64 bits", npy(header("<u8", "(1,)"), Array.from({ length: 8 }, () => 255)), "a: element 0 is 18446744073709551615, beyond 2^53 in size"],
  ])("refuses %s with a FileError that says so", (_name, bytes, message) => {
    expect(() => parseNpy(bytes, "a")).toThrow(FileError);
    expect(() => parseNpy(bytes, "a")).toThrow(message);
  });

  it.each<[string, Parameters<typeof formatNpy>[0], string]>([
    ["an element type it does not write", { shape: [1], data: new Float64Array(1), dtype: ">f8" }, `a: element type ">f8" is not written.\n  Expected one of <f8, <f4, <i8, <i4.\n  Mend: leave dtype out, or set it to "<f8".`],
    ["data that do not fill the shape", { shape: [2, 2], data: new Float64Array(3) }, "a: shape [2, 2] has 4 elements, the data have 3."],
    ["a negative size", { shape: [-1, -1], data: new Float64Array(1) }, "a: shape [-1, -1] has 1 elements, the data have 1."],
    ["a fraction as an integer", { shape: [2], data: Float64Array.of(1, 1.5), dtype: "<i8" }, "a: element 1 is 1.5.\n  Expected for <i8, an integer from -9007199254740992 to 9007199254740992."],
    ["an integer too large", { shape: [1], data: Float64Array.of(2 ** 31), dtype: "<i4" }, "a: element 0 is 2147483648.\n  Expected for <i4, an integer from -2147483648 to 2147483647."],
    ["more axes than a header holds", { shape: Array.from({ length: 30000 }, () => 1), data: new Float64Array(1) }, "a: the shape has 30000 axes."],
  ])("does not write %s", (_name, array, message) => {
    expect(() => formatNpy(array, "a")).toThrow(ParameterError);
    expect(() => formatNpy(array, "a")).toThrow(message);
  });
});
