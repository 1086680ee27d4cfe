/**
 * Notices an array that was changed in place after a tape recorded it: the rules read it again on the way back, and would
 * give the derivative of another function without a word.
 *
 * Only arrays that a user can reach are watched: inputs and constants on the JavaScript heap, not literal numbers, nor
 * what the engine keeps in scratch memory.
 */
import { DerivativeError, shapeText } from "../errors/index.ts";
import { fingerprint, type NdArray, sameBits } from "../ndarray/index.ts";
import { near } from "./scope.ts";

interface Noted { readonly print: number; readonly read: NdArray; readonly where: string; readonly what: string }

export class Fingerprints {
  private readonly noted = new Map<NdArray, Noted>();

  /**
   * Remembers what `x` holds now, the first time it is seen. Where the engine works in scratch memory, a copy there is read
   * from then on in its place: kernels find it where they are, and comparing costs less than hashing twice.
   */
  note(x: NdArray, where: string, what: string): NdArray {
    const noted = this.noted.get(x);
    if (noted !== undefined) return noted.read;
    const read = near(x);
    this.noted.set(x, { print: read === x ? fingerprint(x) : 0, read, where, what });
    return read;
  }

  /** Errors: DerivativeError naming the op, or the input, whose array holds something else by now. */
  verify(): void {
    for (const [x, { print, read, where, what }] of this.noted) {
      if (read === x ? fingerprint(x) === print : sameBits(x, read)) continue;
      throw new DerivativeError({
        where, problem: `${what}, of shape ${shapeText(x.shape)}, was changed in place after it was recorded.`,
        expected: "arrays to stay as they were until the derivative has been taken.", mend: "pass copy(x) where it is used, or write the changes into a new array.",
      });
    }
  }
}
