/** What a tape holds, put together for reading: every node, the value it kept, the cotangent it got and what it sent on. */
import type { Value } from "../autodiff/index.ts";
import type { Dtype } from "../ndarray/index.ts";
import { dotOf } from "./dot.ts";
import { jsonOf, type ExplanationJson } from "./json.ts";
import { mermaidOf } from "./mermaid.ts";
import type { Maths } from "./rule-maths.ts";
import type { Values } from "./summary.ts";
import { textOf, type TextOptions } from "./text.ts";

/** One applied primitive, or an input of the function. */
export interface ExplainedNode {
  /** Its place on the tape: arguments stand before results. */
  readonly index: number;
  /** The label it was given, an input's path, or v and the index. */
  readonly name: string;
  /** The primitive's name; undefined for an input. */
  readonly op: string | undefined;
  readonly params: unknown;
  readonly arguments: readonly ExplainedArgument[];
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly value: Value;
  /** What the primitive computes; undefined for an input. */
  readonly maths: Maths | undefined;
  /** Undefined where none arrives: the result does not depend on this node. */
  readonly cotangent: Value | undefined;
  /** What it is the sum of, in the order of arrival. */
  readonly arrivals: readonly Arrival[];
  /** What the backward walk sends from here, one an argument that lies on the tape. */
  readonly sends: readonly Send[];
}

/** An argument is another node or a constant: `at` is its place in `nodes` or `constants`. */
export interface ExplainedArgument {
  readonly kind: "node" | "constant";
  readonly at: number;
}

/** Where a part of a cotangent came from: a node, or the caller, who gives the result's. */
export interface Arrival {
  readonly from: number | "given";
  readonly part: Value;
}

export interface Send {
  /** Which argument of the node it is for, and the node that this argument is. */
  readonly position: number;
  readonly to: number;
  /** Undefined where the primitive's record says nothing. */
  readonly rule: Maths | undefined;
  /** In the shape of the argument; undefined where nothing is sent. */
  readonly part: Value | undefined;
  /** Why nothing is sent. */
  readonly why: string | undefined;
  /** Set when the rule gave another shape: broadcasting was undone by a sum, or a constant spread over the argument. */
  readonly reshaped: { readonly how: "summed" | "spread"; readonly from: readonly number[] } | undefined;
}

/** A literal, or an array that the function captured. */
export interface Constant {
  readonly name: string;
  readonly value: Value;
}

export interface ExplanationParts {
  readonly nodes: readonly ExplainedNode[];
  readonly constants: readonly Constant[];
  /** Indices of the nodes that are the function's inputs. */
  readonly inputs: readonly number[];
  /** The leaves of the result; node undefined for one that does not depend on the inputs. */
  readonly outputs: readonly { readonly path: string; readonly node: number | undefined; readonly value: Value }[];
  /** Whether the walk back started from ones or from the caller's cotangent. */
  readonly start: "ones" | "given";
}

/** The tape of one run of a function, forward and backward. */
export class Explanation implements ExplanationParts {
  readonly nodes: readonly ExplainedNode[];
  readonly constants: readonly Constant[];
  readonly inputs: readonly number[];
  readonly outputs: ExplanationParts["outputs"];
  readonly start: ExplanationParts["start"];
  constructor(parts: ExplanationParts) {
    this.nodes = parts.nodes;
    this.constants = parts.constants;
    this.inputs = parts.inputs;
    this.outputs = parts.outputs;
    this.start = parts.start;
  }
  /** Two tables for a terminal: values forward, cotangents backward. Plain and unwrapped unless the options say otherwise. */
  toText(options: TextOptions = {}): string {
    return textOf(this, options);
  }
  /** A Mermaid flowchart; each edge says what comes back along it. */
  toMermaid(): string {
    return mermaidOf(this);
  }
  /** A Graphviz digraph; each edge says what comes back along it. */
  toDot(): string {
    return dotOf(this);
  }
  /** Plain data that follows explanationSchema. */
  toJson(options: { values?: Values } = {}): ExplanationJson {
    return jsonOf(this, options.values ?? "summary");
  }
}
