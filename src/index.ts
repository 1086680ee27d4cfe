/** lemmagrad: reverse-mode autodiff on ndarray, with SIMD kernels. */
// first, and with them the embedded binary: between code it would keep gzip from seeing what repeats (0.5 kB)
export { availableBackends, type BackendName, type Kernels, selectBackend } from "./kernels/index.ts";
export * from "./errors/index.ts";
export { array, type Axes, broadcastShapes, checkView, copy, type Dtype, type FloatArray, full, fromBuffer, isNdArray, type NdArray, type Nested, scalar, zeros } from "./ndarray/index.ts";
export {
  type Absence, allPrimitives, apply, type Application, type AuxOf, type Batching, checkFinite, definePrimitive, type ForwardContext, grad, type GradientOf, type GradOptions, type HessianOf, type Interval,
  type JacobianOf, jvp, type JvpRule, type Kink, type LawCase, type Like, nonDifferentiable, notDerivedYet, type Operand, type Outcome, type Primitive, stripTraces, type TapeEntry, trace,
  type Trace, type Traced, type TraceRecord, type Tree, type Value, valueAndGrad, vjp, type VjpRule, vmap, type VmapOptions, zeroTangent,
} from "./autodiff/index.ts";
export * from "./transformations/index.ts";
export * from "./check-grads/index.ts";
export * from "./compile/index.ts";
export * from "./ops/index.ts";
export { elements, item, toNested } from "./ops/read-out.ts";
