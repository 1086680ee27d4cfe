/**
 * Typed arrays that have a length and no memory: what flows through a function while `compile` watches it.
 *
 * A primitive's forward loop runs on them as it stands. What it does by kernels, views and the context's copies is
 * recorded; the moment it looks at an element, or writes one, it is stopped, and is then carried out whole at every call.
 */
import type { Dtype, FloatArray } from "../ndarray/index.ts";

/** A stretch of memory that the compiled function will have: its place is decided when all of them are known. */
export interface Buffer {
  readonly id: number;
  readonly dtype: Dtype | "int32";
  /** Elements. */
  readonly length: number;
  readonly origin: Origin;
}

export type Origin =
  /** Leaf number `leaf` of the arguments. */
  | { readonly kind: "argument"; readonly leaf: number }
  /** An array the function captured, or one made from those alone. */
  | { readonly kind: "constant"; readonly data: FloatArray | Int32Array }
  | { readonly kind: "computed" };

/** Some elements of a buffer, one after the other. */
export interface Region {
  readonly buffer: Buffer;
  /** In elements. */
  readonly offset: number;
  readonly length: number;
}

/** Thrown when code asks a phantom for an element. */
export class ElementAsked extends Error {}

const regions = new WeakMap<object, Region>();
const types = { float64: Float64Array, float32: Float32Array };

/** A typed array over a region that stops whoever touches an element. */
export function phantom(region: Region): FloatArray {
  const { buffer, offset, length } = region;
  const type = types[buffer.dtype as Dtype];
  const properties = {
    length, byteLength: length * type.BYTES_PER_ELEMENT, byteOffset: offset * type.BYTES_PER_ELEMENT, buffer: undefined, [Symbol.toStringTag]: type.name,
    subarray: (from = 0, to = length) => phantom({ buffer, offset: offset + from, length: to - from }),
  };
  const target = Object.create(type.prototype, Object.fromEntries(Reflect.ownKeys(properties).map((key) => [key, { value: properties[key as keyof typeof properties] }]))) as FloatArray;
  const touched = (key: string | symbol) => {
    if (typeof key === "string" && /^\d+$/.test(key)) throw new ElementAsked("an element of an array that is only watched was asked for.");
  };
  const proxy = new Proxy(target, {
    get: (own, key) => { touched(key); return Reflect.get(own, key) as unknown; },
    set: () => { throw new ElementAsked("an element of an array that is only watched was set."); },
    has: (own, key) => { touched(key); return Reflect.has(own, key); },
  });
  regions.set(proxy, region);
  return proxy;
}

/** The region a phantom stands for; undefined for an array that has memory. */
export function regionOf(x: object): Region | undefined {
  return regions.get(x);
}
