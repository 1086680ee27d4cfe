/** Several tests at one level for all of them: Holm's step-down method. */

/**
 * Holm's adjusted p-values, in the order given: of the ordered p_(1) <= ... <= p_(m), max over j <= i of min(1, (m - j + 1) p_(j)).
 *
 * Rejecting every hypothesis whose adjusted value is at most alpha rejects a true one with probability at most alpha, whichever of
 * them are true and however their tests depend on each other.
 * Source:  Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6(2), 65-70.
 * Example: holmAdjusted([0.01, 0.04, 0.03])  // => [0.03, 0.06, 0.06]
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, at) => at).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  order.forEach((at, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[at]));
    adjusted[at] = largest;
  });
  return adjusted;
}
