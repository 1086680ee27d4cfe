/**
 * The JSON Schema of results.json, property by property beside the types it describes.
 *
 * `record<T>` asks for exactly the keys of T, so a property added to the types and not here does not compile. Figures are
 * pictures, not results, and stay out of the file. The order of the properties is the order in the file.
 */
import type { ClaimResult, ControlResult, FamilyMember, FamilyStatement, HypothesisResult, Results, SequentialResult, Verdict } from "../claims/results.ts";
import { arranged, count, type JsonSchema, list, record, share, text, truth, word } from "./schema-parts.ts";

const verdicts: readonly Verdict[] = ["supported", "contradicted", "inconclusive", "outside hypotheses"];
const verdict = (description: string): JsonSchema => word(description, verdicts);

const hypothesis = record<HypothesisResult>("A condition of the theory and how the setting meets it.", {
  name: text("Name of the condition."),
  maths: text("LaTeX of the condition."),
  holds: truth("Whether it holds."),
  margin: { description: "How far inside (> 0) or outside (< 0); null when it is not finite.", type: ["number", "null"] },
  detail: text("The numbers behind it."),
});

const control = record<ControlResult>("A change under which the prediction must fail.", {
  change: text("What was changed."),
  fails: truth("Whether the prediction failed, as it must."),
  seeds: count("Seeds tried."),
  supporting: count("How many of them still satisfied the prediction."),
  observed: text("What was seen."),
});

const claim = record<Omit<ClaimResult, "figure" | "controlFigure">>("A claim, its verdict and what it rests on.", {
  id: text("The claim's file name, such as p03-learning-time."),
  title: text("Short title."),
  source: record<ClaimResult["source"]>("Where the claim comes from.", {
    words: text("The paper whose words it makes exact."),
    formula: text("Where the formula is derived."),
  }),
  statement: text("Plain words."),
  maths: text("LaTeX."),
  verdict: verdict("What this run says."),
  recordedVerdict: verdict("What was recorded before; a difference fails the run."),
  hypotheses: list("Checked before every run.", hypothesis),
  prediction: text("Fixed before looking."),
  observed: text("What was seen over all seeds."),
  judged: word("Whether each seed satisfies the prediction or not, all seeds decide together (an exponent, a frequency), or no seed enters.", ["seed by seed", "all seeds together", "without seeds"]),
  seeds: record<ClaimResult["seeds"]>("How many seeds satisfied the prediction.", {
    n: count("Seeds run."),
    supported: count("Seeds that satisfied the prediction."),
    lower95: share("Exact lower 95 % bound on the share: Clopper-Pearson, or by the stagewise order of a sequential test."),
    required: share("Share asked for."),
  }),
  sequential: record<SequentialResult>("The sequential test that decided, where there is one.", {
    p0: share("A failure rate that is good enough."),
    p1: share("A failure rate that is too high."),
    alpha: share("Probability, at most, of a contradiction at p0."),
    beta: share("Probability, at most, of support at p1."),
    most: count("Seeds after which it stays undecided."),
    decision: word("Its answer: the failure rate is below p1, above p0, or undecided.", ["below", "above", "undecided"]),
    supportedWrongly: share("Probability of support at p1, exact."),
    contradictedWrongly: share("Probability of a contradiction at p0, exact."),
  }),
  perSeed: list("One entry a seed.", record<ClaimResult["perSeed"][number]>("A seed.", {
    seed: { description: "The seed.", type: "integer" },
    inside: truth("Whether it lies inside the hypotheses, and counts."),
    holds: truth("Whether it satisfied the prediction."),
    observed: text("What was seen."),
  })),
  controls: list("Changes that must break the prediction.", control),
  rerun: text("The command that repeats this claim alone."),
}, ["sequential"]);

const family = record<FamilyStatement>("What holds of all claims at once.", {
  level: share("Of all statements marked `together`: no false one among them with this probability."),
  members: list("Claims judged seed by seed.", record<FamilyMember>("The statement that a claim's failure rate is below `rate`.", {
    id: text("The claim."),
    rate: share("The rate."),
    n: count("Seeds judged."),
    failures: count("Seeds in which the prediction failed."),
    pValue: share("Exact p-value of the rate being `rate` or more."),
    adjusted: share("The same by Holm's method, for the number of claims."),
    alone: truth("Whether it holds at 95 % alone."),
    together: truth("Whether it holds together with the others at 95 % for all."),
  })),
  seedsNeeded: count("Seeds a claim, all passed, with which all would hold together."),
  joint: record<FamilyStatement["joint"]>("Seeds drawn by every claim with a fixed number of them.", {
    seeds: count("How many."),
    failing: count("Seeds in which some claim failed inside its hypotheses."),
    upper95: share("Upper 95 % bound on the rate of such seeds, and so on every claim's failure rate at once."),
  }),
});

const results = record<Results>("Verdicts of one run of lemmagrad verify.", {
  schema: text("Which schema this file follows."),
  version: text("Version of lemmagrad."),
  environment: record<Results["environment"]>("Facts of the machine and the clock; all else is equal between two equal runs.", {
    node: text("Version of Node."),
    platform: text("Operating system and processor."),
    backend: text("Kernels that computed."),
    workers: count("Worker threads."),
    startedAt: text("ISO 8601 time."),
    seconds: { description: "Duration.", type: "number", minimum: 0 },
  }),
  seed: { description: "First seed.", type: "integer" },
  plan: text("quick, full, or a plan of one's own."),
  seedCount: count("Seeds a claim."),
  claims: list("In the order they were run.", claim),
  family,
});

export const resultsJsonSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "lemmagrad results",
  ...results,
};

/** The text of results.json: the schema's key order, two spaces, a newline at the end. */
export function resultsJson(value: Results): string {
  return `${JSON.stringify(arranged(value, resultsJsonSchema), null, 2)}\n`;
}
