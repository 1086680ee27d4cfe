/** Every command of docs/explain.md is run, and what it prints is compared with the block below it. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "../../src/cli/program.ts";
import { type Block, blocksOf, textOf } from "../support/documents.ts";
import { shellWords } from "../support/shell-words.ts";

const path = "docs/explain.md";
const blocks = blocksOf(textOf(path));
const commands = blocks.flatMap((block, at): [string, Block, Block][] => (block.info === "sh" ? [[`line ${block.line}`, block, blocks[at + 1]]] : []));

afterEach(() => { vi.restoreAllMocks(); });

describe(path, () => {
  it("shows text, Mermaid and DOT", () => {
    expect(new Set(commands.map(([, , shown]) => shown.info))).toEqual(new Set(["text", "mermaid", "dot"]));
  });

  it.each(commands)("%s: the command prints the block below it", async (_line, { code }, shown) => {
    const [npx, program, ...words] = shellWords(code);
    expect([npx, program]).toEqual(["npx", "lemmagrad"]);
    const printed: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => printed.push(String(text)) > 0);
    await runCommandLine(words);
    expect(printed.join("")).toBe(`${shown.code}\n`);
  });

  it("lists in its table every op whose positional arguments are not all arrays", async () => {
    const { positional } = await import("../../src/cli/expression/call.ts");
    for (const name of Object.keys(positional)) expect(textOf(path), name).toContain(`${name}(`);
  });
});
