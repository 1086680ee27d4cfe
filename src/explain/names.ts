/** What nodes and constants are called: by the user where there is a name, and no two things alike. */
import { bottom, type TraceRecord, type Value } from "../autodiff/index.ts";
import { sizeOf } from "../ndarray/index.ts";
import { numberText } from "./summary.ts";

export interface Names {
  readonly nodes: readonly string[];
  readonly constants: readonly string[];
  /** The names of a node's arguments, constants among them. */
  argumentsOf(index: number): string[];
}

interface Given {
  readonly labels: ReadonlyMap<number, string>;
  readonly args: readonly string[] | undefined;
  readonly constants: readonly Value[];
  readonly captured: Readonly<Record<string, Value>>;
}

export function namesOf({ entries, inputs }: TraceRecord, { labels, args, constants, captured }: Given): Names {
  const taken = new Set<string>();
  const unique = (name: string): string => {
    const own = taken.has(name) ? unique(`${name}'`) : name;
    taken.add(own);
    return own;
  };
  const wanted = new Map([...labels, ...inputs.map(({ index, path }) => [index, inputName(path, args)] as const)]);
  const given = new Map([...wanted].sort(([a], [b]) => a - b).map(([index, name]) => [index, unique(name)]));
  const capturedNames = new Map(Object.entries(captured).map(([name, value]) => [value, name]));
  const constantNames = constants.map((value) => {
    const name = capturedNames.get(value);
    if (name !== undefined) return unique(name);
    return value.shape.length === 0 ? numberText(onlyElement(value)) : undefined;
  });
  const nodes = entries.map((_, index) => given.get(index) ?? unique(`v${index}`));
  let unnamed = 0;
  const named = constantNames.map((name) => name ?? unique(`k${unnamed++}`));
  return {
    nodes, constants: named,
    argumentsOf: (index) => entries[index].from.map((source, position) => (source >= 0 ? nodes[source] : named[constants.indexOf(entries[index].args[position])])),
  };
}

/** args[1].w[0] as names[1].w[0]. */
function inputName(path: string, names: readonly string[] | undefined): string {
  return names === undefined ? path : path.replace(/^args\[(\d+)\]/, (_all, position: string) => names[Number(position)]);
}

function onlyElement(value: Value): number {
  const { data, offset, shape } = bottom(value);
  return sizeOf(shape) === 1 ? data[offset] : NaN;
}
