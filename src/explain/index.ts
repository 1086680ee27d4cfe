/** lemmagrad/explain: the tape of any function, as text, pictures or data. */
export { explain, explainWith, type ExplainOptions } from "./explain.ts";
export { type Arrival, type Constant, type ExplainedArgument, type ExplainedNode, Explanation, type ExplanationParts, type Send } from "./explanation.ts";
export type { ArrayJson, ExplanationJson, JsonNested, JsonNumber, NodeJson, SendJson } from "./json.ts";
export { label } from "./label.ts";
export { latexText } from "./latex-text.ts";
export type { Maths } from "./rule-maths.ts";
export { explanationSchema } from "./schema.ts";
export type { TextOptions } from "./text.ts";
export type { Values } from "./summary.ts";
