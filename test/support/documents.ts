/** The Markdown documents of this repository: their TypeScript blocks, links and anchors. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Paths of the documents, from the root, with forward slashes. */
export function documentPaths(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((path) => `docs/${path.replaceAll("\\", "/")}`);
  return ["README.md", "bench/README.md", "proofs-check/README.md", ...docs.sort()].filter((path) => path.endsWith(".md") && !path.includes("/node_modules/") && existsSync(join(root, path)));
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** A fenced block: the words after its fence, the number of its first line of content (from 1), and its content. */
export interface Block {
  info: string;
  line: number;
  code: string;
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; block: Block; lines: string[] } | undefined;
  markdown.split("\n").forEach((text, at) => {
    const fence = /^\s*(```+|~~~+)\s*(.*?)\s*$/.exec(text);
    if (open === undefined) {
      if (fence !== null) open = { fence: fence[1], block: { info: fence[2], line: at + 2, code: "" }, lines: [] };
    } else if (fence !== null && fence[1].startsWith(open.fence) && fence[2] === "") {
      blocks.push({ ...open.block, code: open.lines.join("\n") });
      open = undefined;
    } else {
      open.lines.push(text);
    }
  });
  if (open !== undefined) throw new Error(`line ${open.block.line - 1}: the block is never closed.`);
  return blocks;
}

export interface Link {
  line: number;
  target: string;
}

const blank = (text: string) => text.replaceAll(/[^\n]/g, " ");
const formula = /\$\$([\s\S]*?)\$\$|\$([^$\n]*)\$/g;

/** Without blocks and code between backticks. Lines stay where they are. */
function withoutCode(markdown: string): string {
  return markdown
    .replaceAll(/^[ \t]*(```+|~~~+)[\s\S]*?^[ \t]*\1[ \t]*$/gm, blank)
    .replaceAll(/(`+)(?!`)[^`]*?\1/g, blank);
}

/** Without code and formulas: what is left has links and headings. Lines stay where they are. */
function proseOf(markdown: string): string {
  return withoutCode(markdown).replaceAll(formula, blank);
}

/** Every formula between dollar signs. */
export function formulasOf(markdown: string): { line: number; tex: string; display: boolean }[] {
  const text = withoutCode(markdown);
  return [...text.matchAll(formula)].map((match) => ({ line: text.slice(0, match.index).split("\n").length, tex: match[1] ?? match[2], display: match[1] !== undefined }));
}

/** Every link and image that leads into the repository. */
export function relativeLinks(markdown: string): Link[] {
  const prose = proseOf(markdown);
  const targets = /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)|^[ \t]*\[[^\]]+\]:[ \t]*(\S+)|\b(?:href|src)="([^"]+)"/gm;
  return [...prose.matchAll(targets)]
    .map((match) => ({ line: prose.slice(0, match.index).split("\n").length, target: (match[1] ?? match[2] ?? match[3]) }))
    .filter(({ target }) => !/^[a-z][a-z\d+.-]*:|^\/\//i.test(target));
}

/** What may stand after # in a link to this document: ids written out, and headings as code hosts name them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, id] of proseOf(markdown).matchAll(/<[a-z]+\s[^>]*\b(?:id|name)="([^"]+)"/gi)) anchors.add(id);
  const uses = new Map<string, number>();
  const fenced = new Set(blocksOf(markdown).flatMap(({ line, code }) => code.split("\n").map((_text, at) => line + at)));
  markdown.split("\n").forEach((text, at) => {
    const heading = /^#{1,6}\s+(.*?)\s*#*\s*$/.exec(text);
    if (heading === null || fenced.has(at + 1)) return;
    const words = heading[1].replaceAll(/<[^>]*>/g, "").replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1");
    const name = words.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
    const before = uses.get(name) ?? 0;
    uses.set(name, before + 1);
    anchors.add(before === 0 ? name : `${name}-${before}`);
  });
  return anchors;
}

/** What is wrong with the links of a document; `path` says where it stands. */
export function brokenLinks(path: string, markdown: string): string[] {
  return relativeLinks(markdown).flatMap(({ line, target }) => {
    const [, file, , anchor] = /^([^#]*)(#(.*))?$/.exec(decodeURI(target))!;
    const at = file === "" ? path : join(dirname(path), file).replaceAll("\\", "/");
    if (file !== "" && !existsSync(join(root, at))) return [`${path}:${line}: ${target} leads to no file`];
    if (anchor === undefined || !at.endsWith(".md")) return [];
    const anchors = anchorsOf(file === "" ? markdown : textOf(at));
    return anchors.has(anchor) ? [] : [`${path}:${line}: ${target} leads to no anchor of ${at}`];
  });
}
