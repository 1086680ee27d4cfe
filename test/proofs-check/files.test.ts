import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { basePoint, type Claim, isPooled } from "../../src/claims/index.ts";

const folder = new URL("../../proofs-check/robust-features/", import.meta.url);
const claims = await Promise.all(readdirSync(folder).filter((file) => file.endsWith(".ts")).map(async (file) => ({ file, claim: ((await import(new URL(file, folder).href)) as { default: Claim }).default })));

describe("claim files", () => {
  it("are all found: every prediction P1 to P13, and the reduced dynamics", () => {
    const numbers = new Set(claims.map(({ claim }) => claim.id.slice(0, 3)));
    expect([...numbers].toSorted()).toEqual(["p00", "p01", "p02", "p03", "p04", "p05", "p06", "p07", "p08", "p09", "p10", "p11", "p12", "p13"]);
  });
  it.each(claims)("$file is named after its claim, cites words and formula, and names no theorem number", ({ file, claim }) => {
    expect(file).toBe(`${claim.id}.ts`);
    expect(claim.source.formula).toMatch(/^docs\/theory, (P\d+|section 7)$/);
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
