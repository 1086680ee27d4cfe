import { expect, it } from "vitest";
import { classesOf, makeSetting, neuronsAt, noiseCarried, simulate } from "../../../src/theories/robust-features/index.ts";

it("noiseCarried is the spread of what the neuron that learns v gathers along u", () => {
  const setting = makeSetting({ k: 2, m: 2, P: 50, d: 4, N: 2, alpha: 1, beta: 0.5, sigma0: 0.01, sigmaN: 0.02, eta: 0.02 });
  const gathered = Array.from({ length: 80 }, (_, seed) => simulate({ setting, mode: "standard", threat: { name: "gradientAscent", loss: "margin" }, steps: 80, logEvery: 80, cosineEvery: 0, evaluate: [] }, seed + 1).record)
    .flatMap((run) => classesOf(run).flatMap((i) => {
      const [v0, v] = [neuronsAt(run, "V", 0, i), neuronsAt(run, "V", 1, i)];
      const b = v.indexOf(Math.max(...v));
      // a neuron that begins silent on the robust patch, so that the law adds nothing
      const [u0, u] = [neuronsAt(run, "U", 0, i)[b], neuronsAt(run, "U", 1, i)[b]];
      return v[b] > 0.3 && u0 < -0.01 ? [(u - u0) / noiseCarried(setting, v[b] - v0[b])] : [];
    }));
  expect(gathered.length).toBeGreaterThan(15);
  const spread = Math.sqrt(gathered.reduce((sum, z) => sum + z * z, 0) / gathered.length);
  // of n normal numbers the spread is within 4 / sqrt(2 n) of 1
  expect(Math.abs(spread - 1)).toBeLessThan(4 / Math.sqrt(2 * gathered.length));
});
