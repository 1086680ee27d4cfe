/** The same elements under other strides, so that an op which forgets them is caught. */
import { allocate, copy, dtypeOf, elements, isContiguous, type NdArray, sizeOf, toNested, view } from "../ndarray/index.ts";

/** Ways an array's elements may lie in memory; simplest first. */
export const layouts = ["contiguous", "transposed", "reversed", "gapped"] as const;
export type Layout = (typeof layouts)[number];

/** The elements of a contiguous array, laid out otherwise: shape and values stay. */
export function laidOut(x: NdArray, layout: Layout): NdArray {
  if (layout === "transposed") return transposed(x);
  if (layout === "reversed") return reversed(x);
  return layout === "gapped" ? gapped(x) : x;
}

/** In the memory order of the reversed axes. */
function transposed(x: NdArray): NdArray {
  const turned = copy(view(x.data, [...x.shape].reverse(), [...x.stride].reverse(), x.offset));
  return view(turned.data, x.shape, [...turned.stride].reverse());
}

/** Backwards in memory, read with negative steps. */
function reversed(x: NdArray): NdArray {
  const from = copy(x);
  return view(from.data.reverse(), x.shape, from.stride.map((stride: number) => -stride), Math.max(0, sizeOf(x.shape) - 1));
}

/** At an offset inside a buffer of NaN, with a gap on every axis: reading a wrong element shows. */
function gapped(x: NdArray): NdArray {
  const wide = x.shape.map((length) => 2 * length + 1);
  const data = allocate(dtypeOf(x), sizeOf(wide) + 3).fill(NaN);
  const out = view(data, x.shape, view(data, wide).stride.map((stride: number) => 2 * stride), 3);
  const values = elements(x);
  for (let at = 0; at < values.length; at++) {
    let [rest, to] = [at, out.offset];
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      to += (rest % x.shape[axis]) * out.stride[axis];
      rest = Math.floor(rest / x.shape[axis]);
    }
    data[to] = values[at];
  }
  return out;
}

/** An array as code that makes it again; a view says that it is one. */
export function arrayText(x: NdArray): string {
  const type = dtypeOf(x) === "float32" ? ', "float32"' : "";
  if (sizeOf(x.shape) === 0) return `zeros(${nestedText([...x.shape])}${type})`;
  const values = `array(${nestedText(toNested(x))}${type === "" ? "" : `, undefined${type}`})`;
  return isContiguous(x) ? values : `${values} as a view with strides ${nestedText([...x.stride])}`;
}

function nestedText(values: unknown): string {
  if (Array.isArray(values)) return `[${values.map(nestedText).join(", ")}]`;
  return Object.is(values, -0) ? "-0" : String(values);
}
