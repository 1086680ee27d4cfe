import { Ajv2020 } from "ajv/dist/2020.js";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileError } from "../../src/errors/index.ts";
import { resultsJson, resultsJsonSchema } from "../../src/report/results-schema.ts";
import { writeReport } from "../../src/report/write.ts";
import { sampleResults } from "../support/sample-results.ts";

describe("the schema of results.json", () => {
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(resultsJsonSchema);
  const written = (): Record<string, any> => JSON.parse(resultsJson(sampleResults()));

  it("accepts what is written, and an empty list of claims", () => {
    expect(validate(written()), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(JSON.parse(resultsJson(sampleResults({ claims: [] }))))).toBe(true);
  });

  it.each<[string, (document: Record<string, any>) => void]>([
    ["a missing part", (document) => { delete document.seed; }],
    ["a part that does not exist", (document) => { document.claims[0].figure = {}; }],
    ["a verdict of its own", (document) => { document.claims[0].verdict = "proved"; }],
    ["a bound above one", (document) => { document.claims[0].seeds.lower95 = 74; }],
    ["a bound that is not a number", (document) => { document.claims[0].seeds.lower95 = null; }],
    ["a family without its joint statement", (document) => { delete document.family.joint; }],
    ["an unknown way of judging", (document) => { document.claims[0].judged = "by eye"; }],
    ["half a sequential test", (document) => { document.claims[0].sequential = { p0: 0.01, p1: 0.05 }; }],
    ["half a seed", (document) => { document.claims[0].seeds.n = 2.5; }],
    ["a margin in words", (document) => { document.claims[0].hypotheses[0].margin = "wide"; }],
    ["claims that are not a list", (document) => { document.claims = {}; }],
  ])("rejects %s", (_what, spoil) => {
    const document = written();
    spoil(document);
    expect(validate(document)).toBe(false);
  });

  it("takes a margin that is not finite as null", () => {
    const results = sampleResults();
    results.claims[0].hypotheses[0].margin = Infinity;
    const document = JSON.parse(resultsJson(results));
    expect(document.claims[0].hypotheses[0].margin).toBeNull();
    expect(validate(document)).toBe(true);
  });
});

describe("resultsJson", () => {
  it("leaves the figures out and orders keys alike, however the object was built", () => {
    const results = sampleResults();
    const reversed = Object.fromEntries(Object.entries(results).reverse()) as unknown as typeof results;
    expect(resultsJson(reversed)).toBe(resultsJson(results));
    expect(resultsJson(results)).not.toMatch(/"(control)?[fF]igure"/);
    expect(resultsJson(results).startsWith('{\n  "schema"')).toBe(true);
  });
});

describe("writeReport", () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), "lemmagrad-report-")); });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("makes the folder and leaves three files, also the second time", async () => {
    const dir = join(folder, "deep", "report");
    await writeReport(dir, sampleResults(), "<p>one</p>");
    const written = await writeReport(dir, sampleResults(), "<p>two</p>");
    expect((await readdir(dir)).sort()).toEqual(["index.html", "results.json", "results.schema.json"]);
    expect(await readFile(written.page, "utf8")).toBe("<p>two</p>");
    expect(JSON.parse(await readFile(written.schema, "utf8"))).toEqual(JSON.parse(JSON.stringify(resultsJsonSchema)));
  });

  it("says what is in the way when the folder is a file, or lies under one", async () => {
    const file = join(folder, "report");
    await writeFile(file, "");
    for (const dir of [file, join(file, "deeper")]) {
      const error = await writeReport(dir, sampleResults(), "").catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FileError);
      expect((error as Error).message).toContain("it, or a folder above it, is a file.");
      expect((error as Error).message).toContain("Mend: name another folder with --out");
    }
  });

  it("leaves no temporary file when a rename fails", async () => {
    await mkdir(join(folder, "index.html"));
    await expect(writeReport(folder, sampleResults(), "")).rejects.toThrow(FileError);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
