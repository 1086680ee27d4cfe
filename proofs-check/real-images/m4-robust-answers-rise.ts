import { defineImageClaim, everywhere, imageControls, paired, right } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "m4-robust-answers-rise", title: "M4: adversarial training follows the robust content more",
  statement: "On the conflict set the adversarially trained network answers c, the class that the image is of, on more images than the standard one.",
  maths: "c_{\\mathrm{adv}} > c_{\\mathrm{std}}", predicted: "answers c on the conflict set: adversarial above standard", strength: "plain", requiredIn: everywhere,
  observable({ standard, adversarial, sets, parts: { conflict } }) {
    const [a, s] = [right(adversarial, conflict, sets.labels), right(standard, conflict, sets.labels)];
    return paired(sets.labels.length, (image) => a(image) - s(image));
  },
  controls: [imageControls.radius0],
});
