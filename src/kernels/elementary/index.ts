/** Elementary functions from + - * / and bits alone, so that every engine computes the same result; both backends call these. */
export { erfF64 } from "./erf.ts";
export { expm1F64 } from "./expm1.ts";
export { log1pF64 } from "./log1p.ts";
export { powF64 } from "./pow.ts";
export { sigmoidF64, sigmoidSlopeF64 } from "./sigmoid.ts";
export { cosF64, sinF64 } from "./sin-cos.ts";
export { softplusF64 } from "./softplus.ts";
export { tanhF64 } from "./tanh.ts";
