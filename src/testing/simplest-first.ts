/** One value of a few short lists, which shrinks towards the front of the first. */
import fc from "fast-check";

/** Values that are drawn equally often among themselves, and together `share` times in all shares. */
export interface Group<T> {
  readonly share: number;
  readonly values: readonly T[];
}

/** How many of the simplest values are tried one by one, before halving the way. */
const tried = 16;

/**
 * A group by its share, then one of its values. fc.constantFrom halves the way to the front, and so stops at the first value
 * that still fails and happens to lie there; this one tries the simplest values first, so that a failure at 2 is not
 * reported as 1.375, and tries those of earlier groups in place of a later one's.
 */
export class SimplestFirst<T> extends fc.Arbitrary<T> {
  private readonly groups: readonly Group<T>[];
  private readonly values: readonly T[];
  constructor(groups: readonly Group<T>[]) {
    super();
    this.groups = groups.filter(({ values }) => values.length > 0);
    this.values = this.groups.flatMap(({ values }) => values);
  }

  generate(random: fc.Random): fc.Value<T> {
    let ticket = random.nextInt(0, this.groups.reduce((total, { share }) => total + share, 0) - 1);
    let [group, first] = [0, 0];
    while (ticket >= this.groups[group].share) {
      ticket -= this.groups[group].share;
      first += this.groups[group++].values.length;
    }
    return this.at(first + random.nextInt(0, this.groups[group].values.length - 1));
  }

  canShrinkWithoutContext(value: unknown): value is T {
    return this.values.some((own) => Object.is(own, value));
  }

  shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    const at = typeof context === "number" ? context : this.values.findIndex((own) => Object.is(own, value));
    const positions = Array.from({ length: Math.min(at, tried) }, (_, position) => position);
    for (let way = at - tried; way > 1; way = Math.floor(way / 2)) positions.push(at - Math.floor(way / 2));
    return fc.Stream.of(...positions.map((position) => this.at(position)));
  }

  private at(position: number): fc.Value<T> {
    return new fc.Value(this.values[position], position);
  }
}

/** Values of one list, equally likely. */
export function simplestOf<T>(values: readonly T[]): SimplestFirst<T> {
  return new SimplestFirst([{ share: 1, values }]);
}
