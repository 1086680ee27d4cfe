/** docs/planted-faults.md: what is planted, where, and which tests notice it. */
import type { Fault } from "./fault.ts";

export const tablePath = "docs/planted-faults.md";

const head = `# Planted faults

A test that cannot fail proves nothing. So wrong versions of kernels, rules and checks are planted, one at a time, in a copy
of the repository, and the tests named beside each must fail:

\`\`\`
npm run test:faults                      all of them, two at a time
npm run test:faults -- --only tanh       those whose name, kind or file contains the text
npm run test:faults -- --only tanh --keep    ... and leave the copy, to look at
\`\`\`

First those tests must pass on the unchanged copy. A fault that makes a file unreadable, or a test run endless, does not
count as caught: a test has to run and to fail. The command ends with exit code 1 when a fault survives, or when the text it
replaces no longer stands in its file exactly once. The list is \`test/faults/\`; this page is written by
\`npm run test:faults -- --write-docs\`.
`;

/** The page, by kinds in the order of their names. */
export function page(faults: readonly Fault[]): string {
  const sorted = [...faults].sort((a, b) => (a.kind < b.kind ? -1 : Number(a.kind > b.kind)));
  const rows = sorted.map(({ name, kind, file, caughtBy, among }) => `| ${escaped(name)} | ${kind} | \`${file}\` | ${caughtBy.map((test) => `\`${test}\``).join(", ")}${among === undefined ? "" : ` (tests \`${escaped(among)}\`)`} |`);
  return [head, `${faults.length} faults of ${new Set(faults.map(({ kind }) => kind)).size} kinds.`, "", "| fault | kind | planted in | caught by |", "|---|---|---|---|", ...rows, ""].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}
