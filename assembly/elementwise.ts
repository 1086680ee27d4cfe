import { laneCount } from "./lanes";

/** Elementwise arithmetic: one rounding an operation, no sums over elements. out may be any operand. */

// @ts-ignore: decorator
@inline
function add<T extends number>(x: usize, y: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, v128.add<T>(v128.load(x + at), v128.load(y + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, <T>(load<T>(x + at) + load<T>(y + at)));
  }
}

// @ts-ignore: decorator
@inline
function subtract<T extends number>(x: usize, y: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, v128.sub<T>(v128.load(x + at), v128.load(y + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, <T>(load<T>(x + at) - load<T>(y + at)));
  }
}

// @ts-ignore: decorator
@inline
function multiply<T extends number>(x: usize, y: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, v128.mul<T>(v128.load(x + at), v128.load(y + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, <T>(load<T>(x + at) * load<T>(y + at)));
  }
}

// @ts-ignore: decorator
@inline
function divide<T extends number>(x: usize, y: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, v128.div<T>(v128.load(x + at), v128.load(y + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, <T>(load<T>(x + at) / load<T>(y + at)));
  }
}

// @ts-ignore: decorator
@inline
function axpy<T extends number>(a: T, x: usize, y: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  const factor = v128.splat<T>(a);
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, v128.add<T>(v128.mul<T>(factor, v128.load(x + at)), v128.load(y + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, <T>(<T>(a * load<T>(x + at)) + load<T>(y + at)));
  }
}

// @ts-ignore: decorator
@inline
function scale<T extends number>(a: T, x: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  const factor = v128.splat<T>(a);
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, v128.mul<T>(factor, v128.load(x + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, <T>(a * load<T>(x + at)));
  }
}

// @ts-ignore: decorator
@inline
function shift<T extends number>(a: T, x: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  const summand = v128.splat<T>(a);
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, v128.add<T>(v128.load(x + at), summand));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, <T>(load<T>(x + at) + a));
  }
}

// @ts-ignore: decorator
@inline
function squareRoot<T extends number>(x: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, v128.sqrt<T>(v128.load(x + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, sqrt<T>(load<T>(x + at)));
  }
}

/** addF64: out = x + y, n elements. */
export function addF64(x: usize, y: usize, out: usize, n: i32): void {
  add<f64>(x, y, out, n);
}
/** addF32: out = x + y, n elements, rounded to f32. */
export function addF32(x: usize, y: usize, out: usize, n: i32): void {
  add<f32>(x, y, out, n);
}
/** subtractF64: out = x - y, n elements. */
export function subtractF64(x: usize, y: usize, out: usize, n: i32): void {
  subtract<f64>(x, y, out, n);
}
/** subtractF32: out = x - y, n elements, rounded to f32. */
export function subtractF32(x: usize, y: usize, out: usize, n: i32): void {
  subtract<f32>(x, y, out, n);
}
/** multiplyF64: out = x * y, n elements. */
export function multiplyF64(x: usize, y: usize, out: usize, n: i32): void {
  multiply<f64>(x, y, out, n);
}
/** multiplyF32: out = x * y, n elements, rounded to f32. */
export function multiplyF32(x: usize, y: usize, out: usize, n: i32): void {
  multiply<f32>(x, y, out, n);
}
/** divideF64: out = x / y, n elements. */
export function divideF64(x: usize, y: usize, out: usize, n: i32): void {
  divide<f64>(x, y, out, n);
}
/** divideF32: out = x / y, n elements, rounded to f32. */
export function divideF32(x: usize, y: usize, out: usize, n: i32): void {
  divide<f32>(x, y, out, n);
}
/** axpyF64: out = (a x) + y, the product rounded before it is added (no fused multiply-add). */
export function axpyF64(a: f64, x: usize, y: usize, out: usize, n: i32): void {
  axpy<f64>(a, x, y, out, n);
}
/** scaleF64: out = a x. */
export function scaleF64(a: f64, x: usize, out: usize, n: i32): void {
  scale<f64>(a, x, out, n);
}
/** shiftF64: out = x + a. */
export function shiftF64(a: f64, x: usize, out: usize, n: i32): void {
  shift<f64>(a, x, out, n);
}
/** shiftF32: out = x + a, rounded to f32. */
export function shiftF32(a: f32, x: usize, out: usize, n: i32): void {
  shift<f32>(a, x, out, n);
}
/** sqrtF64: out = sqrt(x), correctly rounded. */
export function sqrtF64(x: usize, out: usize, n: i32): void {
  squareRoot<f64>(x, out, n);
}
/** axpyF32: out = (a x) + y, the product rounded before it is added (no fused multiply-add). */
export function axpyF32(a: f32, x: usize, y: usize, out: usize, n: i32): void {
  axpy<f32>(a, x, y, out, n);
}
/** scaleF32: out = a x. */
export function scaleF32(a: f32, x: usize, out: usize, n: i32): void {
  scale<f32>(a, x, out, n);
}
/** sqrtF32: out = sqrt(x), correctly rounded. */
export function sqrtF32(x: usize, out: usize, n: i32): void {
  squareRoot<f32>(x, out, n);
}
