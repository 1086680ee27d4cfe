import { defineImageClaim, imageControls, onLinfDigits, paired, right } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "s1-standard-prefers-nonrobust-set", title: "S1: the standard network answers the non-robust set better than the robust one",
  statement: "The standard network is right on more of NR1 than of R.",
  maths: "\\mathrm{acc}_{\\mathrm{std}}(NR_1) > \\mathrm{acc}_{\\mathrm{std}}(R)", predicted: "standard network: accuracy on NR1 above that on R", strength: "beyond chance", required: 0.9, requiredIn: onLinfDigits,
  observable({ standard, sets, parts: { R } }) {
    const [n, r] = [right(standard, "NR1", sets.labels), right(standard, R, sets.labels)];
    return paired(sets.labels.length, (image) => n(image) - r(image));
  },
  controls: [imageControls.placebo],
});
