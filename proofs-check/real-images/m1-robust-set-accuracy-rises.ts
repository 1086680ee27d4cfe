import { defineImageClaim, imageControls, onLinfDigits, paired, right } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "m1-robust-set-accuracy-rises", title: "M1: adversarial training answers the robust set better",
  statement: "From the same weights and batches, the adversarially trained network is right on more of R (images that carry what a robust network sees of another image) than the standard one.",
  maths: "\\mathrm{acc}_{\\mathrm{adv}}(R) > \\mathrm{acc}_{\\mathrm{std}}(R)", predicted: "accuracy on R: adversarial above standard", strength: "plain", required: 0.9, requiredIn: onLinfDigits,
  observable({ standard, adversarial, sets, parts: { R } }) {
    const [a, s] = [right(adversarial, R, sets.labels), right(standard, R, sets.labels)];
    return paired(sets.labels.length, (image) => a(image) - s(image));
  },
  controls: [imageControls.placebo],
});
