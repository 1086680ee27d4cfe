/**
 * One array in NumPy's .npy format: magic, version, a header that is a Python dict literal, then the raw elements.
 *
 * Floats keep their width. Integers and booleans become Float64Array, which holds every integer up to 2^53 exactly;
 * a larger one is an error, never a rounded value. Fortran order is reordered, so `data` is always in C order.
 *
 * Source: the format's description in NumPy's reference, `numpy.lib.format`, versions 1.0, 2.0 and 3.0.
 */
import { FileError, ParameterError, shapeText } from "../errors/index.ts";

export interface NpyArray {
  shape: number[];
  /** Elements in C (row-major) order. */
  data: Float64Array | Float32Array;
  /** Element type in the file, as NumPy writes it: "<f8", ">i4", "|b1", ... */
  dtype: string;
}

export interface WritableArray {
  shape: readonly number[];
  data: Float64Array | Float32Array | Int32Array;
  /** One of writableDtypes; by default the type of `data`. */
  dtype?: string;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"
const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

interface Header {
  dtype: string;
  fortranOrder: boolean;
  shape: number[];
}

/**
 * The array held by the bytes of a .npy file.
 *
 * `where` names the bytes in messages: a path, or a path and an entry.
 * Errors: FileError when the magic, version, header, element type or size is not right, or an integer exceeds 2^53.
 */
export function parseNpy(bytes: Uint8Array, where = "npy"): NpyArray {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new FileError({
      where, problem: bytes.length < 10 ? `the array is cut short: ${bytes.length} bytes are less than any .npy header.` : "the bytes do not begin with NumPy's magic.",
      expected: `the bytes of a .npy file: \\x93NUMPY, a version, a header, the elements.`, mend: "write the array with numpy.save, numpy.savez or lemmagrad.",
    });
  }
  const { header, dataStart } = readHeader(bytes, where);
  const type = readers.get(header.dtype.slice(1));
  // One byte has no order; NumPy writes "|" for it.
  if (type === undefined || !(type.width === 1 ? "|<>" : "<>").includes(header.dtype[0])) throw unreadableType(header.dtype, where);
  const count = header.shape.reduce((product, size) => product * size, 1);
  const held = bytes.length - dataStart;
  if (!(count * type.width === held)) {
    throw new FileError({
      where, problem: `shape ${shapeText(header.shape)} of ${header.dtype} needs ${count * type.width} bytes, the file holds ${held}.`,
      expected: "the header's shape and the length of the data to agree.", mend: "the array is cut short or damaged: write it again.",
    });
  }
  const elements = type.read(nativeCopy(bytes.subarray(dataStart), type.width, header.dtype[0] !== ">"), where);
  return { shape: header.shape, data: header.fortranOrder ? fromFortranOrder(elements, header.shape) : elements, dtype: header.dtype };
}

/**
 * The bytes of a version 1.0 .npy file holding `array`, header padded with spaces to a multiple of 64 bytes as NumPy does.
 *
 * Errors: ParameterError when the element type is not one we write, the data do not fill the shape, or a value does not
 * fit an integer type.
 */
export function formatNpy(array: WritableArray, where = "npy"): Uint8Array {
  const dtype = array.dtype ?? (array.data instanceof Float64Array ? "<f8" : array.data instanceof Float32Array ? "<f4" : "<i4");
  const writer = writers.get(dtype);
  if (writer === undefined) {
    throw new ParameterError({ where, problem: `element type "${dtype}" is not written.`, expected: `one of ${writableDtypes.join(", ")}.`, mend: `leave dtype out, or set it to "<f8".` });
  }
  const count = array.shape.reduce((product, size) => product * size, 1);
  if (array.shape.some((size) => !Number.isInteger(size) || size < 0) || count !== array.data.length) {
    throw new ParameterError({
      where, problem: `shape ${shapeText(array.shape)} has ${count} elements, the data have ${array.data.length}.`,
      expected: "the product of the shape to be the length of the data.", mend: "pass the data's own shape.",
    });
  }
  // A shape of one axis is a Python tuple of one: (3,)
  const shape = `(${array.shape.join(", ")}${array.shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${shape}, }`;
  const preamble = magic.length + 4;
  const headerLength = Math.ceil((preamble + text.length + 1) / 64) * 64 - preamble;
  if (headerLength > 0xffff) {
    throw new ParameterError({ where, problem: `the shape has ${array.shape.length} axes.`, expected: "a header below 65536 bytes.", mend: "use fewer axes." });
  }
  const bytes = new Uint8Array(preamble + headerLength + count * writer.width);
  const view = new DataView(bytes.buffer);
  bytes.set([...magic, 1, 0]);
  view.setUint16(8, headerLength, true);
  new TextEncoder().encodeInto(`${text.padEnd(headerLength - 1)}\n`, bytes.subarray(preamble));
  for (let i = 0, at = preamble + headerLength; i < count; i++, at += writer.width) {
    const value = array.data[i];
    if (writer.integers !== undefined && !(Number.isInteger(value) && value >= writer.integers.from && value <= writer.integers.to)) {
      throw new ParameterError({ where, problem: `element ${i} is ${value}.`, expected: `for ${dtype}, an integer from ${writer.integers.from} to ${writer.integers.to}.`, mend: `write it as "<f8".` });
    }
    writer.write(view, at, value);
  }
  return bytes;
}

function readHeader(bytes: Uint8Array, where: string): { header: Header; dataStart: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [major, minor] = [bytes[6], bytes[7]];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FileError({ where, problem: `format version ${major}.${minor} is not known.`, expected: "version 1.0, 2.0 or 3.0.", mend: "write the array again with numpy.save." });
  }
  const lengthSize = major === 1 ? 2 : 4; // versions 2 and 3 have longer headers
  const start = 8 + lengthSize;
  const length = bytes.length < start ? Infinity : major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) {
    throw new FileError({ where, problem: "the array is cut short inside its header.", expected: "the whole header.", mend: "the file is damaged: write it again." });
  }
  // Versions 1 and 2 are latin1, version 3 is UTF-8; all the headers we accept are ASCII.
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, start + length));
  return { header: parseHeaderText(text, where), dataStart: start + length };
}

/** The three fields of "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }", in any order, and nothing else. */
function parseHeaderText(text: string, where: string): Header {
  const malformed = (detail: string) => new FileError({
    where, problem: `the header ${detail}: ${JSON.stringify(text.trim().slice(0, 120))}.`,
    expected: `a dict such as {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.`, mend: "the file is damaged or not NumPy's: write it again with numpy.save.",
  });
  const dict = /^\s*\{(.*)\}\s*$/s.exec(text);
  if (dict === null) throw malformed("is not a dict");
  if (/^[^(]*['"]descr['"]\s*:\s*\[/s.test(dict[1])) throw unreadableType("a structured type", where);
  const fields = new Map<string, string>();
  const field = /\s*(['"])(\w+)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\sL,]*\))\s*(?:,|$)\s*/sy;
  while (field.lastIndex < dict[1].length) {
    const found = field.exec(dict[1]);
    if (found === null) throw malformed("cannot be read");
    if (fields.has(found[2])) throw malformed(`names ${found[2]} twice`);
    fields.set(found[2], found[3]);
  }
  const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((name) => fields.get(name));
  if (fields.size !== 3 || !descr || !/^['"]/.test(descr) || !order || !/^[TF]/.test(order) || !shape?.startsWith("(")) {
    throw malformed("does not have exactly descr, fortran_order and shape");
  }
  // Python 2 wrote long integers as 3L.
  const inside = shape.slice(1, -1).trim();
  if (!/^(?:|\d+L?\s*,|\d+L?(?:\s*,\s*\d+L?)+\s*,?)$/.test(inside)) throw malformed("has a shape that is not a tuple of sizes");
  const sizes = (inside.match(/\d+/g) ?? []).map(Number);
  if (!sizes.every(Number.isSafeInteger)) throw malformed("has a size beyond 2^53");
  return { dtype: descr.slice(1, -1), fortranOrder: order === "True", shape: sizes };
}

function unreadableType(dtype: string, where: string): FileError {
  const pickled = dtype.endsWith("O");
  return new FileError({
    where, problem: pickled ? "the array holds pickled Python objects." : `element type ${dtype} is not read.`,
    expected: "floats of 4 or 8 bytes, integers of 1 to 8 bytes, or booleans.",
    mend: pickled ? "make it a plain array before saving: numpy.asarray(a, dtype=float)." : "convert it before saving: a.astype(float).",
  });
}

/** A copy of `bytes` with its own aligned buffer and the host's byte order. */
function nativeCopy(bytes: Uint8Array, width: number, littleEndian: boolean): ArrayBuffer {
  const copy = new Uint8Array(bytes); // not slice(): a Buffer's slice shares memory
  if (littleEndian !== hostIsLittleEndian && width > 1) {
    for (let at = 0; at < copy.length; at += width) copy.subarray(at, at + width).reverse();
  }
  return copy.buffer;
}

interface Reader {
  width: number;
  read(buffer: ArrayBuffer, where: string): Float64Array | Float32Array;
}

/** Element types read, without their byte order. */
const readers = new Map<string, Reader>([
  ["f8", { width: 8, read: (buffer) => new Float64Array(buffer) }],
  ["f4", { width: 4, read: (buffer) => new Float32Array(buffer) }],
  ["i8", { width: 8, read: (buffer, where) => fromWideIntegers(new BigInt64Array(buffer), where) }],
  ["u8", { width: 8, read: (buffer, where) => fromWideIntegers(new BigUint64Array(buffer), where) }],
  ["i4", { width: 4, read: (buffer) => Float64Array.from(new Int32Array(buffer)) }],
  ["u4", { width: 4, read: (buffer) => Float64Array.from(new Uint32Array(buffer)) }],
  ["i2", { width: 2, read: (buffer) => Float64Array.from(new Int16Array(buffer)) }],
  ["u2", { width: 2, read: (buffer) => Float64Array.from(new Uint16Array(buffer)) }],
  ["i1", { width: 1, read: (buffer) => Float64Array.from(new Int8Array(buffer)) }],
  ["u1", { width: 1, read: (buffer) => Float64Array.from(new Uint8Array(buffer)) }],
  ["b1", { width: 1, read: (buffer) => Float64Array.from(new Uint8Array(buffer), (byte) => (byte === 0 ? 0 : 1)) }],
]);

function fromWideIntegers(integers: BigInt64Array | BigUint64Array, where: string): Float64Array {
  const numbers = new Float64Array(integers.length);
  const limit = 2n ** 53n;
  for (let i = 0; i < integers.length; i++) {
    if (integers[i] > limit || integers[i] < -limit) {
      throw new FileError({
        where, problem: `element ${i} is ${integers[i]}, beyond 2^53 in size, where float64 skips integers.`,
        expected: "integers from -2^53 to 2^53.", mend: "save the array as float64 if rounding is meant: a.astype(float).",
      });
    }
    numbers[i] = Number(integers[i]);
  }
  return numbers;
}

/** Elements stored with the first index fastest, reordered so that the last is. */
function fromFortranOrder<Elements extends Float64Array | Float32Array>(elements: Elements, shape: readonly number[]): Elements {
  const reordered = elements.slice() as Elements;
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  for (let i = 0, from = 0; i < elements.length; i++) {
    reordered[i] = elements[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) { // the next index in C order
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return reordered;
}

interface Writer {
  width: number;
  /** The integers this type takes from us; a float type takes every number. */
  integers?: { from: number; to: number };
  write(view: DataView, at: number, value: number): void;
}

const writers = new Map<string, Writer>([
  ["<f8", { width: 8, write: (view, at, value) => view.setFloat64(at, value, true) }],
  ["<f4", { width: 4, write: (view, at, value) => view.setFloat32(at, value, true) }],
  ["<i8", { width: 8, integers: { from: -(2 ** 53), to: 2 ** 53 }, write: (view, at, value) => view.setBigInt64(at, BigInt(value), true) }],
  ["<i4", { width: 4, integers: { from: -(2 ** 31), to: 2 ** 31 - 1 }, write: (view, at, value) => view.setInt32(at, value, true) }],
]);

/** The element types we write: all little-endian. */
export const writableDtypes: readonly string[] = [...writers.keys()];
