export { fgsmAttack, type ImageTraining, radiusShare, trainImages, type TrainingAttack } from "./train.ts";
