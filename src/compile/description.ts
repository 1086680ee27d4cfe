/** A plan for reading: what runs in which group, what was fused, and what it costs. */
import { type Call, flopsOf, readsOf, writesOf } from "./calls.ts";
import { elementBytes } from "./memory-plan.ts";
import type { Plan } from "./plan.ts";
import { bytesText } from "./workspace.ts";

export interface PlanStep {
  /** The kernel, "copy", or "whole" for a primitive carried out by its own loop. */
  readonly kernel: string;
  /** The ops that it carries out; several where they were fused. */
  readonly ops: readonly string[];
  readonly flops: number;
  /** Bytes of its operands and results together, over a whole call. */
  readonly bytes: number;
}

export interface PlanGroup {
  /** Equal slices that the rows are cut into, and how many make a block; 1 and 1 where it runs whole. */
  readonly slices: number;
  readonly block: number;
  readonly steps: readonly PlanStep[];
}

export class PlanDescription {
  /** Why a call is a plain call of the function; empty where it is compiled. */
  readonly plainBecause: string;
  readonly groups: readonly PlanGroup[];
  /** Working memory, known before anything runs. */
  readonly bytes: number;
  readonly flops: number;
  /** Kernel calls as traced, before the rewrites and without what nobody reads. */
  readonly traced: number;

  constructor(plan: Plan | undefined, why: string) {
    this.plainBecause = plan === undefined ? why : "";
    this.bytes = plan?.memory.bytes ?? 0;
    this.flops = plan?.flops ?? 0;
    this.traced = plan?.traced ?? 0;
    this.groups = plan === undefined ? [] : plan.groups.map(({ slices, calls }, group) => ({ slices, block: plan.blocks[group], steps: calls.map(stepOf) }));
  }

  toString(): string {
    if (this.plainBecause !== "") return `called plainly: ${this.plainBecause}`;
    const steps = this.groups.reduce((sum, group) => sum + group.steps.length, 0);
    const lines = [`${this.traced} kernel calls traced, ${steps} after fusing, in ${this.groups.length} groups; ${flopsText(this.flops)}; ${bytesText(this.bytes)} of working memory`];
    this.groups.forEach(({ slices, block, steps: own }, group) => {
      lines.push(`group ${group + 1}${slices === 1 ? "" : slices === block ? `: ${slices} slices at once` : `: ${slices} slices in ${Math.ceil(slices / block)} blocks of ${block}`}`);
      for (const { kernel, ops, flops, bytes } of own) {
        lines.push(`  ${kernel.padEnd(22)} ${flopsText(flops).padStart(11)} ${bytesText(bytes).padStart(9)}  ${ops.join(" + ")}`);
      }
    });
    return lines.join("\n");
  }
}

function stepOf(call: Call): PlanStep {
  const kernel = call.kind === "kernel" ? call.kernel : call.kind === "copy" ? "copy" : "whole";
  const bytes = [...readsOf(call), ...writesOf(call)].reduce((sum, { buffer, length }) => sum + length * elementBytes[buffer.dtype], 0);
  return { kernel, ops: call.ops, flops: flopsOf(call), bytes };
}

/** A number of floating-point operations for reading. */
function flopsText(flops: number): string {
  const [unit, size] = flops < 1e3 ? ["FLOP", 1] : flops < 1e6 ? ["kFLOP", 1e3] : flops < 1e9 ? ["MFLOP", 1e6] : ["GFLOP", 1e9];
  return `${size === 1 ? flops : (flops / size).toPrecision(3)} ${unit}`;
}
