/** The published JSON Schema of a phase diagram's data, and its text. */
import { cellWords, type Confusion, type PhaseAxis, type PhaseCell, type PhaseResult, type PhaseTrial } from "../claims/index.ts";
import { arranged, count, type JsonSchema, list, real, record, share, text, truth, word } from "./schema-parts.ts";

const interval = (description: string) => record<{ low: number; high: number }>(description, { low: share("Lower end."), high: share("Upper end.") });

const axis = (description: string) => record<PhaseAxis>(description, {
  name: text("Parameter or derived coordinate."), label: text("With symbols."), means: text("How a value becomes a point."),
  scale: word("How it is drawn.", ["linear", "log"]), integer: truth("Whether it takes integers only."), values: list("One a column, or row.", real("A value.")),
});

const cell = record<PhaseCell>("A point, what its hypotheses say, and what was seen.", {
  x: real("Value on the first axis."), y: real("Value on the second."),
  verdict: word("Inside or outside the hypotheses, and whether the claim held.", Object.keys(cellWords)),
  margin: { description: "Least margin of the point's hypotheses, > 0 inside; null where there is no such point.", type: ["number", "null"] },
  binding: text("The hypothesis with the least margin, or that most seeds violate; the reason where there is no such point."),
  trials: list("One a seed.", record<PhaseTrial>("A seed.", {
    seed: { description: "The seed.", type: "integer" }, inside: truth("Whether every hypothesis held."), holds: truth("Whether the prediction did."), observed: text("What was seen."),
  })),
  pooled: record<NonNullable<PhaseCell["pooled"]>>("What the seeds say together, of a claim about all of them.", { outcome: word("The outcome.", ["holds", "fails", "undecided"]), observed: text("What was seen.") }),
}, ["pooled"]);

export const phaseSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "lemmagrad phase diagram",
  ...record<PhaseResult>("Where a claim holds, over two parameters.", {
    schema: text("Which schema this file follows."), version: text("Version of lemmagrad."),
    environment: record<PhaseResult["environment"]>("Facts of the machine and the clock; all else is equal between two equal runs.", {
      node: text("Version of Node."), platform: text("Operating system and processor."), backend: text("Kernels that computed."),
      workers: count("Worker threads."), startedAt: text("ISO 8601 time."), seconds: { ...real("Duration."), minimum: 0 },
    }),
    claim: record<PhaseResult["claim"]>("The claim.", { id: text("Its id."), title: text("Short title."), statement: text("Plain words."), prediction: text("Fixed before looking."), required: share("Share of seeds asked for.") }),
    x: axis("First axis."), y: axis("Second axis."),
    base: { description: "The point that the axes change.", type: "object" },
    seed: { description: "First seed.", type: "integer" }, seedsPerCell: count("Seeds a cell; no two cells share one."),
    cells: list("Row by row, y ascending, x ascending within.", cell),
    boundary: list("Where the least margin is zero.", list("A path.", record<{ x: number; y: number }>("A place.", { x: real("First axis."), y: real("Second axis.") }))),
    confusion: record<Confusion>("What the hypotheses say against what was seen.", {
      unit: word("What is counted.", ["trial", "cell"]), insideHolds: count("As promised."), insideBreaks: count("Promised too much."), outsideHolds: count("Promised too little."),
      outsideBreaks: count("As expected."), undecided: count("Cells with too few seeds."),
      brokeInside: interval("Share of those inside that broke, exact two-sided 95 %."), heldOutside: interval("Share of those outside that held, exact two-sided 95 %."),
    }),
    rerun: text("The command that repeats it."),
  }),
};

export const phaseSchemaText = `${JSON.stringify(phaseSchema, null, 2)}\n`;

/** The text of a phase diagram's data: the schema's key order, two spaces, a newline at the end. */
export function phaseJson(value: PhaseResult): string {
  return `${JSON.stringify(arranged(value, phaseSchema), null, 2)}\n`;
}
