export { type Ball, type Balls, boundsOf, checkBall, climb, greyRadius, type Norm } from "./ball.ts";
export { type Attacked, moveImage, type Target } from "./result.ts";
export { type ImagePgdOptions, pgdAttack, startAt } from "./pgd.ts";
export { apgdAttack, type ApgdOptions, checkpoints } from "./apgd.ts";
export { cleanRight, type Robustness, robustness, type RobustnessOptions, share } from "./robustness.ts";
