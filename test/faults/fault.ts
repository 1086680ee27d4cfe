/** A planted fault: a wrong version of one place in the sources, and the tests that must notice it. */

/** What goes wrong in these faults; every kind has at least one. */
export const kinds = [
  "constant off", "dropped tail", "missed broadcast axis", "wrong kink", "swapped operands", "lost term",
  "wrong axis", "off by one", "wrong second derivative", "wrong forward mode", "float32 only", "size 0 or 1 only",
  "negative strides only", "shared memory", "in-place write", "missing accumulation", "order of additions",
  "stale memory", "wrong domain", "wrong shape rule", "wrong clearance", "levels confused", "weakened check", "wrong attack", "slow only",
] as const;
export type Kind = (typeof kinds)[number];

export interface Fault {
  /** A sentence about the wrong version, and its name on the command line. */
  readonly name: string;
  readonly kind: Kind;
  /** The file it is planted in, from the root of the repository. */
  readonly file: string;
  /** What stands there now, exactly once in the file ... */
  readonly find: string;
  /** ... and what stands there instead. */
  readonly replace: string;
  /** The test files of which at least one must fail. */
  readonly caughtBy: readonly string[];
  /** A regular expression of test names: only these run, where a whole file would take long. */
  readonly among?: string;
}

/** Where a fault's text stands in its file's content. Errors: says so unless it stands there exactly once. */
export function placeOf({ name, file, find }: Pick<Fault, "name" | "file" | "find">, content: string): number {
  const at = content.indexOf(find);
  if (at < 0) throw new Error(`${name}: its text is no longer in ${file}.`);
  if (content.includes(find, at + 1)) throw new Error(`${name}: its text stands more than once in ${file}.`);
  return at;
}

/** The content with the fault in it. Errors: as placeOf. */
export function planted(fault: Fault, content: string): string {
  const at = placeOf(fault, content);
  return content.slice(0, at) + fault.replace + content.slice(at + fault.find.length);
}
