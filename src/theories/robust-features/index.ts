/** lemmagrad/robust-features: the theory of Li & Li (arXiv 2410.08503), made exact in docs/theory. */
export { energies, makeSetting, nonRobustPatchCount, referencePoint, type Setting, settingNames } from "./setting.ts";
export { sampleData, sampleState, type PatchData, type State } from "./data.ts";
export { patchNetwork } from "./network.ts";
export { type Features, inject, makeThreat, nonRobustSubspace, suppress, threatNames } from "./threats.ts";
export { classMeans, cleanLogits, gradientCosine, probeWeights, residualGram, robustPartOfLogit, type WeightProbe } from "./probes.ts";
export { simulate, type SimulateOptions, type Simulation } from "./simulate.ts";
export { type CoupledPredictionOptions, coupledPredictionRun, type CoupledPredictionSpec, operationsOf, trainingRun, type TrainingRunOptions } from "./experiment.ts";
export type { RunRecord, RunSpec, ThreatSpec } from "./run-record.ts";
export * from "./closed-forms.ts";
export * from "./hypotheses.ts";
export { type InitialState, reducedDynamics, type ReducedOptions, type ReducedRun } from "./reduced-dynamics.ts";
export { coupledDynamics, coupledNoisePoints, type CoupledOptions, type CoupledState } from "./coupled-dynamics.ts";
export * from "./reference-runs.ts";
export * from "./record-views.ts";
export * from "./figures.ts";
