/** Toy claims with a region, whose runs take no time: the value at a point and seed is at most 1. */
import { bounds, type Claim, type ClaimDefinition, defineClaim, type Point, type Range } from "../../src/claims/index.ts";
import { examinePoint, type Execute, type Task } from "../../src/falsify/index.ts";

export interface ToyRegion {
  box: Record<string, Range>;
  /** Margin of the one hypothesis of the point. */
  inside?: (point: Point) => number;
  /** Margin of the one hypothesis that a seed's draw decides. */
  drawn?: (value: number, seed: number) => number;
  value: (point: Point, seed: number) => number;
}

type Definition = ClaimDefinition<{ run: { value: number; point: Point } }, { value: number }>;

export function toyRegionClaim({ box, inside = () => 1, drawn = () => 1, value }: ToyRegion, overrides: Partial<Definition> = {}): Claim {
  const at = (point: Point) => ({ kind: "toy", spec: { point }, operations: 1, run: (seed: number) => ({ value: value(point, seed), point }) });
  return defineClaim<{ run: { value: number; point: Point } }, { value: number }>({
    id: "toy-region", title: "toy", source: { words: "ours", formula: "none" }, statement: "The value is at most 1.", maths: "x \\le 1",
    experiments: { run: at({}) },
    hypotheses: ({ run }, seed) => [{ name: "lucky draw", maths: "", holds: drawn(run.value, seed) > 0, margin: drawn(run.value, seed), detail: "" }],
    observable: ({ run }) => ({ value: run.value }),
    prediction: bounds({ value: { atMost: 1 } }, "at most 1"),
    controls: [{ change: "another", experiments: { run: at({ other: true }) } }],
    recorded: "supported", plan: { quick: { seeds: 5, controlSeeds: 1 }, full: { seeds: 5, controlSeeds: 1 } },
    region: {
      box,
      hypotheses: (point) => [{ name: "point inside", maths: "", holds: inside(point) > 0, margin: inside(point), detail: "" }],
      experiments: (point) => ({ run: at(point) }),
    },
    ...overrides,
  });
}

/** Tries points here and now, and remembers which. */
export function recording(claim: Claim): { execute: Execute; tasks: Task[] } {
  const tasks: Task[] = [];
  return {
    tasks,
    execute(task) {
      tasks.push(structuredClone(task));
      return examinePoint(claim, task.point, task.seeds, { untilFailure: task.untilFailure });
    },
  };
}

/** The same, answering out of order, as worker threads do. */
export function outOfOrder(claim: Claim): Execute {
  let calls = 0;
  return async ({ point, seeds, untilFailure }) => {
    const examined = examinePoint(claim, point, seeds, { untilFailure });
    await new Promise((resolve) => { setTimeout(resolve, (7 * calls++) % 5); });
    return examined;
  };
}

export const square = { x: { low: 0, high: 1 }, y: { low: 0, high: 1 } } as const;
export const number = (point: Point, name: string): number => point[name] as number;

/** A number in [0, 1) from a text: FNV-1a, mixed once more. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const letter of text) h = Math.imul(h ^ letter.codePointAt(0)!, 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32;
}
