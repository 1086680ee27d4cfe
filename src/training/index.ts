export { type AscentLoss, marginLoss, meanCrossEntropy, perSampleLoss } from "./losses.ts";
export { type GradientThreat, gradientThreat, lossGradient, type ThreatModel, type Victim, checkRadius } from "./threat-model.ts";
export { fgm, fgsm, gradientAscent, pgd, pgdLinf, type PgdOptions } from "./gradient-threats.ts";
export { descentStep, type DescentStep, type Network, type TrainingProblem } from "./descent.ts";
export { accuracy, correct, robustAccuracy } from "./accuracy.ts";
export { adam, type Optimizer, sgd, type Stepped } from "./optimizers.ts";
export { epochBatches } from "./batch-order.ts";
export { oneHotTargets, targetLoss, type TargetLoss } from "./target-losses.ts";
