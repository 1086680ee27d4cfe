/** The head that every page of ours has. */
import { html, raw, type Html } from "./html.ts";
import { pageCss } from "./page-style.ts";

/** Nothing is loaded from anywhere: scripts, fonts, pictures and requests are all refused. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** From the doctype to the end of the head. */
export function head(title: string, version: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="lemmagrad ${version}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(pageCss)}</style>
</head>`;
}
