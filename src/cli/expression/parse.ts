/**
 * Recursive descent over
 *
 *   program   statement (";" statement)* ";"?
 *   statement (name "=")? sum
 *   sum       product (("+" | "-") product)*
 *   product   minus (("*" | "/" | "@") minus)*
 *   minus     "-" minus | power
 *   power     atom ("**" minus)?
 *   atom      number | text | "true" | "false" | name | name "(" arguments ")" | "(" sum ")" | "[" list "]"
 *   arguments sum or name "=" sum, separated by ","; keywords last
 */
import type { ParameterError } from "../../errors/index.ts";
import type { Expression, Keyword, Operator, Program, Statement } from "./syntax.ts";
import { fault, type Token, tokensOf } from "./tokens.ts";

/** More than anybody writes by hand, and less than what would exhaust the stack. */
const [deepest, longest] = [500, 4000];

/** Errors: ParameterError that shows the place, what stands there and what could. */
export function parse(source: string): Program {
  return new Parser(source).program();
}

class Parser {
  private readonly source: string;
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;
  constructor(source: string) {
    this.source = source;
    this.tokens = tokensOf(source);
  }

  program(): Program {
    if (this.tokens.length > longest) throw fault(this.source, this.tokens[longest].at, { problem: "the expression is too long", expected: `at most ${longest} words and signs.`, mend: "write it in TypeScript and call explain there." });
    const statements: Statement[] = [];
    do {
      if (this.next.kind === "end" && statements.length > 0) break;
      statements.push(this.statement());
    } while (this.takes(";"));
    if (this.next.kind !== "end") throw this.unexpected("an operator, ; or the end");
    return statements;
  }

  private statement(): Statement {
    const target = this.keywordName();
    return { target, value: this.sum() };
  }

  private sum(): Expression {
    if (++this.depth > deepest) throw fault(this.source, this.next.at, { problem: "the expression is nested too deeply", expected: `at most ${deepest} levels.`, mend: "give parts of it names: h = ...; h + 1." });
    let left = this.product();
    for (let token = this.operator("+", "-"); token !== undefined; token = this.operator("+", "-")) left = binary(token, left, this.product());
    this.depth--;
    return left;
  }

  private product(): Expression {
    let left = this.minus();
    for (let token = this.operator("*", "/", "@"); token !== undefined; token = this.operator("*", "/", "@")) left = binary(token, left, this.minus());
    return left;
  }

  private minus(): Expression {
    const signs: Token[] = [];
    for (let token = this.operator("-"); token !== undefined; token = this.operator("-")) signs.push(token);
    return signs.reduceRight((operand: Expression, { at }) => ({ kind: "minus", operand, at }), this.power());
  }

  private power(): Expression {
    // a chain of powers, taken in one loop and grouped from the right
    const base = this.atom();
    const token = this.operator("**");
    if (token === undefined) return base;
    if (++this.depth > deepest) throw fault(this.source, token.at, { problem: "the expression is nested too deeply", expected: `at most ${deepest} levels.` });
    const power = binary(token, base, this.minus());
    this.depth--;
    return power;
  }

  private atom(): Expression {
    const token = this.next;
    const { at, text } = token;
    if (token.kind === "end" || token.kind === "operator" && text !== "(" && text !== "[") throw this.unexpected("a number, a name, a function call, ( or [");
    this.at++;
    if (token.kind === "number") {
      if (!Number.isFinite(Number(text))) throw fault(this.source, at, { problem: `${text} is too large`, expected: "a number of float64." });
      return { kind: "number", value: Number(text), at };
    }
    if (token.kind === "text") return { kind: "text", value: text, at };
    if (text === "(") {
      const inner = this.sum();
      if (!this.takes(")")) throw this.unexpected(`an operator, or ) for the ( at column ${at + 1}`);
      return inner;
    }
    if (text === "[") return { kind: "list", items: this.list(at), at };
    if (text === "true" || text === "false") return { kind: "truth", value: text === "true", at };
    return this.takes("(") ? this.call(text, at) : { kind: "name", name: text, at };
  }

  private list(at: number): Expression[] {
    const items: Expression[] = [];
    if (this.takes("]")) return items;
    do items.push(this.sum()); while (this.takes(","));
    if (!this.takes("]")) throw this.unexpected(`a comma, or ] for the [ at column ${at + 1}`);
    return items;
  }

  private call(name: string, at: number): Expression {
    const args: Expression[] = [];
    const keywords: Keyword[] = [];
    if (this.takes(")")) return { kind: "call", name, args, keywords, at };
    do {
      const { at: place } = this.next;
      const keyword = this.keywordName();
      if (keyword === undefined && keywords.length > 0) throw fault(this.source, place, { problem: "a positional argument stands after a keyword", expected: "name=value here.", mend: "put the arguments without names first." });
      if (keyword !== undefined && keywords.some((one) => one.name === keyword)) throw fault(this.source, place, { problem: `the keyword ${keyword} is given twice`, expected: "each keyword at most once." });
      const value = this.sum();
      if (keyword === undefined) args.push(value);
      else keywords.push({ name: keyword, value, at: place });
    } while (this.takes(","));
    if (!this.takes(")")) throw this.unexpected(`a comma, or ) for the call of ${name} at column ${at + 1}`);
    return { kind: "call", name, args, keywords, at };
  }

  /** Takes `name =` if that is what follows. */
  private keywordName(): string | undefined {
    const { kind, text, at } = this.next;
    const after = this.tokens[this.at + 1];
    if (kind !== "name" || after.kind !== "operator" || after.text !== "=") return undefined;
    if (text === "true" || text === "false") throw fault(this.source, at, { problem: `${text} cannot be assigned to`, expected: "another name." });
    this.at += 2;
    return text;
  }

  private get next(): Token {
    return this.tokens[this.at];
  }

  private takes(text: string): boolean {
    return this.operator(text) !== undefined;
  }

  private operator(...texts: string[]): Token | undefined {
    const token = this.next;
    if (token.kind !== "operator" || !texts.includes(token.text)) return undefined;
    this.at++;
    return token;
  }

  private unexpected(expected: string): ParameterError {
    const { kind, text, at } = this.next;
    return fault(this.source, at, { problem: kind === "end" ? "the expression ends too early" : `${kind === "text" ? "the text " : ""}"${text}" cannot stand here`, expected: `${expected}.` });
  }
}

function binary({ text, at }: Token, left: Expression, right: Expression): Expression {
  return { kind: "binary", operator: text as Operator, left, right, at };
}
