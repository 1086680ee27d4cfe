/**
 * The closed forms of standard training under random amplitudes, momentum and mini-batches: those of another, plain setting.
 *
 * On the bend a patch of amplitude a x adds (a x)^q z^(q-1) / rho^(q-1), so the energy is s E[(a x)^q]: the amplitude a E[x^q]^(1/q) has the
 * same one. Heavy ball moves 1/(1-mu) as far once its memory is full. Batches of an epoch add up to all samples.
 *
 * Source: derived in docs/theory, section 8, variations.
 */
import { expF64, logF64 } from "../../../kernels/index.ts";
import { makeSetting, type Setting } from "../setting.ts";
import { amplitudeMoment, isVaried, variationNames } from "../variations.ts";
import type { Feature } from "./growth.ts";
import { learnedLevel, sizeOnBendAtLevel } from "./learning-time.ts";

/** The plain setting with the same energies and pace; `setting` itself if nothing is varied. */
export function equivalentSetting(setting: Setting): Setting {
  if (!isVaried(setting)) return setting;
  const { alpha, beta, eta, q, alphaSpread = 0, betaSpread = 0, momentum = 0 } = setting;
  const effective = (amplitude: number, spread: number) => amplitude * expF64(logF64(amplitudeMoment(spread, q)) / q);
  const plain = Object.fromEntries(Object.entries(setting).filter(([name]) => !(variationNames as readonly string[]).includes(name)));
  return makeSetting({ ...plain, alpha: effective(alpha, alphaSpread), beta: effective(beta, betaSpread), eta: eta / (1 - momentum) });
}

/**
 * What momentum adds to a learning time of the equivalent setting: tau [1 + (q-1) ln(z_l/z_0)], tau = mu/(1-mu): the memory fills, and then
 * the step lags tau behind the gradient, which grows by the factor (z_l/z_0)^(q-1). Units: steps; 0 without momentum.
 *
 * Dropped: the second order in (tau + 1/2) times the relative growth of the gradient in a step.
 */
export function momentumDelay(setting: Setting, feature: Feature, initialSize: number, level: number = learnedLevel): number {
  const { momentum = 0, q } = setting;
  const target = sizeOnBendAtLevel(equivalentSetting(setting), feature, level);
  if (!(initialSize > 0 && initialSize < target)) return 0;
  return (momentum / (1 - momentum)) * (1 + (q - 1) * logF64(target / initialSize));
}
