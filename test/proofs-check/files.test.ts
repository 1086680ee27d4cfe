import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { basePoint, type Claim, isPooled, type Theory } from "../../src/claims/index.ts";

/** The claims of a theory's folder, whose theory.ts says what they have in common. */
async function claimsOf(theory: string): Promise<{ file: string; claim: Claim }[]> {
  const folder = new URL(`../../proofs-check/${theory}/`, import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "theory.ts");
  return Promise.all(files.map(async (file) => ({ file, claim: ((await import(new URL(file, folder).href)) as { default: Claim }).default })));
}
const [first, second] = [await claimsOf("robust-features"), await claimsOf("benign-overfitting")];
const claims = [...first, ...second];

describe("claim files", () => {
  it("are all found: every prediction P1 to P13, and the reduced dynamics", () => {
    const numbers = new Set(first.map(({ claim }) => claim.id.slice(0, 3)));
    expect([...numbers].toSorted()).toEqual(["p00", "p01", "p02", "p03", "p04", "p05", "p06", "p07", "p08", "p09", "p10", "p11", "p12", "p13"]);
  });
  it("of the second theory: B1 to B8, and no number twice in either", () => {
    expect(second.map(({ claim }) => claim.id.slice(0, 3)).toSorted()).toEqual(["b01", "b02", "b03", "b04", "b05", "b06", "b07", "b08"]);
    expect(new Set(claims.map(({ claim }) => claim.id)).size).toBe(claims.length);
  });
  it.each(["robust-features", "benign-overfitting"])("%s has a theory beside its claims, whose opening names claims that there are", async (name) => {
    const { default: theory } = (await import(new URL(`../../proofs-check/${name}/theory.ts`, import.meta.url).href)) as { default: Theory };
    expect(theory).toMatchObject({ kind: "theory", name });
    const ids = (name === "robust-features" ? first : second).map(({ claim }) => claim.id);
    for (const word of [...theory.opening!.sentences.flatMap(({ claims: own }) => own), ...theory.opening!.lead]) expect(ids.some((id) => id.startsWith(word)), word).toBe(true);
  });
  it.each(claims)("$file is named after its claim, cites words and formula, and names no theorem number", ({ file, claim }) => {
    expect(file).toBe(`${claim.id}.ts`);
    expect(claim.source.formula).toMatch(file.startsWith("b") ? /^docs\/theories\/benign-overfitting, B\d$/ : /^docs\/theory, (P\d+|section 7)$/);
    expect(JSON.stringify([claim.source, claim.statement])).not.toMatch(/(theorem|lemma|equation|proposition)\s*\d/i);
  });
  // a pooled prediction brings an interval of its own, and a proof on a box draws nothing
  const perSeed = claims.filter(({ claim }) => !isPooled(claim.prediction) && !claim.seedless);
  it.each(perSeed)("$file draws at least ten seeds in the quick plan and 59 in the full one, with control seeds", ({ claim }) => {
    expect(claim.plan.quick?.seeds).toBeGreaterThanOrEqual(10);
    expect(claim.plan.full.seeds).toBeGreaterThanOrEqual(59);
    expect(claim.plan.quick?.controlSeeds).toBeGreaterThanOrEqual(5);
  });
  it.each(["p04", "p05", "p06"])("the boundary of %s in a phase diagram counts the race that its hypotheses ask for", (number) => {
    const { region } = claims.find(({ claim }) => claim.id.startsWith(number))!.claim;
    expect(region!.typical!(basePoint(region!.box)).map(({ name }) => name)).toContain("race decided");
  });
});
