/** Two leading axes as one and back, for batching a primitive whose own first axis is a batch already. */
import type { Value } from "../autodiff/index.ts";
import { reshape } from "./reshape.ts";

/** [b, n, ...] -> [b n, ...]. */
export function merged(x: Value): Value {
  const [batch, samples, ...rest] = x.shape;
  return reshape(x, [batch * samples, ...rest]);
}

/** [b n, ...] -> [b, n, ...], the leading axes taken from `like`. */
export function unmerged(x: Value, like: Value): Value {
  return reshape(x, [like.shape[0], like.shape[1], ...x.shape.slice(1)]);
}
