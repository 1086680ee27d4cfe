import { existsSync, readdirSync, readFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import type { Results } from "../../src/claims/index.ts";
import { build, lemmagrad, start, temporaryFolder, testClaims } from "../support/command-line.ts";

beforeAll(build);
const folder = temporaryFolder();
const verifyTest = (out: string, ...words: string[]) => ["verify", "--claims", testClaims, "--out", join(folder, out), ...words];
const read = (out: string): Results => JSON.parse(readFileSync(join(folder, out, "results.json"), "utf8")) as Results;

/** results.json without the one part that may differ between equal runs. */
function comparable(out: string): unknown {
  const { environment, ...rest } = read(out);
  expect(Object.keys(environment)).toEqual(["node", "platform", "backend", "workers", "startedAt", "seconds"]);
  return rest;
}

const until = async (condition: () => boolean, what: string): Promise<void> => {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 400) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
};
const storedRuns = (out: string): string[] => {
  const store = join(folder, out, ".runs");
  return existsSync(store) ? readdirSync(store).filter((name) => name.endsWith(".run")) : [];
};

describe("verify", () => {
  it("ends with 0 when every verdict is the recorded one, says the cost first, and writes three files", async () => {
    const { code, stdout, stderr } = await lemmagrad(...verifyTest("plain", "t01-quick", "t04"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^lemmagrad: 2 claims, quick plan: 10 runs \(.* operations\), about .* on \d+ workers?, up to \d+ MB of memory\.\n/) as string });
    expect(stdout).toMatch(/t01-quick +✓ supported +same +3\/3/);
    expect(stdout).toContain(`report: ${join(folder, "plain/index.html")}`);
    expect(readdirSync(join(folder, "plain")).sort()).toEqual(["index.html", "results.json", "results.schema.json"]);
    const schema = JSON.parse(readFileSync(join(folder, "plain/results.schema.json"), "utf8")) as object;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(read("plain")), JSON.stringify(validate.errors)).toBe(true);
  });

  it("takes seeds until a sequential test decides, says so beforehand, and gives the same on one worker and on three", async () => {
    const { code, stdout, stderr } = await lemmagrad(...verifyTest("sequential-1", "t05", "t01", "--workers", "1"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^lemmagrad: 2 claims, quick plan: at most 22 runs /) as string });
    expect(stdout).toMatch(/t05-sequential +✓ supported +same +7\/7/);
    expect(stdout).toContain("Of 2 statements that a claim's failure rate is below its limit, 0 hold at 95 % when looked at alone, and 0 together");
    await lemmagrad(...verifyTest("sequential-3", "t05", "t01", "--workers", "3"));
    expect(comparable("sequential-3")).toEqual(comparable("sequential-1"));
    const { claims, family } = read("sequential-1");
    expect(claims.find(({ id }) => id === "t05-sequential")).toMatchObject({ sequential: { p1: 0.3, most: 20, decision: "below" }, rerun: expect.stringContaining("--seeds 20 ") as string });
    // 0.95^3 and 0.7^7
    expect(family.members.map(({ pValue }) => pValue)).toEqual([expect.closeTo(0.857375, 9), expect.closeTo(0.0823543, 9)]);
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(join(folder, "sequential-1/results.schema.json"), "utf8")) as object);
    expect(validate(read("sequential-1")), JSON.stringify(validate.errors)).toBe(true);
  });

  it("ends with 1 when a verdict differs, and names the claim", async () => {
    const { code, stderr } = await lemmagrad(...verifyTest("differs", "t01", "t02"));
    expect(code).toBe(1);
    expect(stderr).toContain("1 verdict not as recorded: t02-wrongly-recorded is supported, recorded contradicted.");
    expect(read("differs").claims.map(({ verdict }) => verdict)).toEqual(["supported", "supported"]);
  });

  it("gives the same results on one thread and on two, with either backend", async () => {
    await lemmagrad(...verifyTest("w1", "t01", "t04", "--workers", "1"));
    await lemmagrad(...verifyTest("w2", "t01", "t04", "--workers", "2"));
    await lemmagrad(...verifyTest("reference", "t01", "t04", "--workers", "2", "--backend", "reference"));
    expect(comparable("w2")).toEqual(comparable("w1"));
    expect(comparable("reference")).toEqual(comparable("w1"));
    expect(read("reference").environment).toMatchObject({ backend: "reference", workers: 2 });
  });

  it("--json prints results.json and nothing else on standard output", async () => {
    const { code, stdout } = await lemmagrad(...verifyTest("json", "t01", "--json", "--seeds", "2", "--seed", "5"));
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(join(folder, "json/results.json"), "utf8"));
    const results = JSON.parse(stdout) as Results;
    expect(results.claims[0].perSeed.map(({ seed }) => seed)).toEqual([5, 6]);
    expect(results.claims[0].rerun).toBe(`npx lemmagrad verify t01-quick --plan quick --seeds 2 --seed 5 --claims ${testClaims}`);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("%s ends it with 130 and the line that goes on; --resume gives the results of an uninterrupted run", async (signal) => {
    const out = `stopped-${signal}`;
    const words = verifyTest(out, "t03", "t04", "--seeds", "6", "--workers", "1");
    const { child, ended } = start(words);
    await until(() => storedRuns(out).length >= 3, "three stored runs");
    child.kill(signal);
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining(`npx lemmagrad verify t03 t04 --plan quick --seeds 6 --seed 1 --workers 1 --out ${join(folder, out)} --claims ${testClaims} --resume`) as string });
    expect(existsSync(join(folder, out, "results.json"))).toBe(false);
    const resumed = await lemmagrad(...words, "--resume");
    expect(resumed.code).toBe(0);
    expect(existsSync(join(folder, out, ".runs"))).toBe(false);
    await lemmagrad(...verifyTest(`whole-${signal}`, "t03", "t04", "--seeds", "6"));
    expect(comparable(out)).toEqual(comparable(`whole-${signal}`));
  });

  it("goes on after kill -9, computes damaged runs again, and gives the results of an uninterrupted run", async () => {
    const words = verifyTest("killed", "t03", "--seeds", "8", "--workers", "1");
    const { child, ended } = start(words);
    await until(() => storedRuns("killed").length >= 4, "four stored runs");
    child.kill("SIGKILL");
    expect(await ended).toMatchObject({ code: null, signal: "SIGKILL" });
    const store = join(folder, "killed/.runs");
    const [first, second] = storedRuns("killed").map((name) => join(store, name));
    const bytes = readFileSync(first);
    bytes[bytes.length - 3] ^= 1;
    writeFileSync(first, bytes);
    writeFileSync(second, readFileSync(second).subarray(0, 50));
    writeFileSync(join(store, "half.run.999999999.tmp"), "half");
    const resumed = await lemmagrad(...words, "--resume");
    expect(resumed.code).toBe(0);
    expect(resumed.stderr.match(/is damaged; it is computed again/g)).toHaveLength(2);
    expect(existsSync(store)).toBe(false);
    await lemmagrad(...verifyTest("whole-8", "t03", "--seeds", "8"));
    expect(comparable("killed")).toEqual(comparable("whole-8"));
  });

  it("discards the runs of an interrupted verification without --resume, and says so", async () => {
    mkdirSync(join(folder, "left/.runs"), { recursive: true });
    writeFileSync(join(folder, "left/.runs/0.run"), "old");
    const { stderr } = await lemmagrad(...verifyTest("left", "t01"));
    expect(stderr).toContain("1 finished run of an interrupted verification discarded; --resume would have kept them.");
  });

  it("finds an output folder that cannot be written before it computes anything", async () => {
    writeFileSync(join(folder, "file"), "in the way");
    const { code, stdout, stderr } = await lemmagrad(...verifyTest("file/report", "t01"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^FileError: --out .*file\/report: nothing can be written there: it, or a folder above it, is a file\.\n {2}Expected .*\n {2}Mend: .*\n$/);
    mkdirSync(join(folder, "blocked/index.html"), { recursive: true });
    expect(await lemmagrad(...verifyTest("blocked", "t01"))).toMatchObject({ code: 2, stderr: expect.stringContaining("a folder is in the way") as string });
  });

  it.each([
    [["t04-trians"], 'there is no claim "t04-trians"', "did you mean t04-trains?"],
    [["t4"], 'there is no claim "t4"', "did you mean t04?"],
    [["t0"], '"t0" could be t01-quick or t02-wrongly-recorded', "a beginning that only one claim has"],
    [["--seeds", "0"], "option '--seeds <n>' argument '0' is invalid", "Expected an integer >= 1"],
    [["--seeds", "2.5"], "argument '2.5' is invalid", "Expected an integer >= 1"],
    [["--seed", "x"], "argument 'x' is invalid", "Expected an integer >= 0"],
    [["--plan", "quack"], "argument 'quack' is invalid", "Did you mean quick?"],
    [["--backend", "gpu"], "argument 'gpu' is invalid", "Expected one of wasm, reference"],
    [["--workers", "0"], "argument '0' is invalid", "Expected an integer >= 1"],
    [["--resumee"], "unknown option '--resumee'", "Did you mean --resume?"],
  ])("refuses %j in one paragraph and ends with 2", async (words, problem, way) => {
    const { code, stdout, stderr } = await lemmagrad(...verifyTest("refused", ...words));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(problem);
    expect(stderr).toContain(way);
    expect(stderr).not.toMatch(/\n\n|\n +at /);
  });

  it("refuses a folder without claims, a missing one, and a module that does not load", async () => {
    const broken = join(folder, "broken");
    mkdirSync(broken);
    expect(await lemmagrad("claims", "--claims", broken)).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no claim in this folder") as string });
    expect(await lemmagrad("claims", "--claims", join(folder, "nowhere"))).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no folder") as string });
    writeFileSync(join(broken, "x01-bad.mjs"), "export default { id: 3 };");
    expect(await lemmagrad("claims", "--claims", broken)).toMatchObject({ code: 2, stderr: expect.stringContaining("its default export is not a claim") as string });
    writeFileSync(join(broken, "x01-bad.mjs"), 'import "lemmagrad/clams";');
    expect(await lemmagrad("claims", "--claims", broken)).toMatchObject({ code: 2, stderr: expect.stringContaining("the module does not load") as string });
  });

  it("leaves a claim without a quick plan to the full one, and says so; asked for by name it is an error", async () => {
    const long = join(folder, "long");
    mkdirSync(long);
    const lucky = JSON.stringify(join(testClaims, "lucky.mjs"));
    writeFileSync(join(long, "x03-short.mjs"), `import { luckyClaim } from ${lucky};\nexport default luckyClaim("x03-short", 1, "supported");`);
    writeFileSync(join(long, "x04-long.mjs"), `import { luckyClaim } from ${lucky};\nconst claim = luckyClaim("x04-long", 1, "supported");\nexport default { ...claim, plan: { ...claim.plan, quick: null } };`);
    const verifyLong = (out: string, ...words: string[]) => lemmagrad("verify", ...words, "--claims", long, "--out", join(folder, out));
    const quick = await verifyLong("long-quick");
    expect(quick).toMatchObject({ code: 0, stderr: expect.stringContaining("1 more claim in the full plan only (--plan full): x04-long.") as string });
    expect(quick.stdout).not.toContain("x04-long");
    expect((await verifyLong("long-full", "--plan", "full")).stdout).toContain("x04-long");
    expect(await verifyLong("long-named", "x04")).toMatchObject({ code: 2, stderr: expect.stringMatching(/x04-long takes too long for the quick plan[^]*add --plan full/) as string });
  });

  it("says where an experiment failed, and shows the stack under --debug alone", async () => {
    const failing = join(folder, "failing");
    mkdirSync(failing);
    writeFileSync(join(failing, "x02-throws.mjs"), `import { luckyClaim } from ${JSON.stringify(join(testClaims, "lucky.mjs"))};
const claim = luckyClaim("x02-throws", 1, "supported");
claim.experiments.draw.run = () => { throw new TypeError("no such number"); };
export default claim;`);
    const plain = await lemmagrad("verify", "--claims", failing, "--out", join(folder, "failed"));
    expect(plain).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/TypeError: no such number\n {2}Met in: test\/lottery, experiment "draw", seed \d\./) as string });
    expect(plain.stderr).not.toContain("    at ");
    expect((await lemmagrad("verify", "--claims", failing, "--out", join(folder, "failed"), "--debug")).stderr).toContain("x02-throws.mjs");
  });
});
