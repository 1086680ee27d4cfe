/**
 * Notices an array that was changed in place after a tape recorded it: the rules read it again on the way back, and would
 * give the derivative of another function without a word.
 *
 * Only arrays that a user can reach are watched: inputs and constants on the JavaScript heap, not literal numbers, nor
 * what the engine keeps in scratch memory. A fingerprint mixes every 32-bit word with its place, so that exchanging two
 * elements shows as well; a change goes unseen with a probability of about 2^-32.
 */
import { DerivativeError, shapeText } from "../errors/index.ts";
import { fingerprint, type NdArray, sameBits } from "../ndarray/index.ts";

interface Noted { readonly print: number; readonly copied: NdArray | undefined; readonly where: string; readonly what: string }

export class Fingerprints {
  private readonly noted = new Map<NdArray, Noted>();

  /** Remembers what `x` holds now, the first time it is seen: by a copy, if there is one. */
  note(x: NdArray, where: string, what: string, copied?: NdArray): void {
    if (!this.noted.has(x)) this.noted.set(x, { print: copied === undefined ? fingerprint(x) : 0, copied, where, what });
  }

  /** Errors: DerivativeError naming the op, or the input, whose array holds something else by now. */
  verify(): void {
    for (const [x, { print, copied, where, what }] of this.noted) {
      if (copied === undefined ? fingerprint(x) === print : sameBits(x, copied)) continue;
      throw new DerivativeError({
        where, problem: `${what}, of shape ${shapeText(x.shape)}, was changed in place after it was recorded.`,
        expected: "arrays to stay as they were until the derivative has been taken.", mend: "pass copy(x) where it is used, or write the changes into a new array.",
      });
    }
  }
}
