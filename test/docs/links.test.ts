/** Links and paths in documents lead somewhere, and no file names a folder of the machine it was written on. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorsOf, brokenLinks, documentPaths, relativeLinks, root, textOf } from "../support/documents.ts";

describe("links", () => {
  it.each(documentPaths())("of %s lead to files and anchors", (path) => {
    expect(brokenLinks(path, textOf(path))).toEqual([]);
  });
  it("are found", () => {
    expect(relativeLinks(textOf("README.md")).length).toBeGreaterThan(3);
    expect(relativeLinks(textOf("docs/theory.md")).length).toBeGreaterThan(10);
  });
  it("that are broken are caught", () => {
    const markdown = ["# One more: title", "[a](no-such-file.md) [b](theory.md#no-such-anchor)", "[c](#nothing) [d](#one-more-title) [e](theory.md#p1)", '![f](images/none.png "title") <a href="../none">g</a>', "", "[h]: none.md", "[i](https://example.org/none) `[j](none)` $[k](none)$"].join("\n");
    expect(brokenLinks("docs/made-up.md", markdown)).toEqual([
      "docs/made-up.md:2: no-such-file.md leads to no file",
      "docs/made-up.md:2: theory.md#no-such-anchor leads to no anchor of docs/theory.md",
      "docs/made-up.md:3: #nothing leads to no anchor of docs/made-up.md",
      "docs/made-up.md:4: images/none.png leads to no file",
      "docs/made-up.md:4: ../none leads to no file",
      "docs/made-up.md:6: none.md leads to no file",
    ]);
  });
  it("may name headings the way code hosts do", () => {
    expect([...anchorsOf("# A `b` (c), d!\n## Twice\n## Twice\n```sh\n# no heading\n```\n### <a id=\"own\"></a>4. É")]).toEqual(["own", "a-b-c-d", "twice", "twice-1", "4-é"]);
  });
});

/** Code files named between backticks that are not there: paths from the root, or from the theory's folder. */
function missingCode(markdown: string): string[] {
  const theory = "src/theories/robust-features";
  const known = new Set(readdirSync(join(root, theory), { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/").split("/").at(-1)));
  return [...markdown.matchAll(/`([\w./-]+\.(?:ts|tsx|mjs|js|py|json))`/g)].map(([, path]) => path)
    .filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, theory, path)) && !(known.has(path) && !path.includes("/")));
}

describe("code named in docs/theory.md", () => {
  it("exists", () => {
    expect(missingCode(textOf("docs/theory.md"))).toEqual([]);
  });
  it("is caught when it does not", () => {
    expect(missingCode("`src/theories/robust-features/setting.ts` `closed-forms/growth.ts` `record-views.ts` `src/none.ts` `closed-forms/none.ts` `none.ts`")).toEqual(["src/none.ts", "closed-forms/none.ts", "none.ts"]);
  });
});

/** Absolute paths of somebody's machine in a text: this one's, and the usual homes. */
function machinePaths(text: string): string[] {
  const own = [dirname(join(root, ".")), homedir()].filter((path) => path.length > 1).map((path) => `${path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}[/\\\\]`);
  const homes = ["/home/\\w", "/Users/\\w", "/root/\\w", "[A-Za-z]:\\\\+Users\\\\+\\w"];
  return [...text.matchAll(new RegExp(`(?<![\\w.})\\]*~-])(?:${[...own, ...homes].join("|")})[^\\s"'\`),]*`, "g"))].map(([path]) => path);
}

describe("absolute paths of a machine", () => {
  const isClone = existsSync(join(root, ".git"));
  const tracked = isClone ? execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" }).split("\0").filter((path) => path !== "" && existsSync(join(root, path))) : [];
  it.runIf(isClone)("stand in no tracked text file", () => {
    expect(tracked.length).toBeGreaterThan(100);
    const found = tracked.filter((path) => path !== "test/docs/links.test.ts").flatMap((path) => {
      const bytes = readFileSync(join(root, path));
      return bytes.includes(0) ? [] : machinePaths(bytes.toString("utf8")).map((own) => `${path}: ${own}`);
    });
    expect(found).toEqual([]);
  });
  it("are caught", () => {
    expect(machinePaths(`see ${root}src and "/home/ada/x.ts", C:\\Users\\ada, file:///Users/ada/y`)).toEqual([`${root}src`, "/home/ada/x.ts", "C:\\Users\\ada", "/Users/ada/y"]);
    expect(machinePaths("src/home/a.ts ../root/b https://example.org/home/ada ./root/x")).toEqual([]);
  });
});
