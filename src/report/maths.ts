/** LaTeX as MathML, which browsers draw without a font or script of ours. */
import katex from "katex";
import { html, nothing, raw, type Html } from "./html.ts";

/** A formula in the line, or on a line of its own; LaTeX that does not parse is shown as it was written. */
export function maths(latex: string, displayMode = false): Html {
  if (latex.trim() === "") return nothing;
  try {
    const mathml = katex.renderToString(latex, { output: "mathml", displayMode, throwOnError: true, strict: "ignore", trust: false });
    return displayMode ? html`<div class="formula" role="group" aria-label="Formula" tabindex="0">${raw(mathml)}</div>` : raw(mathml);
  } catch {
    return html`<code class="latex">${latex}</code>`;
  }
}
