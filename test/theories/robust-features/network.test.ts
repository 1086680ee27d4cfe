import { expect, it } from "vitest";
import { fromBuffer } from "lemmagrad";
import { patchNetwork } from "lemmagrad/robust-features";
import { smoothedReluAt } from "../../../src/theories/robust-features/smoothed-relu-scalar.ts";
import { stream } from "../../../src/random/index.ts";
import { numbers, onEachBackend } from "../../support/arrays.ts";

it.each([[1, 1, 1, 2, 2, 2], [3, 5, 2, 3, 4, 3], [4, 2, 5, 7, 6, 4]])("patchNetwork is the four nested sums (N=%i P=%i k=%i m=%i d=%i q=%i)", (N, P, k, m, d, q) => {
  const random = stream(5, "test network");
  const X = random.fillNormal(new Float64Array(N * P * d), 1);
  const W = random.fillNormal(new Float64Array(k * m * d), 0.5);
  const bend = { q, rho: 0.7 };
  onEachBackend(() => {
    const F = numbers(patchNetwork(bend)(fromBuffer(W, [k, m, d]), fromBuffer(X, [N, P, d])));
    for (let n = 0; n < N; n++) {
      for (let i = 0; i < k; i++) {
        let expected = 0;
        for (let r = 0; r < m; r++) {
          for (let p = 0; p < P; p++) {
            let z = 0;
            for (let l = 0; l < d; l++) z += W[(i * m + r) * d + l] * X[(n * P + p) * d + l];
            expected += smoothedReluAt(z, bend);
          }
        }
        // at most 50 positive terms of size < 10, each of a few rounded products
        expect(Math.abs(F[n * k + i] - expected)).toBeLessThanOrEqual(1e-13 * (1 + expected));
      }
    }
  });
});
