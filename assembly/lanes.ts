/** Lane counts and the one order in which lanes are added: ((l0 + l1) + (l2 + l3)). */

/** Elements of T in a vector: 2 for f64, 4 for f32. */
// @ts-ignore: decorator
@inline
export function laneCount<T extends number>(): i32 {
  return <i32>(16 / sizeof<T>());
}

/** l0 + l1 for f64; (l0 + l1) + (l2 + l3) for f32. */
// @ts-ignore: decorator
@inline
export function addLanes<T extends number>(v: v128): T {
  if (sizeof<T>() == 8) return <T>(f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1));
  return <T>(f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3)));
}

/** The largest lane; NaN wins. */
// @ts-ignore: decorator
@inline
export function maxLane<T extends number>(v: v128): T {
  if (sizeof<T>() == 8) return <T>max<f64>(f64x2.extract_lane(v, 0), f64x2.extract_lane(v, 1));
  return <T>max<f32>(
    max<f32>(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max<f32>(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** One element in lane 0, zeros above: tails go through the same vector operations as the rest. */
// @ts-ignore: decorator
@inline
export function loadOne<T extends number>(at: usize): v128 {
  return sizeof<T>() == 8 ? v128.load64_zero(at) : v128.load32_zero(at);
}

/** Stores lane 0 alone. */
// @ts-ignore: decorator
@inline
export function storeOne<T extends number>(at: usize, v: v128): void {
  store<T>(at, v128.extract_lane<T>(v, 0));
}
