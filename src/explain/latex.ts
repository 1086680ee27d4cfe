/** The LaTeX of the primitives' records as a small tree: symbols, words, fractions, roots, scripts. */
import { ParameterError } from "../errors/index.ts";

export type Formula = readonly Part[];

export type Part =
  /** One character of the source, or what a command stands for. */
  | { readonly kind: "symbol"; readonly text: string }
  /** Upright words: \text{...}, \mathrm{...}, and functions such as \ln. */
  | { readonly kind: "words"; readonly text: string; readonly style: "text" | "roman" | "function" }
  | { readonly kind: "group"; readonly parts: Formula }
  | { readonly kind: "fraction"; readonly above: Formula; readonly below: Formula }
  | { readonly kind: "root"; readonly under: Formula }
  | { readonly kind: "accent"; readonly mark: string; readonly under: Formula }
  | { readonly kind: "scripted"; readonly base: Part | undefined; readonly sub: Formula | undefined; readonly sup: Formula | undefined };

const symbols: Readonly<Record<string, string>> = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", varepsilon: "ε", epsilon: "ϵ", theta: "θ", lambda: "λ", mu: "μ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", varphi: "φ",
  Gamma: "Γ", Delta: "Δ", Lambda: "Λ", Phi: "Φ", Pi: "Π", Sigma: "Σ",
  sum: "Σ", prod: "Π", int: "∫", odot: "⊙", cdot: "·", times: "×", pm: "±", mp: "∓", otimes: "⊗", circ: "∘", oslash: "⊘",
  le: "≤", leq: "≤", ge: "≥", geq: "≥", ne: "≠", neq: "≠", approx: "≈", in: "∈", notin: "∉", to: "→", mapsto: "↦", infty: "∞", partial: "∂", nabla: "∇",
  dots: "…", ldots: "…", cdots: "⋯", top: "⊤", prime: "′", mid: "|", lVert: "‖", rVert: "‖", Vert: "‖", lvert: "|", rvert: "|", lfloor: "⌊", rfloor: "⌋", lceil: "⌈", rceil: "⌉", land: "∧", lor: "∨", neg: "¬",
  "{": "{", "}": "}", "%": "%", "&": "&", "#": "#", "_": "_", "|": "‖",
};
const functions = new Set(["ln", "log", "exp", "max", "min", "sin", "cos", "tan", "arctan", "arcsin", "arccos", "sinh", "cosh", "tanh", "det", "arg", "inf", "sup", "sgn"]);
/** \, between two factors; what it looks like depends on them. */
export const thinSpace = "\u2009";
const spaces: Readonly<Record<string, string>> = { ",": thinSpace, ":": " ", ";": " ", " ": " ", "!": "", "quad": " ", "qquad": "  " };
/** Say something about size only. */
const silent = new Set(["left", "right", "bigl", "bigr", "Bigl", "Bigr", "big", "Big", "textstyle", "displaystyle", "limits", "nolimits"]);
const wordStyles: Readonly<Record<string, "text" | "roman">> = { text: "text", textrm: "text", mathrm: "roman", operatorname: "roman", mathsf: "roman", mathbf: "roman", mathbb: "roman", mathcal: "roman" };
const accents: Readonly<Record<string, string>> = { bar: "\u0304", hat: "\u0302", tilde: "\u0303", dot: "\u0307" };

/** Errors: ParameterError on a command that is not known here, and on braces that do not match. */
export function parseLatex(source: string): Formula {
  return new LatexParser(source).formula(undefined);
}

class LatexParser {
  private at = 0;
  private readonly source: string;
  constructor(source: string) {
    this.source = source;
  }

  /** Parts up to a closing character, which is taken too, or to the end. */
  formula(closing: string | undefined): Part[] {
    const parts: Part[] = [];
    while (this.at < this.source.length) {
      const next = this.source[this.at];
      if (next === closing) {
        this.at++;
        return parts;
      }
      if (next === "}") throw this.fault("a } closes nothing", "braces that match");
      if (next === "_" || next === "^" || next === "'") {
        this.script(parts);
        continue;
      }
      const part = this.part();
      if (part !== undefined) parts.push(part);
    }
    if (closing !== undefined) throw this.fault(`a ${closing} is missing`, "braces that match");
    return parts;
  }

  /** What _ and ^ take: a group's parts, or one part. */
  private argument(): Formula {
    while (this.source[this.at] === " ") this.at++;
    if (this.at >= this.source.length) throw this.fault("something is missing at the end", "an argument in braces");
    const part = this.part();
    return part === undefined ? [] : part.kind === "group" ? part.parts : [part];
  }

  private part(): Part | undefined {
    const next = this.source[this.at++];
    if (next === "{") return { kind: "group", parts: this.formula("}") };
    if (next !== "\\") return { kind: "symbol", text: next };
    const name = /^(?:[a-zA-Z]+|[^a-zA-Z])/.exec(this.source.slice(this.at))?.[0] ?? "";
    this.at += name.length;
    return this.command(name);
  }

  private command(name: string): Part | undefined {
    if (Object.hasOwn(symbols, name)) return { kind: "symbol", text: symbols[name] };
    if (Object.hasOwn(spaces, name)) return { kind: "symbol", text: spaces[name] };
    if (functions.has(name)) return { kind: "words", text: name, style: "function" };
    if (silent.has(name)) return undefined;
    if (Object.hasOwn(wordStyles, name)) return { kind: "words", text: this.braced(), style: wordStyles[name] };
    if (Object.hasOwn(accents, name)) return { kind: "accent", mark: accents[name], under: this.argument() };
    if (name === "sqrt") return { kind: "root", under: this.argument() };
    if (name === "frac" || name === "tfrac" || name === "dfrac") return { kind: "fraction", above: this.argument(), below: this.argument() };
    throw this.fault(`\\${name} is not known`, "a command of src/explain/latex.ts");
  }

  /** The source between braces, or one character: words are taken as they stand. */
  private braced(): string {
    const rest = this.source.slice(this.at);
    const match = /^\s*(?:\{([^{}]*)\}|(\S))/.exec(rest);
    if (match === null) throw this.fault("words are missing", "words in braces");
    this.at += match[0].length;
    return match[1] ?? match[2];
  }

  private script(parts: Part[]): void {
    const mark = this.source[this.at++];
    // a space between a base and its script means nothing
    while (parts.length > 0 && isSpace(parts.at(-1)!)) parts.pop();
    const base = parts.pop();
    const before = base?.kind === "scripted" ? base : { kind: "scripted" as const, base, sub: undefined, sup: undefined };
    if (mark === "'") parts.push({ ...before, sup: [...(before.sup ?? []), { kind: "symbol", text: "′" }] });
    else if (mark === "_") parts.push({ ...before, sub: this.argument() });
    else parts.push({ ...before, sup: [...(before.sup ?? []), ...this.argument()] });
  }

  private fault(problem: string, expected: string): ParameterError {
    return new ParameterError({ where: `LaTeX ${this.source}`, problem: `${problem}, at character ${this.at}.`, expected: `${expected}.` });
  }
}

export function isSpace(part: Part): boolean {
  return part.kind === "symbol" && part.text.trim() === "";
}
