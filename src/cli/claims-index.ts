/** proofs-check/README.md: the claims as a page, generated so that it cannot disagree with them. */
import type { Claim, LoadedClaim, Theory } from "../claims/index.ts";

/** Claims by theory: first theories that a verification takes without being asked, and claims of none. */
export function groupsOf(loaded: readonly LoadedClaim[]): { theory: Theory | undefined; claims: Claim[] }[] {
  const groups = new Map<string, { theory: Theory | undefined; claims: Claim[] }>();
  for (const { claim, theory } of loaded) {
    const name = theory?.name ?? "";
    if (!groups.has(name)) groups.set(name, { theory, claims: [] });
    groups.get(name)!.claims.push(claim);
  }
  const aside = ({ theory }: { theory: Theory | undefined }) => (theory?.onlyWhenNamed ? 1 : 0);
  return [...groups.values()].sort((a, b) => aside(a) - aside(b));
}

export function claimIndex(loaded: readonly LoadedClaim[]): string {
  const groups = groupsOf(loaded);
  const usual = groups.filter(({ theory }) => !theory?.onlyWhenNamed).map(({ theory }) => theory?.title);
  return `<!-- Written by: npx lemmagrad claims --write-index -->
# Claims

${loaded.length} claims, each a module of this folder: the experiments that decide it, a prediction fixed before looking, and controls
under which the prediction must fail. \`npx lemmagrad verify\` checks those of ${usual.join(" and ")} and fails when a verdict is not
the recorded one; \`--theory\` names another theory, or all of them.

${groups.map(table).join("\n")}
${groups.flatMap(({ claims }) => claims).map(section).join("\n")}`;
}

function table({ theory, claims }: { theory: Theory | undefined; claims: Claim[] }): string {
  const rows = claims.map(({ id, title, source, recorded }) => `| [${id}](#${id}) | ${cell(title)} | ${cell(source.formula)} | ${recorded} |`);
  return `## ${theory?.title ?? "Claims of no theory"}

${theory === undefined ? "" : `\`npx lemmagrad verify --theory ${theory.name}\`\n\n`}| claim | in short | formula | recorded verdict |
|---|---|---|---|
${rows.join("\n")}
`;
}

function section({ id, statement, source, prediction, controls, recorded, plan, sequential }: Claim): string {
  const most = sequential === undefined ? "" : "at most ";
  return `### ${id}

${statement}

- Source: ${source.words}; formula: ${source.formula}
- Prediction: ${prediction.words}
- ${controls.length === 1 ? "Control" : "Controls"}, which must make it fail: ${controls.map(({ change }) => change).join("; ")}
- Recorded verdict: ${recorded} (${plan.quick === null ? "not in the quick plan" : `quick plan ${most}${plan.quick.seeds} seeds`}, full plan ${most}${plan.full.seeds})
- Run it: \`npx lemmagrad verify ${id}${plan.quick === null ? " --plan full" : ""}\`
`;
}

const cell = (text: string): string => text.replaceAll("|", String.raw`\|`);
