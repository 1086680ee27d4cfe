/**
 * What the report says first, for a reader who knows no more than the paper's abstract.
 *
 * Source: Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled (words); docs/theories/benign-overfitting (symbols and values).
 */
import type { Opening } from "../../claims/index.ts";
import { referencePoint, signalToNoise, thresholdQuantity } from "./setting.ts";

const { n, d, m, q, mu, sigmaP, sigma0, eta } = referencePoint;
const rounded = (value: number): string => String(Number(value.toPrecision(3)));

export const reportOpening: Opening = {
  title: "Benign overfitting, run",
  paragraphs: [
    "Cao, Chen, Belkin & Gu (arXiv 2202.06526) ask when a network that fits its training data perfectly, noise included, still does well on new data. An input is two patches: one carries the signal, plus or minus a fixed vector that gives the label; the other is random noise that says nothing about it. A two-layer network can get its training labels right by learning the signal, or by memorising the noise patch of every sample.",
    "Which of the two happens is a race between two growth laws, and the race has a threshold: with n samples and a signal-to-noise ratio SNR, it lies where n times SNR to the power q is a constant. This report trains the network on both sides, writes its weights as signal plus noise, and compares with equations that know the initial weights alone. Nobody here had the paper at hand: the setting is recalled, and every formula is derived in the documentation.",
  ],
  sentences: [
    { says: "The weights are their start, plus a multiple of the signal, plus a multiple of each training sample's noise", claims: ["b01", "b02"] },
    { says: "Where n SNR^q is large the signal is learned, and the test error is small", claims: ["b04"] },
    { says: "Where it is small the noise is memorised: the training loss is small, the test error that of a coin", claims: ["b05"] },
    { says: "(ours) Which one comes first is settled by the initial weights, through two times in closed form", claims: ["b06"] },
    { says: "(ours) The threshold lies where those times are equal, and falls with n to the power -1/q", claims: ["b07", "b08"] },
    { says: "(ours) Equations without any interaction between samples predict the whole training", claims: ["b03"] },
  ],
  limits: [
    "The paper's statements hold with high probability under conditions on orders of magnitude; here are a few sizes, with the numbers given.",
    "Labels are balanced rather than drawn, and the constants are ours.",
  ],
  lead: ["b05", "b04"],
  symbols: [
    { symbol: "y,\\ \\mu,\\ \\xi", meaning: "label (-1 or +1), signal, noise patch: an input is the two patches y mu and xi, with xi at right angles to mu", value: `||mu|| = ${mu}` },
    { symbol: "n,\\ d,\\ m,\\ q", meaning: "training samples, dimension of a patch, neurons of each sign, power of the ReLU", value: `${n}, ${d}, ${m}, ${q}` },
    { symbol: "\\sigma_p,\\ \\mathrm{SNR}", meaning: "standard deviation of the noise; ||mu|| over sigma_p sqrt(d), the typical length of a noise patch", value: `${sigmaP}, ${rounded(signalToNoise(referencePoint))}; n SNR^q = ${rounded(thresholdQuantity(referencePoint))}` },
    { symbol: "\\gamma_{j,r},\\ \\rho_{j,r,i}", meaning: "how much of the signal, and of sample i's noise, neuron r of sign j has taken up" },
    { symbol: "\\sigma_0,\\ \\eta", meaning: "standard deviation of the initial weights, step size of gradient descent", value: `${sigma0}, ${eta}` },
    { symbol: "T_s,\\ T_n", meaning: "the step at which the signal, or the noise, patches add 0.1 to the mean of y f: when it is learned" },
  ],
};
