/** Shapes as they stand in messages: [32, 16]; a scalar is []. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
