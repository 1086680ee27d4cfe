/** Images as they come, channels first, and as the layers take them, channels last. */
import type { Value } from "../../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../../errors/index.ts";
import { shown } from "../../errors/options.ts";
import { reshape, transpose } from "../../ops/index.ts";

export type ImageShape = readonly [channels: number, rows: number, columns: number];

/** Errors: ParameterError on what is no shape of an image. */
export function checkImageShape(where: string, image: ImageShape): void {
  if (!Array.isArray(image) || image.length !== 3 || image.some((length) => !Number.isInteger(length) || length < 1)) {
    throw new ParameterError({ where, problem: `the image is ${shown(image)}.`, expected: "[channels, rows, columns], integers >= 1." });
  }
}

/** Errors: ParameterError on a list that is not of so many integers >= 1. */
export function checkWidths(where: string, name: string, widths: readonly number[], words: string): void {
  if (!Array.isArray(widths) || widths.length !== words.split(", ").length || widths.some((width) => !Number.isInteger(width) || width < 1)) {
    throw new ParameterError({ where, problem: `${name} are ${shown(widths)}.`, expected: `[${words}], integers >= 1.` });
  }
}

/** [n, channels, rows, columns] -> [n, rows, columns, channels]; free with one channel. Errors: ShapeError on other images. */
export function channelsLast(where: string, images: Value, image: ImageShape): Value {
  if (images.shape.length !== 4 || image.some((length, axis) => length !== images.shape[axis + 1])) {
    throw new ShapeError({ where, problem: `the images have shape ${shapeText(images.shape)}.`, expected: `[n, ${image.join(", ")}]: images of ${image[0]} channels, ${image[1]} rows and ${image[2]} columns.` });
  }
  const [channels, rows, columns] = image;
  return channels === 1 ? reshape(images, [images.shape[0], rows, columns, 1]) : transpose(images, [0, 2, 3, 1]);
}
