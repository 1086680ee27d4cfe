import { defineImageClaim, everywhere, imageControls, paired, right } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "m5-gap-between-sets-rises", title: "M5: the gap between robust and non-robust set rises",
  statement: "Accuracy on R minus accuracy on NR1 is larger for the adversarially trained network than for the standard one of the same seed: what it lost and what it kept differ in kind.",
  maths: "(R - NR_1)_{\\mathrm{adv}} > (R - NR_1)_{\\mathrm{std}}", predicted: "accuracy on R less that on NR1: adversarial above standard", strength: "beyond chance", required: 0.9, requiredIn: everywhere,
  observable({ standard, adversarial, sets, parts: { R } }) {
    const [aR, aN] = [right(adversarial, R, sets.labels), right(adversarial, "NR1", sets.labels)];
    const [sR, sN] = [right(standard, R, sets.labels), right(standard, "NR1", sets.labels)];
    return paired(sets.labels.length, (image) => aR(image) - aN(image) - (sR(image) - sN(image)));
  },
  controls: [imageControls.placebo],
});
