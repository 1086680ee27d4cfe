import { defineImageClaim, everywhere, imageControls, paired, pushFools, right, saysT } from "lemmagrad/images";

export const imageClaim = defineImageClaim({
  id: "s2-standard-follows-nonrobust", title: "S2: where both contents disagree, the standard network follows the non-robust one",
  statement: "On the conflict set the standard network answers t on more images than c, where the push makes the networks it was built with say t on 70 % or more.",
  maths: "t_{\\mathrm{std}} > c_{\\mathrm{std}}", predicted: "standard network on the conflict set: t above c", strength: "plain", required: 0.9, requiredIn: everywhere,
  hypotheses: (sets) => [pushFools(sets)],
  observable({ standard, sets, parts: { conflict } }) {
    const [t, c] = [saysT(standard, conflict, sets), right(standard, conflict, sets.labels)];
    return paired(sets.labels.length, (image) => t(image) - c(image));
  },
  controls: [imageControls.random],
});
