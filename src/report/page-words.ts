/** The words of the report: verdicts and their meaning, sources as links, and what was seen in one plain sentence. */
import type { ClaimResult, Results, Verdict } from "../claims/results.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { counted } from "./numbers.ts";

export const verdictMeaning: Record<Verdict, { icon: string; meaning: string }> = {
  supported: { icon: "✓", meaning: "the prediction held in enough seeds, the hypotheses hold, and every control broke it" },
  contradicted: { icon: "✗", meaning: "the hypotheses hold and the prediction failed in too many seeds" },
  inconclusive: { icon: "?", meaning: "the runs cannot tell: too few seeds, too wide an interval, or a control that did not break the prediction" },
  "outside hypotheses": { icon: "⊘", meaning: "a condition of the theory is not met here, so the runs say nothing about it" },
};

export const verdictOrder = Object.keys(verdictMeaning) as Verdict[];

/** Icon and word together; the colour only repeats them. */
export function verdictBadge(verdict: Verdict): Html {
  const icon = verdictMeaning[verdict]?.icon ?? "·";
  return html`<span class="verdict verdict-${verdict.replace(/\W+/g, "-")}"><span aria-hidden="true">${icon}</span> ${verdict}</span>`;
}

/** A verdict, and the recorded one where they differ. */
export function verdictCell({ verdict, recordedVerdict }: ClaimResult): Html {
  const differs = verdict === recordedVerdict ? nothing : html`<br><small class="differs">recorded: ${recordedVerdict}</small>`;
  return html`${verdictBadge(verdict)}${differs}`;
}

/** Escaped text in which arXiv numbers, and pages under docs/, are links. */
export function linked(text: string, docs: string | undefined): Html {
  const parts = text.split(/(arXiv:? ?\d{4}\.\d{4,5}|docs\/[\w/-]*\w)/);
  return html`${parts.map((part) => {
    const number = /^arXiv:? ?(\d{4}\.\d{4,5})$/.exec(part)?.[1];
    if (number !== undefined) return html`<a href="https://arxiv.org/abs/${number}">${part}</a>`;
    if (docs !== undefined && /^docs\/[\w/-]+$/.test(part)) return html`<a href="${docs}${part.slice("docs/".length)}.md">${part}</a>`;
    return part;
  })}`;
}

function controlWords(controls: ClaimResult["controls"]): string {
  if (controls.length === 0) return "it has no control";
  const kept = controls.filter((control) => !control.fails);
  if (kept.length > 0) return `it did not go away under ${kept.length === controls.length ? (controls.length === 1 ? "the control" : "any control") : counted(kept.length, "control")}, so the check is too weak`;
  return controls.length === 1 ? "the control broke it, as it must" : `all ${controls.length} controls broke it, as they must`;
}

/** What was found, in one sentence. */
export function seenSentence(claim: ClaimResult): string {
  const { n, supported } = claim.seeds;
  const share = `in ${supported} of ${counted(n, "seed")}`;
  const broken = claim.hypotheses.filter((hypothesis) => !hypothesis.holds).map((hypothesis) => hypothesis.name);
  switch (claim.verdict) {
    case "supported": return `As predicted ${share}; ${controlWords(claim.controls)}.`;
    case "contradicted": return `Not as predicted: it held only ${share}.`;
    case "inconclusive": return `Undecided: it held ${share}; ${controlWords(claim.controls)}.`;
    default: return `Not tested: ${broken.length > 0 ? `the setting violates “${broken.join("”, “")}”` : "the setting is outside the hypotheses"}.`;
  }
}

/** "3 claims: 1 supported, 1 contradicted, ..." and how many differ from the recorded verdicts. */
export function summarySentence({ claims }: Results): Html {
  if (claims.length === 0) return html`No claim was run.`;
  const counts = verdictOrder
    .map((verdict) => [verdict, claims.filter((claim) => claim.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const differing = claims.filter((claim) => claim.verdict !== claim.recordedVerdict).length;
  const recorded = differing === 0
    ? "Every verdict equals the recorded one."
    : `${counted(differing, "verdict differs", "verdicts differ")} from the recorded one.`;
  return html`${counted(claims.length, "claim")}: ${raw("<strong>")}${counts.join(", ")}${raw("</strong>")}. ${recorded}`;
}
