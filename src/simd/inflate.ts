/**
 * Unpacks raw DEFLATE data, for the embedded binary: browsers can do so themselves, but not synchronously.
 *
 * Written for a start from cold, when nothing is compiled yet: whole symbols are looked up, since a walk bit by bit costs
 * three times as much there.
 *
 * Source: RFC 1951; the numbers in comments are its sections.
 */

/**
 * A Huffman code (3.2.2) as a table: at every number whose lowest bits are a word, its symbol times 16 plus the word's
 * length; 0 where no word fits.
 */
type Code = Uint16Array;

function codeOf(lengths: readonly number[]): Code {
  const longest = Math.max(...lengths);
  const code = new Uint16Array(1 << longest);
  let word = 0; // its first bit lowest, as it is read
  for (let size = 1; size <= longest; size++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== size) continue;
      for (let at = word; at < code.length; at += 1 << size) code[at] = (symbol << 4) | size;
      // the next word: one more, carried from the last bit to the first
      let carry = 1 << (size - 1);
      for (; (word & carry) !== 0; carry >>= 1) word ^= carry;
      word |= carry;
    }
  }
  return code;
}

/** The codes of a block that brings none (3.2.6). */
function fixedCodes(): [Code, Code] {
  return [codeOf(Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8))), codeOf(new Array<number>(30).fill(5))];
}

/** Order in which a block gives the lengths of the code that its other codes are written in (3.2.7). */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/**
 * The bytes that were packed, `length` of them.
 *
 * Errors: Error when the data end too early, or hold a word that is none of its code's.
 */
export function inflate(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  let next = 0; // the next bit of packed; a byte's lowest bit comes first

  /** At least 17 bits from the next one on; beyond the data they are 0. */
  function peek(): number {
    const byte = next >> 3;
    if (byte >= packed.length) throw damaged();
    return (packed[byte] | (packed[byte + 1] << 8) | (packed[byte + 2] << 16)) >> (next & 7);
  }

  function bits(count: number): number {
    const value = peek() & ((1 << count) - 1);
    next += count;
    return value;
  }

  function symbolOf(code: Code): number {
    const entry = code[peek() & (code.length - 1)];
    if (entry === 0) throw damaged();
    next += entry & 15;
    return entry >> 4;
  }

  /** The tables of 3.2.5 as a rule: 2^group symbols in a row have equally many extra bits, the next ones a bit more. */
  function extended(symbol: number, group: number): number {
    const extra = (symbol >> group) - 1;
    return extra < 1 ? symbol : (((symbol & ((1 << group) - 1)) | (1 << group)) << extra) + bits(extra);
  }

  function stored(): void {
    next = (next + 7) & ~7;
    const count = bits(16);
    const from = (next >> 3) + 2; // after the same count again, complemented
    out.set(packed.subarray(from, from + count), at);
    at += count;
    next = (from + count) << 3;
  }

  function ownCodes(): [Code, Code] {
    const literals = bits(5) + 257;
    const distances = bits(5) + 1;
    const given = bits(4) + 4;
    const own = new Array<number>(lengthOrder.length).fill(0);
    for (let i = 0; i < given; i++) own[lengthOrder[i]] = bits(3);
    const code = codeOf(own);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const symbol = symbolOf(code);
      if (symbol < 16) lengths.push(symbol);
      else {
        const repeated = symbol === 16 ? lengths[lengths.length - 1] : 0;
        for (let left = symbol === 16 ? 3 + bits(2) : symbol === 17 ? 3 + bits(3) : 11 + bits(7); left > 0; left--) lengths.push(repeated);
      }
    }
    return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))];
  }

  function coded([literals, distances]: [Code, Code]): void {
    for (let symbol = symbolOf(literals); symbol !== 256; symbol = symbolOf(literals)) {
      if (symbol < 256) out[at++] = symbol;
      else {
        const count = symbol === 285 ? 258 : 3 + extended(symbol - 257, 2);
        const back = 1 + extended(symbolOf(distances), 1);
        const end = at + count;
        if (back >= count) out.copyWithin(at, at - back, end - back);
        else for (let to = at; to < end; to++) out[to] = out[to - back]; // runs into what it writes
        at = end;
      }
    }
  }

  for (let last = 0; last === 0;) {
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) stored();
    else coded(kind === 1 ? fixedCodes() : ownCodes());
  }
  if (next > packed.length * 8) throw damaged();
  return out;
}

function damaged(): Error {
  return new Error("lemmagrad-simd: the packed binary is damaged.");
}
