/**
 * The JSON Schema (2020-12) of what toJson gives, property by property beside the types it describes.
 *
 * `record<T>` asks for exactly the keys of T, so a property added to the types and not here does not compile. A change
 * that takes something away or gives it another meaning raises `version`.
 */
import type { ArrayJson, ExplanationJson, NodeJson, SendJson } from "./json.ts";
import type { ExplainedArgument } from "./explanation.ts";
import type { Maths } from "./rule-maths.ts";

export type Schema = { readonly [keyword: string]: unknown };

function record<T>(description: string, properties: { readonly [K in keyof Required<T>]: Schema }): Schema {
  return { description, type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
const text = (description: string): Schema => ({ description, type: "string" });
const list = (description: string, items: Schema): Schema => ({ description, type: "array", items });
const count = (description: string): Schema => ({ description, type: "integer", minimum: 0 });
const either = (description: string, ...anyOf: Schema[]): Schema => ({ description, anyOf });
const nothing: Schema = { type: "null" };
const number = (description: string): Schema => ({ description, type: "number" });

const maths = record<Maths>("A formula.", { latex: text("LaTeX with the primitive's own letters."), text: text("Unicode text with the names of this node and its arguments.") });
const shape = list("Lengths of the axes.", { type: "integer", minimum: 0 });
const ref = { $ref: "#/$defs/array" };

const array = record<ArrayJson>("An array, whole or summarised.", {
  shape,
  dtype: { description: "Type of its elements.", enum: ["float64", "float32"] },
  statistics: either("Of its finite elements; null when there is none.", nothing, record<NonNullable<ArrayJson["statistics"]>>("Range, mean and Euclidean norm.", {
    min: number("Least element."), max: number("Largest element."), mean: number("Mean."), norm: number("Euclidean norm."),
  })),
  notFinite: count("How many elements are NaN or infinite."),
  elements: either("Nested lists; null when it is summarised.", nothing, { $ref: "#/$defs/nested" }),
});

const nested = either("A number, or a list of such; JSON has no other word for what is not finite.", { type: "number" }, { enum: ["NaN", "Infinity", "-Infinity"] }, { type: "array", items: { $ref: "#/$defs/nested" } });

const send = record<SendJson>("What the backward walk sends from a node to one of its arguments.", {
  argument: count("Which argument, from 0."),
  to: count("The node that the argument is."),
  rule: either("The derivative rule; null where the record says nothing.", nothing, maths),
  part: either("What is added to that node's cotangent; null when nothing is.", nothing, ref),
  why: either("Why nothing is sent.", nothing, { type: "string" }),
  reshaped: either("Set when broadcasting was undone, or a constant cotangent spread.", nothing, record<NonNullable<SendJson["reshaped"]>>("The change of shape.", {
    how: { description: "Summed over axes that broadcasting had made, or spread over the argument.", enum: ["summed", "spread"] },
    from: list("Shape that the rule gave.", { type: "integer", minimum: 0 }),
  })),
});

const node = record<NodeJson>("An applied primitive, or an input.", {
  index: count("Place on the tape; arguments stand before results."),
  name: text("Label, input name, or v and the index."),
  op: either("The primitive; null for an input.", nothing, { type: "string" }),
  call: either("The application as text; null for an input.", nothing, { type: "string" }),
  params: { description: "The primitive's parameters.", type: "object" },
  arguments: list("In order.", record<ExplainedArgument>("A node or a constant.", { kind: { enum: ["node", "constant"] }, at: count("Its place in nodes or constants.") })),
  maths: either("What the primitive computes; null for an input.", nothing, maths),
  value: ref,
  cotangent: either("Null where none arrives.", nothing, ref),
  arrivals: list("What the cotangent is the sum of, in order of arrival.", record<NodeJson["arrivals"][number]>("A part.", {
    from: either("The node that sent it, or the caller.", { type: "integer", minimum: 0 }, { const: "given" }), part: ref,
  })),
  sends: list("What goes on from here.", send),
});

/** Of what Explanation.toJson gives. */
export const explanationSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "lemmagrad explanation, version 1",
  ...record<ExplanationJson>("The tape of one run of a function: values forward, cotangents backward.", {
    format: { const: "lemmagrad-explanation" },
    version: { const: 1 },
    start: { description: "Cotangent that the backward walk started from: ones, or the caller's.", enum: ["ones", "given"] },
    inputs: list("Nodes that are the function's inputs.", { type: "integer", minimum: 0 }),
    outputs: list("Leaves of the result.", record<ExplanationJson["outputs"][number]>("A leaf.", {
      path: text("Where it stands in the result."), node: either("Null when it does not depend on the inputs.", nothing, { type: "integer", minimum: 0 }), value: ref,
    })),
    constants: list("Literals and captured arrays.", record<ExplanationJson["constants"][number]>("A constant.", { name: text("Its name, or its value."), value: ref })),
    nodes: list("The tape.", node),
  }),
  $defs: { array, nested },
};
