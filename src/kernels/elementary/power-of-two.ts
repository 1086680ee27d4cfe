/** 2^k for -1022 <= k <= 1023 at index k + 1022, filled when first asked for: a cold start has no use for it. */
const powers = new Float64Array(2046);

/** By doubling, which is exact, while Math.pow need not be. */
function fill(): void {
  powers[0] = 2.2250738585072014e-308;
  for (let i = 1; i < powers.length; i++) powers[i] = 2 * powers[i - 1];
}

/** 2^k, for an integer -1022 <= k <= 1023. */
export function powerOfTwo(k: number): number {
  if (powers[0] === 0) fill();
  return powers[k + 1022];
}
