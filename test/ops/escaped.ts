/** Traced values kept beyond their transformation, which every op must refuse. */
import { array, compile, grad, scalar, sum, type Value, vmap } from "lemmagrad";

export function escaped(): Value {
  let kept: Value = scalar(0);
  grad((x: Value) => { kept = x; return sum(x); })(array([1, 2]));
  return kept;
}
export function escapedExample(): Value {
  let kept: Value = scalar(0);
  vmap((x: Value) => { kept = x; return x; })(array([[1, 2]]));
  return kept;
}
export function escapedPlan(): Value {
  let kept: Value = scalar(0);
  compile((x: Value) => { kept = x; return sum(x); })(array([1, 2]));
  return kept;
}
