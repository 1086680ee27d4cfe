/** The same training in NumPy, with the gradient written by hand from the loss: another language, another derivation. */
import { expect, it } from "vitest";
import { elements } from "../../../src/ndarray/index.ts";
import { makeSetting, sampleData, sampleWeights, simulate } from "../../../src/theories/benign-overfitting/index.ts";
import { describeWithNumpy, runNumpy } from "../../support/numpy.ts";

const script = `
import json, sys, numpy as np
s = json.loads(sys.argv[1])
X = np.array(s["X"]).reshape(s["n"], 2, s["d"]); y = np.array(s["y"]); W = np.array(s["W"]).reshape(2, s["m"], s["d"])
q, m, n = s["q"], s["m"], s["n"]
def f(W):
    z = np.einsum("jrd,npd->njrp", W, X)
    F = (np.maximum(z, 0) ** q).sum((2, 3)) / m
    return z, F[:, 1] - F[:, 0]
losses = []
for t in range(s["steps"] + 1):
    z, out = f(W)
    losses.append(float(np.log1p(np.exp(-y * out)).mean()))
    if t == s["steps"]: break
    # d loss / d f = -y / (1 + exp(y f)); d f / d w_jr = j/m sum_p q z^(q-1) x_p
    g = -y / (1 + np.exp(y * out)) / n
    J = np.array([-1.0, 1.0])
    W = W - s["eta"] * np.einsum("n,j,njrp,npd->jrd", g, J, q * np.maximum(z, 0) ** (q - 1), X) / m
print(json.dumps(losses))
`;

describeWithNumpy("training in NumPy", () => {
  it.each([3, 4])("gives the same losses at every step, q = %i", (q) => {
    const setting = makeSetting({ n: 6, d: 30, m: 3, q, sigmaP: 0.2, mu: 0.9, sigma0: q === 3 ? 0.2 : 0.4, eta: 1.5 });
    const data = sampleData(setting, 11);
    const { loss } = simulate({ setting, steps: 80, logEvery: 1, testSamples: 0 }, 11);
    const theirs = JSON.parse(runNumpy(script, JSON.stringify({ ...setting, steps: 80, X: Array.from(elements(data.X)), y: Array.from(data.labels, (label) => (label === 1 ? 1 : -1)), W: Array.from(elements(sampleWeights(setting, 11))) }))) as number[];
    expect(loss[80]).toBeLessThan(0.6);
    theirs.forEach((value, t) => expect(Math.abs(loss[t] / value - 1)).toBeLessThan(1e-11));
  });
});
