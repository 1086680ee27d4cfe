/** The runs that several claims share, so that each is made once. */
import { trainingRun } from "./experiment.ts";
import { referencePoint, signalLengthAt } from "./setting.ts";

/** The reference point, far on the signal's side: n SNR^q = 10.3. */
export const signalRun = trainingRun({ steps: 400, decompose: true, testSamples: 1000 });

/** Length of the signal at which n SNR^q is 0.1, otherwise the reference point; and a run there, long enough to memorise the noise. */
export const faintSignal = signalLengthAt(0.1, referencePoint);
export const noiseRun = trainingRun({ steps: 1000, decompose: true, testSamples: 1000, setting: { mu: faintSignal } });

/** Twenty noise patches in 22 dimensions, the fewest there can be, are far from orthogonal; their length is kept. */
export const crowdedNoise = { d: 22, sigmaP: 0.2 } as const;

/** n SNR^q of races: two on either side of where the closed forms put the threshold of most draws. */
export const raceValues = [1, 2, 4, 8] as const;
