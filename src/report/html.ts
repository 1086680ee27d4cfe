/**
 * HTML that is safe by default: the `html` tag escapes every value put into it, unless that value is itself Html.
 *
 * Example:  html`<p>${"a < b"}</p>`.text  // => "<p>a &lt; b</p>"
 */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = string | number | Html | readonly (string | number | Html)[];

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for element content and for quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

/** Text that is HTML already; only for strings this folder made or a renderer we trust (Plot, KaTeX). */
export function raw(text: string): Html {
  return new Html(text);
}

/** Nothing: for the branch of a condition that prints nothing. */
export const nothing = new Html("");

function valueText(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(valueText).join("");
  return escapeHtml(String(value));
}

/** Template tag; lists are joined without a separator. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let text = strings[0];
  values.forEach((value, i) => { text += valueText(value) + strings[i + 1]; });
  return new Html(text);
}
