/** proofs-check/README.md: the claims as a page, generated so that it cannot disagree with them. */
import type { Claim } from "../claims/index.ts";

export function claimIndex(claims: readonly Claim[]): string {
  const rows = claims.map(({ id, title, source, recorded }) => `| [${id}](#${id}) | ${cell(title)} | ${cell(source.formula)} | ${recorded} |`);
  return `<!-- Written by: npx lemmagrad claims --write-index -->
# Claims

${claims.length} claims, each a module of this folder: the experiments that decide it, a prediction fixed before looking, and controls
under which the prediction must fail. \`npx lemmagrad verify\` checks all of them and fails when a verdict is not the recorded one.

| claim | in short | formula | recorded verdict |
|---|---|---|---|
${rows.join("\n")}

${claims.map(section).join("\n")}`;
}

function section({ id, statement, source, prediction, controls, recorded, plan, sequential }: Claim): string {
  const most = sequential === undefined ? "" : "at most ";
  return `## ${id}

${statement}

- Source: ${source.words}; formula: ${source.formula}
- Prediction: ${prediction.words}
- ${controls.length === 1 ? "Control" : "Controls"}, which must make it fail: ${controls.map(({ change }) => change).join("; ")}
- Recorded verdict: ${recorded} (${plan.quick === null ? "not in the quick plan" : `quick plan ${most}${plan.quick.seeds} seeds`}, full plan ${most}${plan.full.seeds})
- Run it: \`npx lemmagrad verify ${id}${plan.quick === null ? " --plan full" : ""}\`
`;
}

const cell = (text: string): string => text.replaceAll("|", String.raw`\|`);
