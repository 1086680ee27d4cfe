/**
 * Smaller paths that look the same.
 *
 * A trajectory of 600 steps is smooth on 400 pixels: the Douglas-Peucker rule keeps only the points that a straight
 * line would miss by more than a tolerance. A noisy series keeps nearly all; then buckets along x keep first, lowest,
 * highest and last. Both keep both ends and the extremes in x and y exactly (to the rounding of 0.1 px).
 */
export type Point = readonly [x: number, y: number];

/** Indices of both ends and of the extremes in x and y, ascending and distinct. */
function anchors(points: readonly Point[]): number[] {
  const kept = new Set([0, points.length - 1]);
  for (const axis of [0, 1] as const) {
    let low = 0;
    let high = 0;
    for (let i = 1; i < points.length; i++) {
      if (points[i][axis] < points[low][axis]) low = i;
      if (points[i][axis] > points[high][axis]) high = i;
    }
    kept.add(low).add(high);
  }
  return [...kept].sort((a, b) => a - b);
}

function distanceToSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Douglas-Peucker between the anchors, with an explicit stack: a long spiral must not overflow the call stack. */
function straighten(points: readonly Point[], tolerance: number): Point[] {
  const keep = new Uint8Array(points.length);
  const fixed = anchors(points);
  for (const index of fixed) keep[index] = 1;
  const stack = fixed.slice(1).map((end, i) => [fixed[i], end]);
  while (stack.length > 0) {
    const [start, end] = stack.pop() as [number, number];
    let worst = -1;
    let worstDistance = tolerance;
    for (let i = start + 1; i < end; i++) {
      const distance = distanceToSegment(points[i], points[start], points[end]);
      if (distance > worstDistance) [worst, worstDistance] = [i, distance];
    }
    if (worst > 0) {
      keep[worst] = 1;
      stack.push([start, worst], [worst, end]);
    }
  }
  return points.filter((_, i) => keep[i] === 1);
}

/** Equal runs of points, each reduced to its first, lowest, highest and last; anchors always stay. */
function bucket(points: readonly Point[], limit: number): Point[] {
  const count = Math.max(1, Math.floor((limit - 6) / 4));
  const keep = new Set(anchors(points));
  for (let b = 0; b < count; b++) {
    const start = Math.floor((b * points.length) / count);
    const end = Math.floor(((b + 1) * points.length) / count);
    if (end <= start) continue;
    let [low, high] = [start, start];
    for (let i = start; i < end; i++) {
      if (points[i][1] < points[low][1]) low = i;
      if (points[i][1] > points[high][1]) high = i;
    }
    keep.add(start).add(low).add(high).add(end - 1);
  }
  return points.filter((_, i) => keep.has(i));
}

/** At most about `limit` points, each dropped one within `tolerance` of the line if the limit was not needed. */
export function simplify(points: readonly Point[], { tolerance = 0.2, limit = 400 } = {}): Point[] {
  if (points.length <= 2) return [...points];
  const straight = straighten(points, tolerance);
  return straight.length <= limit ? straight : bucket(straight, limit);
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Path data of a polyline made of M, L and Z only, simplified and rounded to 0.1 px; any other path comes back as it is. */
export function compactPath(data: string, limit = 400): string {
  if (!/^[ML\d.,\-eZ]+$/.test(data)) return data;
  return data.split("M").slice(1).map((part) => {
    const closed = part.endsWith("Z");
    const points = part.replace("Z", "").split("L").map((pair): Point => {
      const comma = pair.indexOf(",");
      return [Number(pair.slice(0, comma)), Number(pair.slice(comma + 1))];
    });
    const kept = simplify(points, { limit }).map(([x, y]) => `${tenth(x)},${tenth(y)}`);
    const distinct = kept.filter((pair, i) => i === 0 || pair !== kept[i - 1]);
    return `M${distinct.join("L")}${closed || distinct.length === 1 ? "Z" : ""}`;
  }).join("");
}
