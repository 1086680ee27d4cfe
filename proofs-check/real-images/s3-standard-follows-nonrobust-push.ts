import { defineImageClaim, everywhere, imageControls, paired, saysT } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "s3-standard-follows-nonrobust-push", title: "S3: at equal budget the standard network follows the non-robust push more than the robust one",
  statement: "The standard network answers t on more images pushed under standard networks than on the same images pushed under a robust one, by as many steps in the same ball.",
  maths: "t_{\\mathrm{std}}(NR_2) > t_{\\mathrm{std}}(R_2)", predicted: "standard network: answers t on the conflict set above those on R2", strength: "beyond chance", required: 0.9, requiredIn: everywhere,
  observable({ standard, sets, parts: { conflict, R2 } }) {
    const [own, other] = [saysT(standard, conflict, sets), saysT(standard, R2, sets)];
    return paired(sets.labels.length, (image) => own(image) - other(image));
  },
  controls: [imageControls.placebo],
});
