/** lemmagrad: reverse-mode autodiff on ndarray, with SIMD kernels. */
export * from "./errors/index.ts";
export { array, checkView, copy, type Dtype, elements, type FloatArray, full, fromBuffer, isNdArray, item, type NdArray, type Nested, scalar, toNested, zeros } from "./ndarray/index.ts";
export { availableBackends, selectBackend } from "./kernels/index.ts";
export {
  allPrimitives, apply, checkFinite, definePrimitive, grad, type GradOptions, jvp, nonDifferentiable, notDerivedYet, type Operand, type Outcome, type GradientOf, type Like, type JacobianOf, type HessianOf, type Primitive,
  stripTraces, trace, type Traced, type TraceRecord, type Tree, type Value, valueAndGrad, vjp, vmap, type VmapOptions, zeroTangent,
} from "./autodiff/index.ts";
export * from "./transformations/index.ts";
export * from "./check-grads/index.ts";
export * from "./ops/index.ts";
