/**
 * Seeded random streams, one for each named purpose.
 *
 * A stream is fixed by (seed, purpose) alone: drawing more numbers for one purpose never changes those of another, and
 * nothing depends on the order in which streams are made. Normals use only + - * /, sqrt and our own log, so the same
 * seed gives the same bits on every engine.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { ParameterError } from "../errors/index.ts";
import { logF64 } from "../kernels/index.ts";

export interface Stream {
  /** Uniform on [0, 1), a multiple of 2^-53. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A uniform integer from low to high, both included. */
  integer(low: number, high: number): number;
  /** Fills `out` with independent N(0, scale^2) numbers. */
  fillNormal(out: Float64Array, scale: number): Float64Array;
  /** A uniformly random order of 0..n-1. */
  permutation(n: number): Int32Array;
}

/**
 * The stream for one purpose, such as "data" or "initial weights".
 *
 * Errors: ParameterError unless seed is an integer from 0 to 2^53 - 1.
 */
export function stream(seed: number, purpose: string): Stream {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ParameterError({ where: "seed", problem: `${seed} is no seed.`, expected: "an integer from 0 to 2^53 - 1." });
  }
  const generator = xoroshiro128plusFromState(stateOf(`${seed}:${purpose}`));
  let spare: number | undefined;

  const uniform = () => uniformFloat64(generator);
  const normal = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    // Marsaglia's polar method: two independent normals from a point in the unit disc
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * logF64(s)) / s);
      spare = y * factor;
      return x * factor;
    }
  };
  const integer = (low: number, high: number) => uniformInt(generator, low, high);
  return {
    uniform,
    normal,
    integer,
    fillNormal(out, scale) {
      for (let i = 0; i < out.length; i++) out[i] = scale * normal();
      return out;
    },
    permutation(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = integer(0, i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
  };
}

/** Four 32-bit words from a text: a word-wise FNV-1a absorb, then MurmurHash3's finaliser for each word. */
function stateOf(text: string): number[] {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return [1, 2, 3, 4].map((lane) => {
    let word = hash;
    // a second pass, salted by the lane, so that texts with equal 32-bit hashes do not share all four words
    for (let i = 0; i < text.length; i++) word = Math.imul(word ^ (text.charCodeAt(i) + lane * 0x9e3779b1), 0x85ebca6b) ^ (word >>> 13);
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) | 0;
  });
}
