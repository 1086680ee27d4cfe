/** The network of a plan: one object a shape, so that everything compiled for it is shared. */
import type { ImageNetwork } from "../network-type.ts";
import { type ImagePlan, imageShapeOf } from "./plan.ts";
import { smallCnn } from "./small-cnn.ts";

const made = new Map<string, ImageNetwork>();

export function networkOf({ dataset, widths }: Pick<ImagePlan, "dataset" | "widths">): ImageNetwork {
  const key = `${imageShapeOf(dataset).join("x")} ${widths.join("-")}`;
  let network = made.get(key);
  if (network === undefined) made.set(key, (network = smallCnn({ image: imageShapeOf(dataset), classes: 10, widths })));
  return network;
}
