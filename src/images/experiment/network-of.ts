/** The network of a plan: one object for a data set and widths, so that everything compiled for it is shared. */
import { convolutionalNetwork } from "../network/index.ts";
import type { ImageNetwork } from "../network-type.ts";
import { type ImagePlan, imageShapeOf, meanPixels } from "./plan.ts";

const made = new Map<string, ImageNetwork>();

export function networkOf({ dataset, widths }: Pick<ImagePlan, "dataset" | "widths">): ImageNetwork {
  const key = `${dataset} ${widths.join("-")}`;
  let network = made.get(key);
  if (network === undefined) made.set(key, (network = convolutionalNetwork({ image: imageShapeOf(dataset), classes: 10, widths, centre: meanPixels[dataset] })));
  return network;
}
