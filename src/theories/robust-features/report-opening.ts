/**
 * What the report says first, for a reader who knows no more than the paper's abstract.
 *
 * Source: Li & Li, arXiv 2410.08503, abstract (words); docs/theory, sections 1 to 8 (symbols and values).
 */
import type { Opening } from "../../claims/index.ts";
import { energies, nonRobustPatchCount, referencePoint } from "./setting.ts";

const { k, m, P, d, sR, alpha, beta, sigmaN, sigma0, q, rho, eta, eps, e, N } = referencePoint;
const { A, B } = energies(referencePoint);
const rounded = (value: number): string => String(Number(value.toPrecision(3)));

export const reportOpening: Opening = {
  title: "The claims of the theory, run",
  paragraphs: [
    "Li & Li (arXiv 2410.08503) ask why ordinary training gives networks that a tiny, well-chosen change of the input can fool, and why training on such changes helps. They study data made of patches. Each class has two features: a robust one, large but on few patches, and a non-robust one, small but on almost all patches. A change of the input that is too small to remove the first can remove the second.",
    "A small two-layer network is trained in two ways. Standard training takes the data as they are. Adversarial training first moves every input a little, by gradient ascent, to where the network does worst, and then learns from what it moved.",
    "This report really trains that network, many times, with different random draws (seeds). Every prediction was written down before the seeds that test it were looked at, every condition of the theory is checked first (several were sharpened later, where a search found a prediction to fail), and every check is repeated under a change (a control) that must break it. These are experiments at the sizes stated, not proofs.",
  ],
  sentences: [
    { says: "Standard training learns primarily the non-robust feature", claims: ["p01", "p02", "p03", "p04"] },
    { says: "so adversarial examples exist, along the negative direction of the non-robust feature", claims: ["p05", "p06"] },
    { says: "Adversarial training strengthens the robust feature and suppresses the non-robust one", claims: ["p07-saturation", "p08-no-freeze", "p09"] },
    { says: "and thereby improves robustness", claims: ["p10-adversarial-training-is-robust", "p11"] },
    { says: "(ours) A few equations that know only the initial weights predict the whole training", claims: ["p00"] },
    { says: "(ours) There are attacks of the same size, outside the theory, that no such network withstands", claims: ["p12"] },
    { says: "(ours) How training goes against other attacks: on the loss itself, or of full length from the first step", claims: ["p07-cross-entropy-ascent-lets-the-nonrobust-feature-back", "p08-normalised-attacks-freeze", "p10-pgd-training-is-robust-to-what-it-saw"] },
    { says: "(ours) The orders of growth that the theory gives as the problem gets larger", claims: ["p13"] },
  ],
  limits: [
    "“Robust” always means: against the attacks that are named. Against an attack that adds another class's robust feature even the adversarially trained network fails.",
    "Nothing here is about real images: the data are those of the theory.",
    "An order of growth is judged on a few sizes; a share of seeds has an interval, and both are given.",
  ],
  lead: ["p09", "p04", "p00"],
  symbols: [
    { symbol: "u_i,\\ v_i", meaning: "the robust and the non-robust feature of class i: directions in the space of a patch, all at right angles to each other" },
    { symbol: "U_i,\\ V_i", meaning: "how far the network has learned them: the largest inner product of class i's neurons with u_i, and with v_i" },
    { symbol: "\\alpha,\\ \\beta", meaning: "size of the robust feature on its patches, and of the non-robust one on its own", value: `${alpha}, ${beta}` },
    { symbol: "s_R,\\ s_N", meaning: "number of patches of a sample that carry the robust feature, and the non-robust one; together P", value: `${sR}, ${nonRobustPatchCount(referencePoint)}; P = ${P}` },
    { symbol: "A,\\ B", meaning: "energies s_R alpha^q and s_N beta^q: the larger one tends to be learned first", value: `${rounded(A)}, ${rounded(B)}; A/B = ${rounded(A / B)}` },
    { symbol: "k,\\ m,\\ d,\\ N", meaning: "classes, neurons a class, dimensions of a patch, training samples", value: `${k}, ${m}, ${d}, ${N}` },
    { symbol: "F_y,\\ p_y", meaning: "the network's output for the true class, and the probability it gives that class" },
    { symbol: "q,\\ \\rho", meaning: "power and width of the smoothed ReLU's bend: z^q/(q rho^(q-1)) up to rho, straight beyond", value: `${q}, ${rho}` },
    { symbol: "\\sigma_0,\\ \\sigma_n", meaning: "standard deviation of the initial weights, and of the noise on every coordinate of a patch", value: `${sigma0}, ${sigmaN}` },
    { symbol: "\\eta,\\ T", meaning: "step size of gradient descent, and number of steps", value: `${eta}; 300 standard, 600 adversarial` },
    { symbol: "\\epsilon,\\ e", meaning: "the most that an attack may move a patch (l2), and the step of the gradient ascent that finds it", value: `${eps}, ${e}` },
    { symbol: "T_u,\\ T_v", meaning: "the step at which the robust, and the non-robust, patches first add 0.3 to F_y: when a feature is learned" },
    { symbol: "\\nu", meaning: "size of a neuron's weights without their parts along the features" },
  ],
};
