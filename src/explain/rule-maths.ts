/** The maths of a primitive and of its derivative rules, with a node's own names in the letters' places. */
import type { Primitive } from "../autodiff/index.ts";
import { LemmagradError } from "../errors/index.ts";
import { latexText, type Letters } from "./latex-text.ts";

/** A formula as the record has it, and as text about a node's own values. */
export interface Maths {
  readonly latex: string;
  readonly text: string;
}

/** The letter that a rule gives its argument: the one whose cotangent stands on its left. */
export function argumentLetter(rule: string): string | undefined {
  return /^\(?\\mathrm\{ct\}_\{?([a-zA-Z])\b/.exec(rule)?.[1];
}

/** The letter that a record gives its result, if it gives one: `c = a + b`, `c_{ij} = ...`, but not `s(z) = ...`. */
export function resultLetter(maths: string): string | undefined {
  return /^([a-zA-Z])(?:\s*=|_)/.exec(maths)?.[1];
}

/** The rule of an argument; a variadic primitive has one for all. */
export function ruleLatex(primitive: Primitive<unknown>, position: number): string | undefined {
  return primitive.rules?.vjp[primitive.variadic ? 0 : position];
}

export function valueMaths(primitive: Primitive<unknown>, names: { readonly args: readonly string[]; readonly result: string }): Maths {
  // the letter of a variadic primitive's rule is any one of its arguments
  return readable(primitive.maths, lettersOf(primitive, primitive.variadic ? { ...names, args: [] } : names));
}

export function ruleMaths(primitive: Primitive<unknown>, position: number, names: { readonly args: readonly string[]; readonly result: string }): Maths | undefined {
  const latex = ruleLatex(primitive, position);
  return latex === undefined ? undefined : readable(latex, lettersOf(primitive, primitive.variadic ? { ...names, args: [names.args[position]] } : names));
}

function lettersOf(primitive: Primitive<unknown>, { args, result }: { readonly args: readonly string[]; readonly result: string }): Letters {
  const names = new Map<string, string>();
  // names for some letters and not for others would say something else
  if (args.some((_, position) => ruleLatex(primitive, position) === undefined)) return { names, result };
  const own = resultLetter(primitive.maths);
  if (own !== undefined) names.set(own, result);
  args.forEach((name, position) => {
    const letter = argumentLetter(ruleLatex(primitive, position) ?? "");
    // a negative number would run into the sign before it
    if (letter !== undefined) names.set(letter, name.startsWith("-") ? `(${name})` : name);
  });
  return { names, result };
}

/** A user's primitive may use any LaTeX: what cannot be read is shown as it was written. */
function readable(latex: string, letters: Letters): Maths {
  try {
    return { latex, text: latexText(latex, letters) };
  } catch (error) {
    if (error instanceof LemmagradError) return { latex, text: latex };
    throw error;
  }
}
