/** LaTeX as plain Unicode text, for terminals: \frac{a}{b} as a/b, a_{ij} as aᵢⱼ, \sum as Σ. */
import { type Formula, isSpace, parseLatex, type Part, thinSpace } from "./latex.ts";

/** What the letters of a formula stand for at a node of a tape. */
export interface Letters {
  readonly names: ReadonlyMap<string, string>;
  /** Name of the value whose cotangent \mathrm{ct} is. */
  readonly result: string;
}

/**
 * Errors:  ParameterError on LaTeX that parseLatex does not know.
 * Example: latexText("b_i = \\frac{1}{n} \\sum_j a_{ij}")  // => "bᵢ = 1/n Σⱼ aᵢⱼ"
 */
export function latexText(latex: string, letters?: Letters): string {
  return formulaText(parseLatex(latex), letters)
    .replaceAll(/[ \u2009]{2,}|\u2009/g, " ")
    .replaceAll(" ,", ",")
    .replaceAll(/‖ (.*?) ‖/g, "‖$1‖")
    .trim();
}

const subscripts: Readonly<Record<string, string>> = Object.fromEntries([..."0123456789aehijklmnoprstuvx+-=()"].map((plain, at) => [plain, [..."₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋₌₍₎"][at]]));
const superscripts: Readonly<Record<string, string>> = {
  ...Object.fromEntries([..."0123456789abcdefghijklmnoprstuvwxyzT+-=()"].map((plain, at) => [plain, [..."⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ⁺⁻⁼⁽⁾"][at]])),
  "⊤": "ᵀ", "′": "′",
};

function formulaText(parts: Formula, letters: Letters | undefined): string {
  return (letters === undefined ? parts : dotted(parts, letters)).map((part) => partText(part, letters)).join("");
}

/** A thin space between two factors becomes a dot where names stand for their letters: x w would read as one name or two. */
function dotted(parts: Formula, letters: Letters): Formula {
  const words = parts.filter((part, at) => !isSpace(part) || isThin(part) || !isThin(parts[at - 1]) && !isThin(parts[at + 1]));
  return words.map((part, at) => (isThin(part) && isNamed(words[at - 1], letters) && isNamed(words[at + 1], letters) ? { kind: "symbol", text: "·" } : part));
}

function isThin(part: Part | undefined): boolean {
  return part?.kind === "symbol" && part.text === thinSpace;
}

function isNamed(part: Part | undefined, letters: Letters): boolean {
  if (part?.kind === "scripted") return isNamed(part.base, letters);
  return isCotangent(part) || part?.kind === "symbol" && letters.names.has(part.text);
}

function partText(part: Part, letters: Letters | undefined): string {
  switch (part.kind) {
    case "symbol": return letters?.names.get(part.text) ?? part.text;
    case "words": return isCotangent(part) && letters !== undefined ? cotangentName(letters.result) : part.text;
    case "group": return formulaText(part.parts, letters);
    case "fraction": return `${enclosed(part.above, letters)}/${enclosed(part.below, letters)}`;
    case "root": return `√${enclosed(part.under, letters)}`;
    case "accent": return `${formulaText(part.under, letters)}${part.mark}`;
    case "scripted": return scriptedText(part, letters);
  }
}

/** How the cotangent of a value is written wherever text is. */
export function cotangentName(name: string): string {
  return `ct_${name}`;
}

function isCotangent(part: Part | undefined): boolean {
  return part?.kind === "words" && part.style === "roman" && part.text === "ct";
}

function scriptedText({ base, sub, sup }: Part & { kind: "scripted" }, letters: Letters | undefined): string {
  const raised = sup === undefined ? "" : shifted(formulaText(sup, letters).trim(), "^", hasWords(sup, letters) ? {} : superscripts);
  if (letters !== undefined && isCotangent(base)) {
    const name = ownName(sub, letters);
    if (name !== undefined) return cotangentName(name) + raised;
    const own = cotangentName(letters.result);
    return sub === undefined && raised === "" ? own : `(${own})${sub === undefined ? "" : lowered(sub, letters)}${raised}`;
  }
  const stem = base === undefined ? "" : base.kind === "group" ? enclosed(base.parts, letters) : partText(base, letters);
  // a number in a letter's place has no elements to point at
  const pointless = base?.kind === "symbol" && letters?.names.has(base.text) && stem !== "" && !Number.isNaN(Number(stem.replaceAll(/[()]/g, "")));
  return stem + (sub === undefined || pointless ? "" : lowered(sub, letters)) + raised;
}

/** The name behind a subscript that is nothing but an argument's letter. */
function ownName(sub: Formula | undefined, letters: Letters): string | undefined {
  return sub?.length === 1 && sub[0].kind === "symbol" ? letters.names.get(sub[0].text) : undefined;
}

function lowered(sub: Formula, letters: Letters | undefined): string {
  return shifted(formulaText(sub, letters).replaceAll("· ", "·").trim(), "_", hasWords(sub, letters) ? {} : subscripts);
}

/** Words and names are hard to read in small characters. */
function hasWords(parts: Formula, letters: Letters | undefined): boolean {
  return parts.some((part) => part.kind === "words" || part.kind === "symbol" && letters?.names.has(part.text));
}

/** Small characters where all of them exist; else the mark, and parentheses around more than a word. */
function shifted(text: string, mark: "_" | "^", small: Readonly<Record<string, string>>): string {
  const characters = [...text];
  if (characters.every((character) => Object.hasOwn(small, character))) return characters.map((character) => small[character]).join("");
  return /^[\p{L}\p{N}]+$/u.test(text) ? `${mark}${text}` : `${mark}(${text})`;
}

function enclosed(parts: Formula, letters: Letters | undefined): string {
  const text = formulaText(parts, letters).trim();
  const single = parts.filter((part) => !isSpace(part)).length === 1 && parts.every(({ kind }) => kind !== "fraction" && kind !== "group");
  return single || /^[\d.]+$/.test(text) ? text : `(${text})`;
}
