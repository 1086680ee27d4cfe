/** Runs a plan: its instructions bound to the workspace, and its inputs and results copied in and out. */
import { contextOf } from "../autodiff/index.ts";
import { currentKernels } from "../kernels/index.ts";
import { allocate, copyElements, type FloatArray, isContiguous, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import type { Call, CopyCall, KernelCall, PrimitiveCall } from "./calls.ts";
import { Crew } from "./crew.ts";
import { bound, instruction, preparation, type Step } from "./instructions.ts";
import type { GroupTask } from "./member.ts";
import { addressOf, type Holding } from "./memory-plan.ts";
import { Overlap } from "./overlap.ts";
import { type Buffer, type Region, regionOf } from "./phantom.ts";
import type { Plan } from "./plan.ts";
import { flat, Inlet, Outlet, stretch, type Words } from "./transfer.ts";
import type { Workspace } from "./workspace.ts";

interface GroupProgram {
  readonly slices: number;
  readonly block: number;
  /** What the threads do, where there are several and the group is cut. */
  readonly task: GroupTask | undefined;
  /** Inputs held whole that are first needed here, and those that come block by block. */
  readonly whole: readonly { readonly input: number; readonly target: Words }[];
  readonly inlets: readonly { readonly input: number; readonly thread: number; readonly inlet: Inlet }[];
  readonly prepare: readonly Step[];
  readonly steps: readonly Step[];
  readonly outlets: readonly { readonly output: number; readonly thread: number; readonly outlet: Outlet }[];
}

export class Machine {
  private readonly plan: Plan;
  private readonly home: Workspace | Crew;
  /** The plan's number with the threads. */
  private number = -1;
  private generation = -1;
  private groups: GroupProgram[] = [];
  /** Buffers of arguments and constants, in the order of `sources`. */
  private readonly inputs: Buffer[];
  private readonly sources: Words[];
  private readonly overlap: Overlap;
  /** Results held whole at the end: views on the workspace. */
  private wholes: { output: number; from: NdArray }[] = [];

  constructor(plan: Plan, home: Workspace | Crew) {
    this.plan = plan;
    this.home = home;
    const buffers = [...plan.memory.holdings.keys(), ...plan.graph.outputs.map(({ data }) => regionOf(data)!.buffer)];
    this.inputs = [...new Set(buffers)].filter(({ origin }) => origin.kind !== "computed");
    this.sources = new Array<Words>(this.inputs.length);
    this.overlap = new Overlap(plan, this.inputs, (time) => this.groupOf(time));
  }

  /** Whether a plan runs in this one's workspace at the moment. */
  get busy(): boolean {
    return this.home.busy;
  }

  /** The threads need not know the plan any more. */
  forget(): void {
    if (!(this.home instanceof Crew) || this.number < 0 || this.busy) return;
    this.home.forget(this.number);
    this.number = -1;
    this.generation = -1;
  }

  /** Carries the plan out on the arguments' leaves, and fills `targets`, one contiguous array a result. */
  run(leaves: readonly NdArray[], targets: readonly FloatArray[]): void {
    this.home.reserve(this.plan.memory.bytes);
    if (this.generation !== this.home.generation) this.bind();
    for (let i = 0; i < this.inputs.length; i++) {
      const { origin } = this.inputs[i];
      this.sources[i] = origin.kind === "argument" ? flat(leaves[origin.leaf]) : (origin as { data: Words }).data;
    }
    this.overlap.separate(this.sources, targets);
    this.home.busy = true;
    try {
      for (let g = 0; g < this.groups.length; g++) this.runGroup(this.groups[g], g, targets);
    } finally {
      this.home.busy = false;
    }
    for (let i = 0; i < this.wholes.length; i++) {
      const { output, from } = this.wholes[i];
      copyElements(from, targets[output]);
    }
    this.handBack(targets);
  }

  private runGroup(program: GroupProgram, group: number, targets: readonly FloatArray[]): void {
    const { slices, block, task, whole, prepare, steps } = program;
    for (let i = 0; i < whole.length; i++) whole[i].target.set(this.sources[whole[i].input] as Float64Array);
    for (let i = 0; i < prepare.length; i++) prepare[i](0, 1);
    const stride = task === undefined ? block : block * this.plan.threads;
    for (let start = 0; start < slices; start += stride) {
      this.bringIn(program, start);
      if (task !== undefined) (this.home as Crew).round(this.number, group, task, start);
      else {
        const count = Math.min(block, slices - start);
        for (let i = 0; i < steps.length; i++) steps[i](start, count);
      }
      this.bringOut(program, start, targets);
    }
  }

  private bringIn({ slices, block, inlets }: GroupProgram, start: number): void {
    for (let i = 0; i < inlets.length; i++) {
      const { input, thread, inlet } = inlets[i];
      const first = start + thread * block;
      if (first < slices) inlet.take(this.sources[input], first, Math.min(block, slices - first));
    }
  }

  private bringOut({ slices, block, outlets }: GroupProgram, start: number, targets: readonly FloatArray[]): void {
    for (let i = 0; i < outlets.length; i++) {
      const { output, thread, outlet } = outlets[i];
      const first = start + thread * block;
      if (first < slices) outlet.give(targets[output], first, Math.min(block, slices - first));
    }
  }

  /** Results that are an argument or a constant. */
  private handBack(targets: readonly FloatArray[]): void {
    const { outputs } = this.plan.graph;
    for (let output = 0; output < outputs.length; output++) {
      const { shape, stride, offset, data } = outputs[output];
      const { buffer, offset: first } = regionOf(data)!;
      if (buffer.origin.kind !== "computed") copyElements(view(this.sources[this.inputs.indexOf(buffer)] as FloatArray, shape, stride, first + offset), targets[output]);
    }
  }

  /** Makes the steps and views anew: the workspace has moved, or this is the first call. */
  private bind(): void {
    const { plan, home } = this;
    const { groups, blocks, memory } = plan;
    this.generation = home.generation;
    const holdings = [...memory.holdings.values()];
    this.groups = groups.map(({ slices, calls }, group) => {
      const inputs = this.inputs.flatMap((buffer, input) => {
        const holding = memory.holdings.get(buffer);
        return holding === undefined ? [] : [{ input, holding }];
      });
      const firstHere = ({ holding }: { holding: Holding }) => holding.group === undefined && this.groupOf(holding.from) === group;
      const mine = slices > 1 && plan.threads > 1;
      const threads = Array.from({ length: mine ? plan.threads : 1 }, (_, thread) => thread);
      const blockOf = ({ buffer }: Holding, thread: number) => this.wordsOf({ buffer, offset: 0, length: (buffer.length / slices) * blocks[group] }, thread);
      return {
        slices, block: blocks[group],
        task: mine ? { slices, block: blocks[group], steps: calls.map((call) => instruction(call as KernelCall, this.siteOf(call, slices))) } : undefined,
        whole: inputs.filter(firstHere).map(({ input, holding: { buffer } }) => ({ input, target: this.wordsOf({ buffer, offset: 0, length: buffer.length }) })),
        inlets: inputs.filter(({ holding }) => holding.group === group).flatMap(({ input, holding }) => threads.map((thread) => {
          const perSlice = holding.buffer.length / slices;
          return { input, thread, inlet: new Inlet(blockOf(holding, thread), perSlice, blocks[group]) };
        })),
        prepare: calls.flatMap((call) => this.preparationOf(call, slices)),
        steps: mine ? [] : calls.map((call) => this.stepOf(call, slices)),
        outlets: holdings.filter((holding) => holding.group === group).flatMap((holding) => this.outputsOn(holding.buffer).flatMap((output) => threads.map((thread) => {
          return { output, thread, outlet: new Outlet(blockOf(holding, thread), holding.buffer.length / slices) };
        }))),
      };
    });
    if (this.home instanceof Crew) {
      if (this.number >= 0) this.home.forget(this.number);
      this.number = this.home.learn(this.groups.map(({ task }) => task));
    }
    this.wholes = plan.graph.outputs.flatMap(({ data, shape, stride, offset }, output) => {
      const region = regionOf(data)!;
      const holding = memory.holdings.get(region.buffer); // none where there is no element, so that no call writes any
      if (region.buffer.origin.kind !== "computed" || holding === undefined || holding.group !== undefined) return [];
      return [{ output, from: view(this.wordsOf(region) as FloatArray, shape, stride, offset) }];
    });
  }

  private outputsOn(buffer: Buffer): number[] {
    return this.plan.graph.outputs.flatMap(({ data }, output) => (regionOf(data)!.buffer === buffer && buffer.origin.kind === "computed" ? [output] : []));
  }

  private groupOf(time: number): number {
    let start = 0;
    return this.plan.groups.findIndex(({ calls }) => {
      start += calls.length;
      return time < start;
    });
  }

  /** The typed array on a region; of a thread's own area where the buffer exists block by block. */
  private wordsOf(region: Region, thread = 0): Words {
    return stretch(this.home.buffer, region.buffer.dtype, this.home.base + addressOf(this.plan.memory, region) + thread * this.plan.memory.blockBytes, region.length);
  }

  private siteOf(call: Call, slices: number) {
    return { plan: this.plan.memory, base: this.home.base, slices, room: this.plan.rooms.get(call) };
  }

  private raw(name: string): (...args: number[]) => void {
    return (this.home.exports as unknown as Record<string, (...args: number[]) => void>)[name];
  }

  private preparationOf(call: Call, slices: number): Step[] {
    if (call.kind !== "kernel" || !this.plan.packs.has(call)) return [];
    const { fn, args } = preparation(call, this.siteOf(call, slices))!;
    return [bound(this.raw(fn), args)];
  }

  private stepOf(call: Call, slices: number): Step {
    if (call.kind === "copy") return this.copying(call);
    if (call.kind === "primitive") return this.carryingOut(call);
    const { fn, args } = instruction(call, this.siteOf(call, slices));
    return bound(this.raw(fn), args);
  }

  private copying({ from, to, shape, stride, first }: CopyCall): Step {
    const source = view(this.wordsOf(from) as FloatArray, shape, stride, first);
    const target = this.wordsOf(to) as FloatArray;
    if (isContiguous(source)) {
      const part = source.data.subarray(first, first + sizeOf(shape));
      return () => target.set(part);
    }
    return () => copyElements(source, target);
  }

  private carryingOut({ reads, to, run }: PrimitiveCall): Step {
    const arrays = reads.map((region) => this.wordsOf(region) as FloatArray);
    const out = this.wordsOf(to) as FloatArray;
    return () => run(arrays, out, contextOf(currentKernels(), allocate));
  }
}
