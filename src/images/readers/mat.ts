/**
 * MATLAB's Level 5 MAT-file: numeric arrays, compressed or not, in either byte order.
 *
 * A file is a header of 128 bytes and a row of elements, each a tag (type, length) and its data. A variable is an element
 * of type matrix, whose data are elements again: flags, dimensions, name, real part. A compressed element is a zlib
 * stream of one such element. Data of at most four bytes may stand inside the tag itself. Everything but compressed
 * elements is filled up to a multiple of eight bytes.
 *
 * Source: MathWorks, "MAT-File Format", chapter "Level 5 MAT-File Format".
 */
import { FileError, shapeText } from "../../errors/index.ts";
import { damaged, defaultMaxBytes, type ReadOptions } from "./limits.ts";
import { unpackStart, unpackWhole } from "./unpack.ts";

export interface MatArray {
  /** MATLAB's class of the array: "uint8", "double", ... */
  className: string;
  shape: number[];
  /** Elements in the file's order: column-major, the first index fastest. */
  data: Uint8Array | Float64Array;
}

const headerLength = 128;
const tagLength = 8;
const [matrixType, compressedType] = [14, 15];

/** Element types of numbers that a real part may be stored as, whatever the array's class is. */
const numberTypes: Readonly<Record<number, { width: number; read(view: DataView, at: number, little: boolean): number }>> = {
  1: { width: 1, read: (view, at) => view.getInt8(at) },
  2: { width: 1, read: (view, at) => view.getUint8(at) },
  3: { width: 2, read: (view, at, little) => view.getInt16(at, little) },
  4: { width: 2, read: (view, at, little) => view.getUint16(at, little) },
  5: { width: 4, read: (view, at, little) => view.getInt32(at, little) },
  6: { width: 4, read: (view, at, little) => view.getUint32(at, little) },
  7: { width: 4, read: (view, at, little) => view.getFloat32(at, little) },
  9: { width: 8, read: (view, at, little) => view.getFloat64(at, little) },
};
const [int8Type, uint8Type, int32Type, uint32Type] = [1, 2, 5, 6];

const classNames: Readonly<Record<number, string>> = {
  1: "cell", 2: "struct", 3: "object", 4: "char", 5: "sparse", 6: "double", 7: "single", 8: "int8", 9: "uint8", 10: "int16", 11: "uint16", 12: "int32", 13: "uint32", 14: "int64", 15: "uint64", 16: "function", 17: "opaque",
};
const readClasses = new Set(["uint8", "double"]);
const complexFlag = 0x0800;

/** Bytes, how to read them, and what to call them. */
interface Source {
  bytes: Uint8Array;
  view: DataView;
  little: boolean;
  where: string;
}

interface Element {
  type: number;
  /** Where its data begin, and how long they are. */
  start: number;
  length: number;
  /** Where the next element begins. */
  end: number;
}

/**
 * The variables of the given names in a Level 5 MAT-file; others are passed over.
 *
 * Errors: FileError when the file is of version 4 or 7.3, damaged or cut short, lacks one of the names, has one twice, or
 *         one of them is no real array of class uint8 or double; ResourceError when one unpacks to more than maxBytes.
 * Cost:   the file, one unpacked element and the arrays are held in memory.
 */
export function parseMat(bytes: Uint8Array, names: readonly string[], where = "mat", { maxBytes = defaultMaxBytes }: ReadOptions = {}): Record<string, MatArray> {
  const little = readHeader(bytes, where);
  const file = sourceOf(bytes, little, where);
  const found = new Map<string, MatArray>();
  const others: string[] = [];
  for (let at = headerLength; at < bytes.length;) {
    const element = elementAt(file, at, bytes.length);
    at = element.end;
    const matrix = matrixOf(file, element, maxBytes, names);
    if (matrix === undefined) continue;
    const { name, read } = matrix;
    if (!names.includes(name)) others.push(name);
    else if (found.has(name)) throw damaged(where, `the variable ${name} is there twice`);
    else found.set(name, read());
  }
  for (const name of names) {
    if (!found.has(name)) {
      const has = [...found.keys(), ...others].map((own) => JSON.stringify(own.slice(0, 40)));
      throw new FileError({ where, problem: `there is no variable ${name}; ${has.length === 0 ? "there is none at all" : `there are ${has.slice(0, 10).join(", ")}`}.`, expected: `the variables ${names.join(" and ")}.`, mend: "take the file as it is published, or save these variables." });
    }
  }
  return Object.fromEntries(names.map((name) => [name, found.get(name)!]));
}

/** Whether the file is little-endian. Errors: FileError when it is no Level 5 MAT-file. */
function readHeader(bytes: Uint8Array, where: string): boolean {
  const isHdf5 = (at: number) => [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[at + i] === byte);
  const wrongVersion = (version: string) => new FileError({ where, problem: `the file is a MAT-file of version ${version}.`, expected: "version 5 (which MATLAB calls 5, 6 or 7).", mend: 'save it again: save(file, "X", "y", "-v7") in MATLAB, scipy.io.savemat in Python.' });
  if (isHdf5(0) || isHdf5(512)) throw wrongVersion("7.3 (HDF5)");
  if (looksLikeVersion4(bytes)) throw wrongVersion("4");
  if (bytes.length < headerLength) throw damaged(where, `its ${bytes.length} bytes are less than the header of a MAT-file`);
  const order = String.fromCharCode(bytes[126], bytes[127]);
  if (order !== "IM" && order !== "MI") {
    throw new FileError({ where, problem: "the file is no MAT-file: the mark of its byte order is missing.", expected: "a MAT-file of version 5, with IM or MI at byte 126.", mend: "take the .mat file as it is published." });
  }
  const little = order === "IM";
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint16(124, little);
  if (version === 0x0200) throw wrongVersion("7.3 (HDF5)");
  if (version !== 0x0100) throw damaged(where, `its header names version 0x${version.toString(16).padStart(4, "0")}, not 0x0100`);
  return little;
}

/** Version 5 begins with text; version 4 with five integers: a type below 5000, rows, columns, 0 or 1, the length of a name. */
function looksLikeVersion4(bytes: Uint8Array): boolean {
  if (bytes.length < 20 || !bytes.subarray(0, 4).includes(0)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 20);
  return [true, false].some((little) => view.getUint32(0, little) < 5000 && view.getUint32(12, little) <= 1 && view.getUint32(16, little) > 0);
}

function sourceOf(bytes: Uint8Array, little: boolean, where: string): Source {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), little, where };
}

/** The element whose tag stands at `at`, and which ends by `limit`. */
function elementAt({ view, little, where }: Source, at: number, limit: number): Element {
  const cut = () => damaged(where, `it is cut short: the element at byte ${at} goes beyond byte ${limit}`);
  if (at + tagLength > limit) throw cut();
  const word = view.getUint32(at, little);
  const small = word >>> 16;
  if (small > 0) {
    if (small > 4) throw damaged(where, `the small element at byte ${at} claims ${small} bytes, and 4 have room`);
    return { type: word & 0xffff, start: at + 4, length: small, end: at + tagLength };
  }
  const length = view.getUint32(at + 4, little);
  const start = at + tagLength;
  const end = start + (word === compressedType ? length : Math.ceil(length / 8) * 8);
  if (end > limit) throw cut();
  return { type: word, start, length, end };
}

/** The name of the variable in a top-level element, and how to read it; undefined for what is no variable. */
function matrixOf(file: Source, element: Element, maxBytes: number, wanted: readonly string[]): { name: string; read(): MatArray } | undefined {
  if (element.type === matrixType) return readMatrix(file, element);
  if (element.type !== compressedType) return undefined;
  const packed = file.bytes.subarray(element.start, element.start + element.length);
  const where = `${file.where}, compressed element at byte ${element.start - tagLength}`;
  const tag = sourceOf(unpackStart(packed, tagLength, "zlib", where), file.little, where);
  const [type, length] = [tag.view.getUint32(0, file.little), tag.view.getUint32(4, file.little)];
  if (type !== matrixType) return undefined;
  const known = nameInStart(packed, length, file.little, where);
  if (known !== undefined && !wanted.includes(known)) return { name: known, read: () => { throw damaged(where, "it was not asked for"); } };
  const content = sourceOf(unpackWhole(packed, tagLength + length, "zlib", where, maxBytes), file.little, where);
  return readMatrix(content, elementAt(content, 0, content.bytes.length));
}

/** The name of a packed variable, from its first bytes, so that one nobody wants is not unpacked; undefined if it begins oddly. */
function nameInStart(packed: Uint8Array, length: number, little: boolean, where: string): string | undefined {
  const count = tagLength + Math.min(length, 512);
  try {
    const start = sourceOf(unpackStart(packed, count, "zlib", where), little, where);
    return openingOf(start, tagLength, count).name;
  } catch (error) {
    if (error instanceof FileError) return undefined; // met again, and said, when the whole is read
    throw error;
  }
}

interface Opening {
  flags: number;
  shape: number[];
  name: string;
  /** Where the real part begins. */
  end: number;
}

/** Flags, dimensions and name: the first three elements of a matrix. */
function openingOf(source: Source, at: number, limit: number): Opening {
  const { view, little, where } = source;
  const flags = elementAt(source, at, limit);
  if (flags.type !== uint32Type || flags.length !== 8) throw damaged(where, `the array at byte ${at} does not begin with its flags`);
  const dimensions = elementAt(source, flags.end, limit);
  if (dimensions.type !== int32Type || dimensions.length % 4 !== 0 || dimensions.length < 8) throw damaged(where, `the array at byte ${at} has no dimensions`);
  const shape = Array.from({ length: dimensions.length / 4 }, (_, axis) => view.getInt32(dimensions.start + 4 * axis, little));
  if (shape.some((size) => size < 0)) throw damaged(where, `the array at byte ${at} has a negative dimension`);
  const name = elementAt(source, dimensions.end, limit);
  if (name.type !== int8Type) throw damaged(where, `the array at byte ${at} has no name`);
  return { flags: view.getUint32(flags.start, little), shape, name: new TextDecoder("latin1").decode(source.bytes.subarray(name.start, name.start + name.length)), end: name.end };
}

function readMatrix(source: Source, { start, length }: Element): { name: string; read(): MatArray } {
  const limit = start + length;
  if (length === 0) return { name: "", read: () => { throw damaged(source.where, "an array is empty"); } };
  const opening = openingOf(source, start, limit);
  return { name: opening.name, read: () => realPart(source, opening, limit) };
}

function realPart(source: Source, { flags, shape, name, end }: Opening, limit: number): MatArray {
  const where = `${source.where}, variable ${name}`;
  const className = classNames[flags & 0xff] ?? `${flags & 0xff}`;
  if (!readClasses.has(className) || (flags & complexFlag) !== 0) {
    throw new FileError({ where, problem: `it is ${(flags & complexFlag) !== 0 ? "complex" : `of class ${className}`}.`, expected: "a real array of class uint8 or double.", mend: "convert it before saving: uint8(X)." });
  }
  const part = elementAt(source, end, limit);
  if (part.end !== limit) throw damaged(where, `${limit - part.end} bytes follow its elements`);
  const type = numberTypes[part.type];
  if (type === undefined || (className === "uint8" && part.type !== uint8Type)) throw damaged(where, `its elements are of type ${part.type}, which is not one for class ${className}`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count * type.width !== part.length) throw damaged(where, `shape ${shapeText(shape)} needs ${count * type.width} bytes, and there are ${part.length}`);
  if (part.type === uint8Type) return { className, shape, data: new Uint8Array(source.bytes.subarray(part.start, part.start + count)) };
  return { className, shape, data: Float64Array.from({ length: count }, (_, at) => type.read(source.view, part.start + at * type.width, source.little)) };
}
