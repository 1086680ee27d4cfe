/**
 * The binary version of CIFAR-10: records of one label byte and 3072 pixel bytes (red, green, blue; each plane row by
 * row), and nothing else. How many records there are follows from the length alone. Plain or gzipped.
 *
 * Source: "Binary version", on the page of the CIFAR-10 dataset (Krizhevsky).
 */
import { FileError } from "../../errors/index.ts";
import { damaged, defaultMaxBytes, type LabelledImages, type ReadOptions } from "./limits.ts";
import { gzipLength, isGzip, unpackWhole } from "./unpack.ts";

const [channels, side, classes] = [3, 32, 10];
const imageSize = channels * side * side;
const record = 1 + imageSize;

/**
 * Images and labels of a CIFAR-10 batch in the binary version; `where` names it in messages.
 *
 * Shapes: pixels of [N, 3, 32, 32].
 * Errors: FileError when the length is no multiple of 3073, there is no record, a label is not 0 to 9, or a gzip stream
 *         is damaged; ResourceError when it unpacks to more than maxBytes.
 */
export function parseCifar10(bytes: Uint8Array, where = "cifar10", { maxBytes = defaultMaxBytes }: ReadOptions = {}): LabelledImages {
  const content = isGzip(bytes) ? unpackWhole(bytes, checkedLength(gzipLength(bytes, where), where), "gzip", where, maxBytes) : bytes;
  const count = checkedLength(content.length, where) / record;
  // before any memory is taken: a file that is something else is seen by its labels
  for (let image = 0; image < count; image++) checkLabel(content[image * record], image, where);
  const pixels = new Uint8Array(count * imageSize);
  const labels = new Int32Array(count);
  for (let image = 0; image < count; image++) {
    labels[image] = content[image * record];
    pixels.set(content.subarray(image * record + 1, (image + 1) * record), image * imageSize);
  }
  return { pixels, shape: [channels, side, side], labels };
}

function checkedLength(length: number, where: string): number {
  if (length === 0) throw damaged(where, "it is empty");
  if (length % record !== 0) throw damaged(where, `${length} bytes are ${Math.floor(length / record)} records of ${record} and ${length % record} bytes more`);
  return length;
}

function checkLabel(label: number, image: number, where: string): void {
  if (label >= classes) {
    throw new FileError({ where, problem: `the label of image ${image} is ${label}.`, expected: "labels from 0 to 9, each the first byte of a record of 3073.", mend: "take the binary version of CIFAR-10 (cifar-10-binary.tar.gz), not the Python or MATLAB version, and not CIFAR-100." });
  }
}
