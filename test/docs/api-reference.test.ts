/** The API reference: every public entry point converts without a warning, and is named as users import it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { root } from "../support/documents.ts";

/** Converts without writing anything. */
function typedoc(...more: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["node_modules/typedoc/bin/typedoc", "--options", ".config/typedoc.json", "--emit", "none", "--logLevel", "Warn", ...more], { cwd: root, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

describe("the API reference", () => {
  it("converts with no error and no warning", () => {
    expect(typedoc()).toEqual({ status: 0, said: "" });
  });
  it("is refused when an entry point of package.json is missing", () => {
    const { status, said } = typedoc("--entryPoints", "src/training/index.ts");
    expect(status).not.toBe(0);
    expect(said).toContain("lemmagrad/robust-features");
  });
  it("shows the fields of a doc comment as a list and indented maths as code", async () => {
    const { asMarkdown } = await import(pathToFileURL(join(root, ".config/typedoc-plugin.mjs")).href) as { asMarkdown(text: string): string };
    expect(asMarkdown("Sum.\n\n  b = a\n\nShapes:  S -> S,\n         any.\nExample: f(1)  // => 2\n\nMore.")).toBe("Sum.\n\n    b = a\n\n- **Shapes** S -> S,\n  any.\n- **Example** `f(1)  // => 2`\n\nMore.");
  });
});
