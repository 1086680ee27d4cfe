import { defineImageClaim, everywhere, imageControls, paired, saysT } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "m3-nonrobust-answers-fall", title: "M3: adversarial training follows the non-robust content less",
  statement: "On the conflict set (images of class c pushed towards t) the adversarially trained network answers t on fewer images than the standard one.",
  maths: "t_{\\mathrm{adv}} < t_{\\mathrm{std}}", predicted: "answers t on the conflict set: adversarial below standard", strength: "plain", requiredIn: everywhere,
  observable({ standard, adversarial, sets, parts: { conflict } }) {
    const [a, s] = [saysT(adversarial, conflict, sets), saysT(standard, conflict, sets)];
    return paired(sets.labels.length, (image) => s(image) - a(image));
  },
  controls: [imageControls.radius0],
});
