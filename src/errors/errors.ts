/**
 * Every error the package throws on purpose.
 *
 * A message names the place, says what is wrong, what was expected and how to mend it:
 *
 *   ShapeError: matmul: inner axes differ: a is [32, 16], b is [8, 16].
 *     Expected a.shape[1] === b.shape[0], got 16 and 8.
 *     Mend: pass transpose(b, [1, 0]).
 */
export interface ErrorParts {
  /** The op, function, flag or file in which the fault was found. */
  where: string;
  /** What is wrong, with the offending values; one sentence with its full stop. */
  problem: string;
  /** What was expected instead; printed after "Expected ". */
  expected?: string;
  /** What the caller can do about it; printed after "Mend: ". */
  mend?: string;
}

/** Base of all errors below; `parts` keeps the message's pieces for programs. */
export class LemmagradError extends Error {
  readonly parts: ErrorParts;
  constructor(parts: ErrorParts, options?: ErrorOptions) {
    const expected = parts.expected === undefined ? "" : `\n  Expected ${parts.expected}`;
    const mend = parts.mend === undefined ? "" : `\n  Mend: ${parts.mend}`;
    super(`${parts.where}: ${parts.problem}${expected}${mend}`, options);
    this.name = new.target.name;
    this.parts = parts;
  }
}

/** Shapes, axes or indices that do not fit. */
export class ShapeError extends LemmagradError {}
/** An option or parameter of the wrong kind or out of its range. */
export class ParameterError extends LemmagradError {}
/** A value outside a function's domain, or a result that is not finite. */
export class DomainError extends LemmagradError {}
/** A derivative that does not exist, is not derived yet, or is asked for in the wrong way. */
export class DerivativeError extends LemmagradError {}
/** Parameters outside a theorem's hypotheses, where the caller asked for them to be inside. */
export class RegimeError extends LemmagradError {}
/** A file or folder that is missing, unreadable, damaged, or cannot be written. */
export class FileError extends LemmagradError {}
/** More memory than the machine, WebAssembly or a limit of the caller's gives. */
export class ResourceError extends LemmagradError {}
/** A service, such as Redis, that is not there, does not let us in, is not fit for the work, or went away. */
export class ConnectionError extends LemmagradError {}
/** A fault of lemmagrad itself, never of the caller. */
export class InternalError extends LemmagradError {
  constructor(parts: ErrorParts, options?: ErrorOptions) {
    super({ ...parts, mend: parts.mend ?? "this is a bug in lemmagrad: please report it with this message." }, options);
  }
}
