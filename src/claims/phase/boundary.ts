/**
 * The curve on which a function is zero, by marching squares.
 *
 * Values stand on the nodes of a grid; on every edge whose ends differ in sign the zero is interpolated, and each square joins the
 * zeros of its edges. A saddle is resolved by the mean of its four corners. Squares with a corner that is not a number are left out.
 */
export interface Place { x: number; y: number }

/** `value[j][i]` belongs to (xs[i], ys[j]); both ascending. Returns open or closed paths in the units of xs and ys. */
export function zeroContour(xs: readonly number[], ys: readonly number[], value: readonly (readonly number[])[]): Place[][] {
  const pieces: [string, string][] = [];
  const places = new Map<string, Place>();
  const crossing = (i: number, j: number, across: boolean): string => {
    const key = `${i},${j},${across ? "x" : "y"}`;
    if (!places.has(key)) {
      const [a, b] = [value[j][i], across ? value[j][i + 1] : value[j + 1][i]];
      const share = a / (a - b);
      places.set(key, across ? { x: xs[i] + share * (xs[i + 1] - xs[i]), y: ys[j] } : { x: xs[i], y: ys[j] + share * (ys[j + 1] - ys[j]) });
    }
    return key;
  };
  for (let j = 0; j + 1 < ys.length; j++) {
    for (let i = 0; i + 1 < xs.length; i++) {
      const corners = [value[j][i], value[j][i + 1], value[j + 1][i + 1], value[j + 1][i]];
      if (corners.some(Number.isNaN)) continue;
      const inside = corners.map((corner) => corner > 0);
      const sides = [() => crossing(i, j, true), () => crossing(i + 1, j, false), () => crossing(i, j + 1, true), () => crossing(i, j, false)];
      // side n lies between corner n and the next one
      const crossed = sides.filter((_, n) => inside[n] !== inside[(n + 1) % 4]).map((side) => side());
      if (crossed.length === 2) pieces.push([crossed[0], crossed[1]]);
      if (crossed.length === 4) {
        const middle = corners.reduce((sum, corner) => sum + corner, 0) > 0;
        if (middle === inside[0]) pieces.push([crossed[0], crossed[1]], [crossed[2], crossed[3]]);
        else pieces.push([crossed[0], crossed[3]], [crossed[1], crossed[2]]);
      }
    }
  }
  return joined(pieces).map((path) => path.map((key) => places.get(key)!));
}

/** Pieces that share an end, joined into paths; every end belongs to at most two pieces. */
function joined(pieces: readonly [string, string][]): string[][] {
  const at = new Map<string, number[]>();
  pieces.forEach((piece, n) => piece.forEach((end) => at.set(end, [...(at.get(end) ?? []), n])));
  const used = new Set<number>();
  const walk = (from: string): string[] => {
    const path = [from];
    for (;;) {
      const end = path[path.length - 1];
      const next = at.get(end)!.find((n) => !used.has(n));
      if (next === undefined) return path;
      used.add(next);
      path.push(pieces[next][0] === end ? pieces[next][1] : pieces[next][0]);
    }
  };
  const paths: string[][] = [];
  // open paths from their ends first, then what is left are loops
  for (const [end, touching] of at) if (touching.length === 1 && !used.has(touching[0])) paths.push(walk(end));
  pieces.forEach(([end], n) => { if (!used.has(n)) paths.push(walk(end)); });
  return paths;
}
