/** An array in few words: its elements when there are few, else its range, mean and norm. */
import { bottom, type Value } from "../autodiff/index.ts";
import { elements, type NdArray, sizeOf, toNested } from "../ndarray/index.ts";

/** Arrays of more elements than this are summarised. */
export const shownElements = 6;

/** "all" writes every element, "summary" only those of arrays of up to six. */
export type Values = "all" | "summary";

export interface Summary {
  readonly size: number;
  /** Over the finite elements; undefined when there is none. */
  readonly statistics: { readonly min: number; readonly max: number; readonly mean: number; readonly norm: number } | undefined;
  /** How many elements are NaN or infinite. */
  readonly notFinite: number;
}

export function summaryOf(x: Value): Summary {
  const all = elements(bottom(x));
  const finite = [...all].filter(Number.isFinite);
  const notFinite = all.length - finite.length;
  if (finite.length === 0) return { size: all.length, statistics: undefined, notFinite };
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of finite) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  // squares of large elements overflow, so they are taken relative to the largest
  const scale = Math.max(-min, max);
  let squares = 0;
  for (const value of finite) squares += scale === 0 ? 0 : (value / scale) ** 2;
  return { size: all.length, statistics: { min, max, mean: sum / finite.length, norm: scale * Math.sqrt(squares) }, notFinite };
}

/** Six significant digits. Example: numberText(1 / 3)  // => "0.333333" */
export function numberText(x: number): string {
  return Object.is(x, -0) ? "-0" : String(Number.isFinite(x) ? Number(x.toPrecision(6)) : x);
}

/** [[1, 2], [3, 4]], or for larger arrays: 0.1..0.9, mean 0.5, norm 3. */
export function valueText(x: Value, values: Values = "summary"): string {
  const plain = bottom(x);
  const { size, statistics, notFinite } = summaryOf(plain);
  if (values === "all" || size <= shownElements) return nestedText(plain);
  const odd = notFinite === 0 ? "" : `${notFinite} of ${size} not finite`;
  if (statistics === undefined) return odd;
  const { min, max, mean, norm } = statistics;
  const words = min === max ? `all ${numberText(min)}, norm ${numberText(norm)}` : `${numberText(min)}..${numberText(max)}, mean ${numberText(mean)}, norm ${numberText(norm)}`;
  return odd === "" ? words : `${words}; ${odd}`;
}

function nestedText(x: NdArray): string {
  // toNested of a shape such as [0, 3] is [], which says nothing
  if (sizeOf(x.shape) === 0) return "empty";
  const text = (part: unknown): string => (Array.isArray(part) ? `[${part.map(text).join(", ")}]` : numberText(part as number));
  return text(toNested(x));
}

/** A primitive's parameters as a reader would pass them: ["axes=[0, 1]", "keepAxes=false"]. */
export function paramTexts(params: unknown): string[] {
  if (typeof params !== "object" || params === null) return [];
  return Object.entries(params).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${paramText(value)}`);
}

function paramText(value: unknown): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return value.name === "" ? "function" : value.name;
  const list = listOf(value);
  if (list === undefined) return typeof value === "object" && value !== null ? `{${paramTexts(value).join(", ")}}` : String(value);
  if (list.length <= shownElements) return `[${list.map(paramText).join(", ")}]`;
  return `[${list.slice(0, 3).map(paramText).join(", ")}, ... ${list.length} in all]`;
}

/** A list, a typed array or an ndarray as a list. */
export function listOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as ArrayLike<number>);
  const isArray = typeof value === "object" && value !== null && "data" in value && "stride" in value;
  return isArray ? Array.from(elements(value as NdArray)) : undefined;
}
