/** From a sweep's definition to its cells: how many there are, and each by its place, so that none need be kept. */
import { basePoint, type Claim, type DerivedCoordinates, type Experiment, type Point, type Region } from "../claims/index.ts";
import { LemmagradError, ParameterError, suggestion } from "../errors/index.ts";
import { arrayBytesOf, makeSetting, operationsOf, phaseCoordinates, settingNames } from "../theories/robust-features/index.ts";
import { type Axis, axesOf, type AxisValue, seedsOfSweep } from "./axes.ts";
import { type Cell, cellKey, type CellTask, type ClaimTask, type Identity, type RunTask } from "./cell.ts";
import type { SweepDefinition } from "./definition.ts";
import { runNames, runSpec } from "./run-spec.ts";

export interface SweepPlan {
  kind: "claim" | "run";
  /** Number of cells. */
  count: number;
  axes: Axis[];
  claims: string[];
  seeds: number[];
  identity: Identity;
  /** The cell at a place, 0 <= index < count. Errors: ParameterError where the parameters there are impossible for a run. */
  cellAt(index: number): Cell;
  costAt(index: number): CellCost;
}

export interface CellCost {
  /** Floating-point operations. */
  operations: number;
  /** Of the arrays, beside what a thread takes anyway. */
  bytes: number;
}

export interface PlanOptions {
  /** The definition's name in errors: its file. */
  where: string;
  identity: Identity;
  /** Claims by id; only those of the definition are asked for. */
  claimOf: (id: string) => Claim;
}

/**
 * The cells of a definition. Claims come first, then the ladder, then the grid's parameters, the last changing fastest; of runs the seeds
 * change faster still. A claim's cell is a point with all seeds, a run's a point with one.
 *
 * Errors: ParameterError on neither or both of claim and run, a name that is no parameter, a claim without a region that is to be moved, or
 *         what axesOf and seedsOfSweep refuse.
 */
export function planSweep(definition: SweepDefinition, { where, identity, claimOf }: PlanOptions): SweepPlan {
  const { claim, run } = definition;
  if ((claim === undefined) === (run === undefined)) {
    throw new ParameterError({ where, problem: claim === undefined ? "it says neither claim nor run." : "it says both claim and run.", expected: "claim: the id of a claim, or run: what to train.", mend: claim === undefined ? "add `run: {}` for standard training." : "make two sweeps of it." });
  }
  if (claim === undefined && definition.claims !== undefined) throw new ParameterError({ where, problem: "it has a folder of claims and no claim.", expected: "claim: an id." });
  const axes = axesOf(definition, where);
  const seeds = seedsOfSweep(definition.seeds, `${where}: seeds`);
  const fixed = definition.set ?? {};
  const ids = claim === undefined ? [] : [claim].flat();
  if (new Set(ids).size < ids.length) throw new ParameterError({ where: `${where}: claim`, problem: "it names a claim twice.", expected: "each once." });
  const points = axes.reduce((product, { places }) => product * places.length, 1);
  const tasks = claim === undefined ? runTasks(definition, axes, fixed, seeds, where) : claimTasks(ids.map(claimOf), axes, fixed, seeds, where);
  const count = points * (claim === undefined ? seeds.length : ids.length);
  if (!Number.isSafeInteger(count) || count > mostCells) throw new ParameterError({ where, problem: `it has ${count.toExponential(2)} cells.`, expected: `at most ${mostCells}.`, mend: "make several sweeps of it, and join them with `lemmagrad sweep merge`." });
  return {
    kind: claim === undefined ? "run" : "claim", count, axes, claims: ids, seeds, identity,
    cellAt(index) {
      const task = tasks.at(index);
      return { key: cellKey(task, identity), index, task };
    },
    costAt: (index) => tasks.cost(tasks.at(index)),
  };
}

/** The record of where each cell's record lies takes 12 bytes a cell. */
const mostCells = 10_000_000;

interface Tasks {
  at(index: number): CellTask;
  cost(task: CellTask): CellCost;
}

function runTasks(definition: SweepDefinition, axes: readonly Axis[], fixed: Point, seeds: readonly number[], where: string): Tasks {
  const known = [...settingNames, ...runNames, ...derivedNames(runSpace)];
  checkNames([...Object.keys(fixed), ...axes.flatMap(({ names }) => names)], known, where);
  const { rows = "end" } = definition.run!;
  return {
    at(index) {
      const at = placeAt(axes, Math.floor(index / seeds.length));
      const given = { ...fixed, ...at };
      try {
        const { own, parameters } = divided(given);
        const setting = makeSetting(withDerived(runSpace, { ...makeSetting(parameters) } as unknown as Point, given, where) as Record<string, number>);
        return { kind: "run", spec: runSpec({ ...definition.run, ...own }, setting), seed: seeds[index % seeds.length], rows, at } satisfies RunTask;
      } catch (error) {
        throw atPoint(error, given, where);
      }
    },
    cost: (task) => (task.kind === "run" ? { operations: operationsOf(task.spec), bytes: arrayBytesOf(task.spec) } : { operations: 0, bytes: 0 }),
  };
}

/** What of a point belongs to the run, and what to the setting. */
function divided(given: Point): { own: Point; parameters: Record<string, number | string> } {
  const entries = Object.entries(given);
  return {
    own: Object.fromEntries(entries.filter(([name]) => runNames.includes(name))),
    parameters: Object.fromEntries(entries.filter(([name]) => (settingNames as string[]).includes(name))) as Record<string, number | string>,
  };
}

function claimTasks(claims: readonly Claim[], axes: readonly Axis[], fixed: Point, seeds: number[], where: string): Tasks {
  const points = axes.reduce((product, { places }) => product * places.length, 1);
  const names = [...Object.keys(fixed), ...axes.flatMap((axis) => axis.names)];
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  for (const { id, region } of claims) {
    if (names.length === 0) continue;
    if (region === undefined) throw new ParameterError({ where, problem: `claim ${id} has no region: nothing says where else it is made.`, expected: "a claim with a region, or no set, grid and ladder.", mend: "leave them out to run it at its own setting on these seeds." });
    checkNames(names, [...Object.keys(region.box), ...derivedNames(spaceOf(region))], `${where}, for claim ${id}`);
  }
  return {
    at(index) {
      const { id, region } = claims[Math.floor(index / points)];
      const at = placeAt(axes, index % points);
      const given = { ...fixed, ...at };
      if (names.length === 0 || region === undefined) return { kind: "claim", claim: id, point: null, seeds, at } satisfies ClaimTask;
      const plain = Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(region.box, name)));
      try {
        return { kind: "claim", claim: id, point: withDerived(spaceOf(region), basePoint(region.box, plain), given, where), seeds, at } satisfies ClaimTask;
      } catch (error) {
        throw atPoint(error, given, where);
      }
    },
    cost: (task) => (task.kind === "claim" ? claimCost(byId.get(task.claim)!, task) : { operations: 0, bytes: 0 }),
  };
}

function claimCost(claim: Claim, { point, seeds }: ClaimTask): CellCost {
  let experiments: readonly Experiment<unknown>[];
  try {
    experiments = Object.values(point === null ? claim.experiments : claim.region!.experiments(point));
  } catch (error) {
    // no such point: a row says so, and nothing is run
    if (error instanceof LemmagradError) return { operations: 0, bytes: 0 };
    throw error;
  }
  return {
    operations: seeds.length * experiments.reduce((sum, { operations }) => sum + operations, 0),
    bytes: experiments.reduce((most, { bytes = 0 }) => Math.max(most, bytes), 0),
  };
}

/** What points are made of: parameters, and coordinates that change one of them. */
interface Space {
  parameters: readonly string[];
  coordinates: DerivedCoordinates;
}

const runSpace: Space = { parameters: settingNames, coordinates: phaseCoordinates };
const spaceOf = ({ box, coordinates = {} }: Region<unknown>): Space => ({ parameters: Object.keys(box), coordinates });

/** Coordinates that are no parameters: A/B changes alpha, eps/beta changes eps. */
function derivedNames({ parameters, coordinates }: Space): string[] {
  return Object.keys(coordinates).filter((name) => !parameters.includes(name) && coordinates[name].needs.every((needed) => parameters.includes(needed)));
}

/** The point with its derived coordinates at the values given. Errors: ParameterError when one of them changes what is given too. */
function withDerived(space: Space, point: Point, given: Point, where: string): Point {
  return derivedNames(space).filter((name) => Object.hasOwn(given, name)).reduce((before, name) => {
    const after = space.coordinates[name].at(before, given[name] as number);
    const changed = Object.keys(after).find((own) => after[own] !== before[own] && Object.hasOwn(given, own));
    if (changed !== undefined) throw new ParameterError({ where, problem: `${name} changes ${changed}, which is given too.`, expected: `${name} or ${changed}.`, mend: "leave one of them out." });
    return after;
  }, point);
}

function checkNames(names: readonly string[], known: readonly string[], where: string): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ParameterError({ where, problem: `there is no parameter "${unknown}".`, expected: `one of ${known.join(", ")}.`, mend: suggestion(unknown, known, "see docs/sweep.") });
}

/** The values on the axes at a place, the last axis changing fastest. */
function placeAt(axes: readonly Axis[], place: number): Record<string, AxisValue> {
  const chosen: (readonly [string, AxisValue])[][] = [];
  let rest = place;
  for (let i = axes.length - 1; i >= 0; i--) {
    const { names, places } = axes[i];
    const values = places[rest % places.length];
    rest = Math.floor(rest / places.length);
    chosen[i] = names.map((name, n) => [name, values[n]] as const);
  }
  return Object.fromEntries(chosen.flat());
}

/** An error of one point, with the point's name. */
function atPoint(error: unknown, given: Point, where: string): unknown {
  if (!(error instanceof LemmagradError)) return error;
  const point = Object.entries(given).map(([name, value]) => `${name} = ${String(value)}`).join(", ");
  return new ParameterError({ ...error.parts, where: `${where}, at ${point === "" ? "the reference point" : point}` }, { cause: error });
}
