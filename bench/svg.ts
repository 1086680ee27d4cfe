/** Pictures that stand alone as files: their own paper, light or dark as the reader prefers, and a text for those who do not see them. */
import { parseHTML } from "linkedom";
import { paletteCss, paperVariable, roleVariable } from "../src/report/palette.ts";

const style = `${paletteCss}
svg { color: ${roleVariable("prediction")}; font-family: system-ui, sans-serif; }
text { white-space: pre; }`;

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A document of this size around drawings, each an SVG or pieces of one. */
export function standalone(width: number, height: number, alt: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(alt)}">
<title>${escaped(alt)}</title>
<style>${style}</style>
<rect width="${width}" height="${height}" fill="${paperVariable}"/>
<g fill="currentColor">
${body}
</g>
</svg>
`;
}

export function placed(x: number, y: number, body: string): string {
  return `<g transform="translate(${x},${y})">${body}</g>`;
}

/** A document for Plot to draw in. */
export function drawingDocument(): never {
  return parseHTML("<!doctype html><html><body></body></html>").document as never;
}
