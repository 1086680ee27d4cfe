/** Holding two runs of the workload against each other, name by name. */
import type { BackendRun } from "./workload/index.ts";

/** One backend on one engine. */
export interface Labelled {
  label: string;
  run: BackendRun;
}

/** The names of results that are not the same in both, or that only one has. */
export function differing(run: BackendRun, base: BackendRun): string[] {
  const [own, other] = [run, base].map(({ results }) => new Map(results));
  return [...new Set([...other.keys(), ...own.keys()])].filter((name) => own.get(name) !== other.get(name));
}

/** What a result that differs is in either run, at the first element that differs. Both runs must have kept its bits. */
export function describeDifference(name: string, one: Labelled, base: Labelled): string {
  const [here, there] = [one.run.kept[name], base.run.kept[name]];
  if (here === undefined || there === undefined) return `${name}: only ${here === undefined ? base.label : one.label} has it`;
  if (here.form !== there.form) return `${name}: ${here.form} instead of ${there.form}`;
  const at = here.bits.findIndex((bits, i) => bits !== there.bits[i]);
  if (at < 0) return `${name}: the same when asked a second time, so it depends on what ran before`;
  const count = here.bits.filter((bits, i) => bits !== there.bits[i]).length;
  return `${name}: ${count} of ${here.bits.length} elements differ, the first is element ${at}: ${shown(here.bits[at])} on ${one.label}, ${shown(there.bits[at])} on ${base.label}`;
}

/** Bits in hexadecimal with the number they stand for. */
function shown(bits: string): string {
  const view = new DataView(new ArrayBuffer(8));
  if (bits.length === 8) view.setUint32(0, parseInt(bits, 16));
  else view.setBigUint64(0, BigInt(`0x${bits}`));
  return `${bits} (${bits.length === 8 ? view.getFloat32(0) : view.getFloat64(0)})`;
}
