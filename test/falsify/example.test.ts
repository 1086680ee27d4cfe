import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { Claim } from "../../src/claims/index.ts";
import { readExamples } from "../../src/cli/kept-examples.ts";
import { exampleFrom, exampleKind, exampleText, type KeptExample, replay } from "../../src/falsify/index.ts";
import { messageOf } from "../support/message-of.ts";
import { repository } from "../support/command-line.ts";
import { number, square, toyRegionClaim } from "./toy.ts";

const kept: KeptExample = { kind: exampleKind, claim: "toy-region", point: { x: 0.9, y: 0.8 }, seeds: [3], outcome: "fails", observed: "value 1.7 (outside)", note: "made up" };

describe("a kept example", () => {
  it("comes back from its text, and is replayed", () => {
    expect(exampleFrom(exampleText(kept), "here")).toEqual(kept);
    const claim = (promised: number) => toyRegionClaim({ box: square, inside: (point) => promised - number(point, "x") - number(point, "y"), value: (point) => number(point, "x") + number(point, "y") });
    expect(replay(claim(2), kept)).toMatchObject({ outcome: "fails", observed: "value 1.7000000000000002 (outside)".replace("000000000000002", "") });
    expect(replay(claim(1), kept).outcome).toBe("outside");
    expect(replay(claim(2), { ...kept, point: { x: 0, y: 0 } }).outcome).toBe("holds");
  });
  it.each([
    ["{", "it is not JSON"], ["null", "it is no kept example"], ["{}", "it is no kept example"], [exampleText({ ...kept, seeds: [] }), "it is no kept example"],
    [exampleText({ ...kept, outcome: "maybe" as never }), "it is no kept example"], [exampleText({ ...kept, kind: "other" as never }), "it is no kept example"],
  ])("is refused when it is %j", (text, problem) => {
    expect(messageOf(() => exampleFrom(text, "here"))).toContain(`FileError: here: ${problem}`);
  });
});

/** Every example beside a claim of ours: what it says must still be so. */
const theories = join(repository, "proofs-check");
const examples = readdirSync(theories, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readExamples(join(theories, name, "examples")).map(({ path, example }) => ({ ...example, path, module: join(theories, name, `${example.claim}.ts`), file: path.slice(theories.length + 1) })));

describe(`the ${examples.length} kept examples of our claims`, () => {
  it("are all read: as many as there are files", () => {
    const files = readdirSync(theories, { recursive: true, encoding: "utf8" }).filter((path) => /[\\/]examples[\\/].*\.json$/.test(path));
    process.stdout.write(`${files.length} kept examples of counterexamples\n`);
    expect(examples.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
    for (const { module, file } of examples) expect(existsSync(module), `${file} names a claim that there is`).toBe(true);
  });
  for (const { file, module, ...example } of examples) {
    it(`${file} is as it says: ${example.outcome}`, async () => {
      const { default: claim } = (await import(pathToFileURL(module).href)) as { default: Claim };
      const { outcome, observed } = replay(claim, example);
      expect(outcome, `observed: ${observed}; when it was kept: ${example.observed}`).toBe(example.outcome);
    });
  }
});
