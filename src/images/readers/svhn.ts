/**
 * SVHN, cropped digits ("Format 2"): a Level 5 MAT-file with X, [32, 32, 3, N] uint8, and y, [N, 1], where label 10 is the
 * digit 0. MATLAB stores the first index fastest, so X is put into the order image, channel, row, column.
 *
 * Source: the page of the Street View House Numbers dataset (Netzer and others), "Format 2: Cropped Digits".
 */
import { FileError, shapeText } from "../../errors/index.ts";
import type { LabelledImages, ReadOptions } from "./limits.ts";
import { type MatArray, parseMat } from "./mat.ts";

const [channels, side, labelOfZero] = [3, 32, 10];

/**
 * Images and labels of an SVHN file of cropped digits; the label of an image is its digit. `where` names the file in
 * messages.
 *
 * Shapes: pixels of [N, 3, 32, 32].
 * Errors: FileError when the file is no MAT-file of version 5, X is not 32x32x3xN uint8, y has not one label an image, or
 *         a label is not an integer from 1 to 10.
 */
export function parseSvhn(bytes: Uint8Array, where = "svhn", options: ReadOptions = {}): LabelledImages {
  const { X, y } = parseMat(bytes, ["X", "y"], where, options);
  const count = imageCount(X, where);
  return { pixels: inRows(X.data as Uint8Array), shape: [channels, side, side], labels: digits(y, count, where) };
}

function imageCount({ className, shape, data }: MatArray, where: string): number {
  // MATLAB drops trailing axes of size 1: a single image is 32x32x3
  const [rows, columns, planes, count = 1, ...more] = shape;
  if (className !== "uint8" || !(data instanceof Uint8Array) || rows !== side || columns !== side || planes !== channels || more.length > 0 || count === 0) {
    throw new FileError({ where: `${where}, variable X`, problem: `it is ${className} of shape ${shapeText(shape)}.`, expected: "uint8 of shape [32, 32, 3, N].", mend: "take the cropped digits of SVHN: train_32x32.mat, test_32x32.mat." });
  }
  return count;
}

/** Every plane transposed: the row was the fastest index, the column shall be. */
function inRows(columnMajor: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(columnMajor.length);
  const plane = side * side;
  for (let start = 0; start < columnMajor.length; start += plane) {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) pixels[start + row * side + column] = columnMajor[start + row + column * side];
    }
  }
  return pixels;
}

function digits({ shape, data }: MatArray, count: number, where: string): Int32Array {
  if (shape.length !== 2 || !shape.includes(1) || data.length !== count) {
    throw new FileError({ where: `${where}, variable y`, problem: `it has shape ${shapeText(shape)}, and X has ${count} images.`, expected: `shape [${count}, 1]: one label an image.`, mend: "take images and labels from one file." });
  }
  const labels = new Int32Array(count);
  for (let image = 0; image < count; image++) {
    const label = data[image];
    if (!Number.isInteger(label) || label < 1 || label > labelOfZero) {
      throw new FileError({ where: `${where}, variable y`, problem: `the label of image ${image} is ${label}.`, expected: "integers from 1 to 10, where 10 is the digit 0.", mend: "write labels as SVHN does." });
    }
    labels[image] = label % labelOfZero;
  }
  return labels;
}
