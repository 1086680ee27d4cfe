import { defineImageClaim, everywhere, imageControls, paired, right } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "m2-nonrobust-set-accuracy-falls", title: "M2: adversarial training answers the non-robust set worse",
  statement: "The adversarially trained network is right on fewer of NR1 (images that carry what standard networks see of another image) than the standard network of the same seed.",
  maths: "\\mathrm{acc}_{\\mathrm{adv}}(NR_1) < \\mathrm{acc}_{\\mathrm{std}}(NR_1)", predicted: "accuracy on NR1: adversarial below standard", strength: "plain", requiredIn: everywhere,
  observable({ standard, adversarial, sets }) {
    const [a, s] = [right(adversarial, "NR1", sets.labels), right(standard, "NR1", sets.labels)];
    return paired(sets.labels.length, (image) => s(image) - a(image));
  },
  controls: [imageControls.radius0],
});
