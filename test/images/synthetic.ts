/** Small files in the formats of the datasets, written here byte by byte, from pixels that a seed fixes. */
import { deflateSync, gzipSync } from "node:zlib";
import { stream } from "../../src/random/index.ts";

export function randomBytes(count: number, seed: number, below = 256): Uint8Array {
  const { integer } = stream(seed, "synthetic bytes");
  return Uint8Array.from({ length: count }, () => integer(0, below - 1));
}

export function concatenated(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export const gzipped = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

/** An IDX file of unsigned bytes. */
export function idxFile(shape: readonly number[], data: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, axis) => header.setUint32(4 + 4 * axis, size));
  return concatenated(new Uint8Array(header.buffer), data);
}

/** A CIFAR-10 batch; pixels are 3072 an image. */
export function cifarFile(labels: readonly number[], pixels: Uint8Array): Uint8Array {
  return concatenated(...labels.map((label, image) => concatenated(Uint8Array.of(label), pixels.subarray(image * 3072, (image + 1) * 3072))));
}

export interface MatOptions {
  little?: boolean;
  compressed?: boolean;
  /** Class of y, and the type its elements are stored as. */
  labels?: "uint8" | "double" | "double stored as uint8" | "double stored as int16";
  version?: number;
}

const classes = { double: 6, uint8: 9 };
const types = { int8: 1, uint8: 2, int16: 3, int32: 5, uint32: 6, double: 9, matrix: 14, compressed: 15 };

export function matWriter({ little = true, compressed = true, version = 0x0100 }: MatOptions = {}): {
  file(...elements: Uint8Array[]): Uint8Array;
  element(type: number, data: Uint8Array): Uint8Array;
  matrix(name: string, shape: readonly number[], className: keyof typeof classes | number, storage: "uint8" | "int16" | "double" | number, values: ArrayLike<number>, flags?: number): Uint8Array;
} {
  const words = (...values: number[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, at) => view.setInt32(4 * at, value, little));
    return new Uint8Array(view.buffer);
  };
  const element = (type: number, data: Uint8Array): Uint8Array => {
    if (data.length > 0 && data.length <= 4) {
      const small = new Uint8Array(8);
      small.set(words(data.length * 65536 + type));
      small.set(data, 4);
      return small;
    }
    return concatenated(words(type, data.length), data, new Uint8Array(type === types.compressed ? 0 : (8 - (data.length % 8)) % 8));
  };
  return {
    element,
    file(...elements) {
      const header = new Uint8Array(128);
      header.set(Buffer.from("MATLAB 5.0 MAT-file, written by a test".padEnd(116), "latin1"));
      new DataView(header.buffer).setUint16(124, version, little);
      header.set(Buffer.from(little ? "IM" : "MI", "latin1"), 126);
      return concatenated(header, ...elements);
    },
    matrix(name, shape, className, storage, values, flags = 0) {
      const type = typeof storage === "number" ? storage : types[storage];
      const width = type === types.double ? 8 : type === types.int16 ? 2 : 1;
      const view = new DataView(new ArrayBuffer(values.length * width));
      for (let at = 0; at < values.length; at++) {
        if (width === 8) view.setFloat64(8 * at, values[at], little);
        else if (width === 2) view.setInt16(2 * at, values[at], little);
        else view.setUint8(at, values[at]);
      }
      const whole = element(types.matrix, concatenated(
        element(types.uint32, words((typeof className === "number" ? className : classes[className]) + flags, 0)),
        element(types.int32, words(...shape)),
        element(types.int8, Buffer.from(name, "latin1")),
        element(type, new Uint8Array(view.buffer)),
      ));
      return compressed ? element(types.compressed, deflateSync(whole)) : whole;
    },
  };
}

/** An SVHN file; pixels in the order image, channel, row, column; labels from 1 to 10. */
export function svhnFile(labels: readonly number[], pixels: Uint8Array, options: MatOptions = {}): Uint8Array {
  const writer = matWriter(options);
  const inFile = new Uint8Array(pixels.length);
  for (let image = 0; image < labels.length; image++) {
    for (let channel = 0; channel < 3; channel++) {
      for (let row = 0; row < 32; row++) {
        for (let column = 0; column < 32; column++) inFile[row + 32 * (column + 32 * (channel + 3 * image))] = pixels[column + 32 * (row + 32 * (channel + 3 * image))];
      }
    }
  }
  const kind = options.labels ?? "uint8";
  const storage = kind === "double" ? "double" : kind === "double stored as int16" ? "int16" : "uint8";
  return writer.file(writer.matrix("X", [32, 32, 3, labels.length], "uint8", "uint8", inFile), writer.matrix("y", [labels.length, 1], kind === "uint8" ? "uint8" : "double", storage, labels));
}
