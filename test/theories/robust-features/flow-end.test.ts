import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flowEnd, largestAt, makeSetting, simulate } from "../../../src/theories/robust-features/index.ts";

describe("flowEnd", () => {
  it("depends on the step size and the number of steps through their product: it is a flow", () => {
    fc.assert(fc.property(
      fc.integer({ min: 0, max: 60 }), fc.integer({ min: 20, max: 120 }), fc.constantFrom(3, 4), fc.constantFrom(1, 3),
      (v0, steps, q, finer) => {
        const setting = makeSetting({ k: 3, m: 2, d: 10, P: 150, N: 3, q, rho: 0.15, eta: 0.04, alpha: 1, beta: 0.4 });
        const [u, v] = [[0.02, -0.01], [0.005 + v0 / 2000, 0.004]];
        const coarse = flowEnd(setting, u, v, steps);
        const fine = flowEnd({ ...setting, eta: setting.eta / 2 ** finer }, u, v, steps * 2 ** finer);
        // p is held while F grows by at most a quarter, so what is left to learn is right within a fraction of that
        expect(Math.abs(coarse.robustPart + coarse.nonRobustPart - fine.robustPart - fine.nonRobustPart)).toBeLessThan(0.25);
        for (const key of ["robust", "nonRobust"] as const) coarse[key].forEach((size, r) => expect(Math.abs(size / fine[key][r] - 1)).toBeLessThan(0.1));
      },
    ), { numRuns: 60 });
  });

  it("ends where the network does also when one step takes a class through the bend", () => {
    const setting = makeSetting({ k: 2, m: 3, P: 286, d: 14, N: 2, alpha: 1, beta: 0.43, rho: 0.2, sigma0: 0.034, eta: 0.05, eps: 0.5, sigmaN: 0.001 });
    const { record } = simulate({ setting, mode: "standard", threat: { name: "gradientAscent", loss: "margin" }, steps: 60, logEvery: 60, cosineEvery: 0, evaluate: [] }, 14);
    const seen = largestAt(record, "V", -1);
    for (const i of [0, 1]) {
      const { nonRobust } = flowEnd(setting, record.U.subarray(i * 3, i * 3 + 3), record.V.subarray(i * 3, i * 3 + 3), 60);
      expect(Math.max(...nonRobust) / seen[i]).toBeGreaterThan(0.9);
      expect(Math.max(...nonRobust) / seen[i]).toBeLessThan(1.1);
    }
  });
});
