/** Lists of lengths, axes and positions: they are short, and every op asks, so these are loops. */

export function equalLists(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Whether a list names none twice. */
export function areDistinct(list: readonly number[]): boolean {
  for (let at = 1; at < list.length; at++) {
    const first = list.indexOf(list[at]); // -1 of NaN
    if (first >= 0 && first < at) return false;
  }
  return true;
}

/** Whether each is more than the one before it. */
export function isAscending(list: readonly number[]): boolean {
  for (let at = 1; at < list.length; at++) if (!(list[at] > list[at - 1])) return false;
  return true;
}

export function areIntegers(list: readonly number[], least = -Infinity): boolean {
  for (let at = 0; at < list.length; at++) {
    if (!Number.isInteger(list[at]) || list[at] < least) return false;
  }
  return true;
}
