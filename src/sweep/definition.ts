/** What a sweep file may say: its types, its checks and its published JSON Schema, from one place. */
import { z } from "zod";
import { threatNames } from "../theories/robust-features/index.ts";

const text = (description: string) => z.string().min(1).describe(description);
const whole = (least: number, description: string) => z.number().int().min(least).describe(description);
const scalar = z.union([z.number(), z.string()]);
const loss = z.enum(["margin", "crossEntropy"]);
const threatName = z.enum(threatNames);

const range = z.union([
  z.strictObject({
    from: z.number().describe("The first value."), to: z.number().describe("The last value."), count: whole(1, "How many values, both ends counted."),
    scale: z.enum(["linear", "log"]).optional().describe("Evenly spread values (the default), or evenly spread logarithms."),
  }),
  z.strictObject({ from: z.number(), step: z.number().describe("What is added from one value to the next."), count: whole(1, "How many values.") }),
  z.strictObject({ from: z.number(), factor: z.number().positive().describe("What one value is multiplied with to give the next."), count: whole(1, "How many values.") }),
]);

const axisWords = "a list of values, or a range: { from, to, count }, with scale: log where it is logarithmic, { from, step, count } or { from, factor, count }";
/** The values of one parameter. */
export const axisSchema = z.union([z.array(scalar).min(1), range], { error: `expected ${axisWords}` }).describe(`Values: ${axisWords}.`);

const evaluation = z.strictObject({
  threat: threatName.describe("The threat model."), loss: loss.optional().describe("What a gradient-based attack climbs; default margin."),
  attackSteps: whole(1, "Steps of pgd and pgdLinf; default 10.").optional(), attackStepSize: z.number().positive().optional().describe("Length of their steps; default 2.5 radius / steps."),
  radii: z.array(z.number().min(0)).min(1).describe("Radii, in the data's units."),
});

const run = z.strictObject({
  mode: z.enum(["standard", "adversarial"]).optional().describe("Default standard."),
  threat: threatName.optional().describe("What adversarial training trains against; default gradientAscent."),
  loss: loss.optional().describe("What a gradient-based attack climbs; default margin."),
  attackSteps: whole(1, "Steps of pgd and pgdLinf; default 10.").optional(),
  attackStepSize: z.number().positive().optional().describe("Length of their steps; default 2.5 eps / steps."),
  steps: whole(1, "Steps of gradient descent; default 300.").optional(),
  logEvery: whole(1, "Probes are recorded every so many steps; the first and last always are. Default 1, which learning times need.").optional(),
  rows: z.enum(["end", "steps"]).optional().describe("One row a run, at its end (the default), or one a logged step."),
  evaluate: z.array(evaluation).optional().describe("Robust accuracies to measure on the final weights."),
});

const seeds = z.union([
  whole(1, "So many seeds: 1, 2, ..."), z.array(whole(0, "A seed.")).min(1),
  z.strictObject({ first: whole(0, "The first seed; default 1.").optional(), count: whole(1, "How many seeds.") }),
], { error: "expected a number of seeds, a list of seeds, or { first, count }" }).describe("Seeds of every cell: how many, which, or { first, count }. Default 3.");

const budget = z.strictObject({
  memory: text("Memory that all workers together may take, such as 4 GB; default what the machine has.").optional(),
  time: text("Time on the clock after which no further cell is begun, such as 2h; what is missing is for a later --resume. Default none.").optional(),
  cellTime: text("Time after which a cell is given up, such as 10m. Default none.").optional(),
  attempts: whole(1, "How many times a cell is begun whose thread ends without an answer; default 3.").optional(),
});

const figure = z.strictObject({
  x: text("The column along the axis; default the first axis with several numbers.").optional(),
  y: z.union([text("A column."), z.array(text("A column.")).min(1)]).optional().describe("The column or columns to draw; by default what the rows are mostly about."),
});

export const definitionSchema = z.strictObject({
  $schema: z.string().optional().describe("This schema, for editors."),
  title: text("A name for the report.").optional(),
  claim: z.union([text("Id of a claim, or a beginning that only one has."), z.array(text("Id of a claim.")).min(1)]).optional().describe("The claim, or claims, to examine. Either this or run."),
  claims: text("A folder of claims of your own, as seen from the sweep file: .js or .mjs modules whose default export is defineClaim(...).").optional(),
  run: run.optional().describe("Training runs, with what they have in common; {} for standard training. Either this or claim."),
  set: z.record(z.string(), scalar).optional().describe("Parameters that stay, at another value than the reference point's or the region's own."),
  grid: z.record(z.string(), axisSchema).optional().describe("Parameters and their values; every combination is a point."),
  ladder: z.record(z.string(), axisSchema).optional().describe("Parameters that change together: lists of the same length, of which the first values are one rung, the second ones the next."),
  seeds: seeds.optional(),
  budget: budget.optional().describe("What the sweep may take."),
  figure: figure.optional().describe("What the report draws."),
});

export type SweepDefinition = z.infer<typeof definitionSchema>;
export type AxisDefinition = z.infer<typeof axisSchema>;
export type RunDefinition = z.infer<typeof run>;

/** The published JSON Schema of sweep files. */
export function sweepSchema(): object {
  return { ...z.toJSONSchema(definitionSchema), title: "lemmagrad sweep" };
}

export const sweepSchemaText = (): string => `${JSON.stringify(sweepSchema(), null, 2)}\n`;
