/**
 * The backward walk once more, rule by rule, for reading.
 *
 * The tape gives every node's whole cotangent; what each rule sent is found by asking it again, from that cotangent.
 */
import { apply, applyRule, fitting, registered, type TapeEntry, type TraceRecord, type Value } from "../autodiff/index.ts";
import type { Arrival, Send } from "./explanation.ts";
import type { Names } from "./names.ts";
import { ruleMaths } from "./rule-maths.ts";

export interface Passage {
  readonly cotangent: Value | undefined;
  readonly arrivals: readonly Arrival[];
  readonly sends: readonly Send[];
}

/** What passes through every node, given the cotangents of the results. Errors: as the vjp's pull. */
export function walkBack({ entries, outputs, pull }: TraceRecord, cotangents: readonly Value[], names: Names): Passage[] {
  const whole = pull(cotangents);
  const arrivals: Arrival[][] = entries.map(() => []);
  outputs.forEach(({ index }, at) => {
    if (index !== undefined) arrivals[index].push({ from: "given", part: cotangents[at] });
  });
  const sends: Send[][] = entries.map(() => []);
  for (let index = entries.length - 1; index >= 0; index--) {
    const ct = whole[index];
    if (ct === undefined) continue;
    sends[index] = sendsOf(entries[index], ct, { args: names.argumentsOf(index), result: names.nodes[index] });
    for (const { to, part } of sends[index]) if (part !== undefined) arrivals[to].push({ from: index, part });
  }
  return entries.map((_, index) => ({ cotangent: whole[index], arrivals: arrivals[index], sends: sends[index] }));
}

function sendsOf({ primitive, args, from, out, params }: TapeEntry, ct: Value, names: { args: string[]; result: string }): Send[] {
  if (primitive === undefined) return [];
  return from.flatMap((to, position): Send[] => {
    if (to < 0) return [];
    const rule = ruleMaths(primitive, position, names);
    const raw = applyRule(primitive, "vjp", ct, { args, out, params, position });
    if (raw === undefined) return [{ position, to, rule, part: undefined, why: whyNothing(primitive.vjp[primitive.variadic ? 0 : position]), reshaped: undefined }];
    const { shape } = args[position];
    const how = fitting(raw.shape, shape);
    if (how === undefined) return [{ position, to, rule, part: raw, why: undefined, reshaped: undefined }];
    const part = apply(registered(how), [raw], { shape: [...shape] });
    return [{ position, to, rule, part, why: undefined, reshaped: { how: how === "broadcastTo" ? "spread" : "summed", from: [...raw.shape] } }];
  });
}

function whyNothing(rule: unknown): string {
  return (rule as { why: string }).why;
}

/** The arguments that are no nodes, each once, in order of use. */
export function constantsOf(entries: readonly TapeEntry[]): Value[] {
  const found = new Set<Value>();
  for (const { args, from } of entries) args.forEach((arg, position) => { if (from[position] < 0) found.add(arg); });
  return [...found];
}
