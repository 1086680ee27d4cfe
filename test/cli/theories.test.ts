/** Claims by theory: which ones a verification takes, with and without --theory, of theories that the runner has never heard of. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Results } from "../../src/claims/index.ts";
import { claimsOfTheory, theoriesOf } from "../../src/cli/load-claims.ts";
import { costOf, measuredRate } from "../../src/cli/cost.ts";
import { build, lemmagrad, temporaryFolder, testClaims } from "../support/command-line.ts";

beforeAll(build);
const folder = temporaryFolder();
const claims = join(folder, "claims");
const lucky = JSON.stringify(join(testClaims, "lucky.mjs"));
const theory = (name: string, more = "") => `import { defineTheory } from "lemmagrad/claims";
export default defineTheory({ name: "${name}", title: "Theory of ${name}", opening: { title: "On ${name}", paragraphs: ["Words about ${name}."], sentences: [], limits: [], lead: [], symbols: [] }${more} });`;
const claim = (id: string) => `import { luckyClaim } from ${lucky};\nexport default luckyClaim("${id}", 1, "supported");`;
const put = (path: string, text: string) => {
  mkdirSync(join(claims, path, ".."), { recursive: true });
  writeFileSync(join(claims, path), text);
};
put("first/theory.mjs", theory("first"));
put("first/x01-one.mjs", claim("x01-one"));
put("first/deep/x02-two.mjs", claim("x02-two"));
put("aside/its-theory.mjs", theory("second", ", onlyWhenNamed: true"));
put("aside/y01-one.mjs", claim("y01-one"));
put("z01-none.mjs", claim("z01-none"));

let runs = 0;
async function verified(...words: string[]) {
  const out = join(folder, `out-${runs++}`);
  const { code, stderr } = await lemmagrad("verify", "--claims", claims, "--out", out, ...words);
  const ids = code === 2 ? [] : (JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as Results).claims.map(({ id }) => id);
  return { code, stderr, ids, page: code === 2 ? "" : readFileSync(join(out, "index.html"), "utf8") };
}

describe("verify", () => {
  it("takes the theories that are not left for their name, says which are, and opens the page with theirs", async () => {
    const { code, ids, stderr, page } = await verified();
    expect({ code, ids }).toEqual({ code: 0, ids: ["x01-one", "x02-two", "z01-none"] });
    expect(stderr).toContain("lemmagrad: not among them, unless named: --theory second; or --theory all.\n");
    expect(page).toContain("Words about first.");
    expect(page).not.toContain("Words about second.");
  });
  it("takes a theory by its name, or all, and reruns a claim by its id", async () => {
    const second = await verified("--theory", "second");
    expect(second.ids).toEqual(["y01-one"]);
    expect(second.page).toContain("Words about second.");
    expect(second.page).toContain("npx lemmagrad verify y01-one --plan quick");
    expect(second.stderr).not.toContain("not among them");
    const all = await verified("--theory", "all");
    expect(all.ids).toEqual(["x01-one", "x02-two", "y01-one", "z01-none"]);
    expect(all.page).toContain("The claims of 2 theories, run");
  });
  it("finds a claim that is named, whichever theory it belongs to; within a theory that is named, its own only", async () => {
    expect((await verified("y01")).ids).toEqual(["y01-one"]);
    expect(await verified("x01", "--theory", "second")).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no claim "x01"') as string });
  });
  it("refuses a theory that is not there, and two in one folder", async () => {
    expect(await verified("--theory", "secnod")).toMatchObject({ code: 2, stderr: expect.stringMatching(/--theory secnod: there is no such theory\.\n {2}Expected one of first, second, all\.\n {2}Mend: did you mean second\?/) as string });
    put("first/other.mjs", theory("third"));
    expect(await verified()).toMatchObject({ code: 2, stderr: expect.stringContaining("its folder has another theory, third") as string });
    writeFileSync(join(claims, "first/other.mjs"), "export const nothing = 1;");
  });
});

describe("claims", () => {
  it("are listed by theory, and say whose they are as JSON", async () => {
    const { stdout } = await lemmagrad("claims", "--claims", claims);
    const lines = stdout.split("\n").filter((line) => /^\S/.test(line));
    expect(lines).toEqual(["Theory of first", "x01-one  [supported]", "x02-two  [supported]", "z01-none  [supported]", "Theory of second", "y01-one  [supported]"]);
    expect(stdout).toContain("Theory of second\n    npx lemmagrad verify --theory second\n");
    const list = JSON.parse((await lemmagrad("claims", "--claims", claims, "--json")).stdout) as { id: string; theory?: string }[];
    expect(list.map(({ id, theory: own }) => [id, own])).toEqual([["x01-one", "first"], ["x02-two", "first"], ["y01-one", "second"], ["z01-none", undefined]]);
  });
});

describe("the pieces", () => {
  const loaded = (name: string | undefined, onlyWhenNamed = false) => ({ claim: { id: name ?? "none" } as never, ...(name === undefined ? {} : { theory: { kind: "theory" as const, name, title: name, onlyWhenNamed } }) });
  it("where every theory is left for its name, a verification takes all", () => {
    const all = [loaded("a", true), loaded("b", true)];
    expect(claimsOfTheory(all)).toEqual(all);
    expect(claimsOfTheory([...all, loaded(undefined)])).toEqual([loaded(undefined)]);
    expect(theoriesOf([...all, loaded("a", true)]).map(({ name }) => name)).toEqual(["a", "b"]);
  });
  it("a cost in seconds comes from a theory's own benchmark, and memory from the experiments", () => {
    const waits = (operations: number, milliseconds: number) => ({ kind: "t", spec: {}, operations, bytes: 3e6, run() { const end = performance.now() + milliseconds; while (performance.now() < end); } });
    const benchmark = { short: waits(1e6, 5), long: waits(5e6, 25) };
    // 4e6 operations in 20 ms
    expect(measuredRate(benchmark) / 2e8).toBeGreaterThan(0.3);
    expect(measuredRate(benchmark) / 2e8).toBeLessThan(1.5);
    const jobs = Array.from({ length: 10 }, () => ({ experiment: waits(1e9, 0) }));
    const theory = { kind: "theory" as const, name: "t", title: "t", benchmark };
    expect(costOf(jobs, 2, [undefined, theory]).seconds / 25).toBeGreaterThan(0.6);
    expect(costOf(jobs, 2, [undefined]).seconds).toBeCloseTo(1e10 / 2 / 3e9 + 10 * (0.03 / 2 + 0.01), 9);
    expect(costOf(jobs, 2, []).megabytes).toBe(220);
  });
});
