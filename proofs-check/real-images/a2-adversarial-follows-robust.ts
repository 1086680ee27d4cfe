import { defineImageClaim, everywhere, imageControls, paired, right, saysT } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "a2-adversarial-follows-robust", title: "A2: where both contents disagree, adversarial training follows the robust one",
  statement: "On the conflict set the adversarially trained network answers c on more images than t. In part this restates its robustness: the set is a targeted attack carried over from other networks.",
  maths: "c_{\\mathrm{adv}} > t_{\\mathrm{adv}}", predicted: "adversarial network on the conflict set: c above t", strength: "beyond chance", requiredIn: everywhere,
  observable({ adversarial, sets, parts: { conflict } }) {
    const [c, t] = [right(adversarial, conflict, sets.labels), saysT(adversarial, conflict, sets)];
    return paired(sets.labels.length, (image) => c(image) - t(image));
  },
  controls: [imageControls.noise],
});
