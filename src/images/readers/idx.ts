/**
 * IDX, the format of MNIST: two zero bytes, the element type, the number of axes, each size as a big-endian 32-bit
 * integer, then the elements in row-major order. Plain or gzipped.
 *
 * Source: "The IDX file format", on the page of the MNIST database (LeCun, Cortes, Burges).
 */
import { FileError, shapeText } from "../../errors/index.ts";
import { damaged, defaultMaxBytes, type ReadOptions } from "./limits.ts";
import { isGzip, unpackStart, unpackWhole } from "./unpack.ts";

export interface IdxArray {
  shape: number[];
  /** Elements in row-major order; of a plain file, a view of its bytes. */
  data: Uint8Array;
}

const unsignedByte = 0x08;
const otherTypes: Readonly<Record<number, string>> = { 0x09: "int8", 0x0b: "int16", 0x0c: "int32", 0x0d: "float32", 0x0e: "float64" };

/**
 * The array of unsigned bytes held by an IDX file, plain or gzipped; `where` names it in messages.
 *
 * Errors: FileError when it is no IDX file of unsigned bytes, cut short, damaged, or longer than its sizes say;
 *         ResourceError when it unpacks to more than maxBytes.
 */
export function parseIdx(bytes: Uint8Array, where = "idx", { maxBytes = defaultMaxBytes }: ReadOptions = {}): IdxArray {
  const packed = isGzip(bytes);
  const start = (count: number): Uint8Array => {
    if (packed) return unpackStart(bytes, count, "gzip", where);
    if (bytes.length < count) throw damaged(where, `its ${bytes.length} bytes end inside the header`);
    return bytes.subarray(0, count);
  };
  const [zero, alsoZero, type, axes] = start(4);
  if (zero !== 0 || alsoZero !== 0 || axes === 0 || !(type === unsignedByte || type in otherTypes)) {
    throw new FileError({
      where, problem: `the first four bytes are ${[zero, alsoZero, type, axes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}.`,
      expected: "an IDX file: 00 00 08 03 for images, 00 00 08 01 for labels.", mend: "name the MNIST files as they are published; images and labels are different files.",
    });
  }
  if (type !== unsignedByte) throw new FileError({ where, problem: `the elements are ${otherTypes[type]}.`, expected: "unsigned bytes (type 08).", mend: "write the file again with unsigned bytes." });
  const headerLength = 4 + 4 * axes;
  const header = start(headerLength);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  const content = packed ? unpackWhole(bytes, headerLength + count, "gzip", where, maxBytes) : bytes;
  if (content.length !== headerLength + count) throw damaged(where, `shape ${shapeText(shape)} needs ${count} bytes, and ${content.length - headerLength} follow the header`);
  return { shape, data: new Uint8Array(content.buffer, content.byteOffset + headerLength, count) }; // not subarray: a Buffer's is a Buffer
}
