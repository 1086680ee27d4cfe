/** lemmagrad/benign-overfitting: the theory of Cao, Chen, Belkin & Gu (arXiv 2202.06526), made exact in docs/theories/benign-overfitting. */
export { makeSetting, referencePoint, type Setting, settingNames, signalLengthAt, signalToNoise, thresholdQuantity } from "./setting.ts";
export { type Data, sampleData, sampleTest, sampleWeights, type Variation } from "./data.ts";
export { signalNoiseNetwork } from "./network.ts";
export { type Coefficients, decomposition, noiseGram, type Products, productsOf } from "./decomposition.ts";
export { coefficientDynamics, type CoefficientRun, type DynamicsInput } from "./coefficient-dynamics.ts";
export { learnedLevel, type LearningTimes, learningTimes, predictedThreshold, signalTimes, thresholdValue, typicalLead, typicalTimes } from "./closed-forms.ts";
export type { RunRecord, RunSpec } from "./run-record.ts";
export { simulate, testErrorOf } from "./simulate.ts";
export { operationsOf, type ThresholdRecord, thresholdRun, type ThresholdSpec, trainingRun, type TrainingRunOptions } from "./experiment.ts";
export * from "./record-views.ts";
export * from "./hypotheses.ts";
export * from "./figures.ts";
export * from "./reference-runs.ts";
export { parameterBox, parameterRegion, phaseCoordinates, phasePresets, type RegionOptions, settingAt, stepsAt } from "./region.ts";
export { reportOpening } from "./report-opening.ts";
