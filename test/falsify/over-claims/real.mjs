/** Not a claim: what the over-claims beside it start from. They are the real claims, as built, with one thing too many promised. */
export { default as growthLaw } from "../../../dist/proofs-check/robust-features/p01-growth-law.js";
export { default as preference } from "../../../dist/proofs-check/robust-features/p04-standard-training-prefers-nonrobust.js";

/** The hypotheses without some; each of those must be there, or nothing was dropped. */
export function without(hypotheses, names) {
  for (const name of names) if (!hypotheses.some((one) => one.name === name)) throw new Error(`there is no hypothesis "${name}" to drop.`);
  return hypotheses.filter(({ name }) => !names.includes(name));
}

/** A claim that drops hypotheses: `ofPoint` of its region and of its runs, `ofDraw` of its runs alone. */
export function dropping(claim, ofPoint, ofDraw) {
  return {
    ...claim,
    hypotheses: (runs, seed) => without(claim.hypotheses(runs, seed), [...ofPoint, ...ofDraw]),
    region: { ...claim.region, hypotheses: (point) => without(claim.region.hypotheses(point), ofPoint) },
  };
}
