/**
 * What a backend offers: loops over contiguous, row-major memory.
 *
 * Both backends (reference and wasm) implement this one interface and agree bit for bit: each function states the
 * order of its additions, and exp and log go through one shared algorithm. All float operands of one call share a dtype.
 */
export type FloatArray = Float64Array | Float32Array;
export type Dtype = "float64" | "float32";

export interface Kernels {
  readonly name: "reference" | "wasm";

  /**
   * Runs `body` with a scratch arena: arrays from `allocate` inside it may live in the backend's own memory, and are
   * void once the OUTERMOST scope ends. What must survive is copied out before that. Scopes nest; arrays are never
   * invalidated while any scope is open, but for those of a frame.
   */
  scope<T>(body: () => T): T;
  /** As scope, but what was allocated inside is void when `body` returns, also within another scope: for work in pieces. */
  frame<T>(body: () => T): T;
  /** A new array of n elements with unspecified content; in the arena inside a scope (if there is room), on the heap outside. */
  allocate(dtype: Dtype, n: number): FloatArray;
  /** Whether `x` lives in the arena and so ends with the outermost scope. */
  isScratch(x: FloatArray): boolean;

  // ---- matrix products; every element of out is the sum over the inner index in ascending order, starting from 0
  /** out[m,n] = a[m,k] b[k,n] */
  matmulNN(a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void;
  /** out[m,n] = a[m,k] b[n,k]^T */
  matmulNT(a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void;
  /** out[m,n] = a[k,m]^T b[k,n] */
  matmulTN(a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void;

  // ---- smoothed ReLU (integer q >= 2, rho > 0)
  /** out = s(z), elementwise */
  smoothedRelu(z: FloatArray, out: FloatArray, q: number, rho: number): void;
  /** out = s'(z), elementwise */
  smoothedReluSlope(z: FloatArray, out: FloatArray, q: number, rho: number): void;
  /** out[b,i] = sum over patches p and neurons r of s(z[b,p,i,r]) */
  smoothedReluSum(z: FloatArray, out: FloatArray, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number): void;
  /** out[b,p,i,r] = ct[b,i] s'(z[b,p,i,r]) */
  smoothedReluSumVjp(z: FloatArray, ct: FloatArray, out: FloatArray, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number): void;

  // ---- rows of a [rows, width] matrix
  /** out[row] = sqrt(sum of squares of the row) */
  rowNorm(x: FloatArray, out: FloatArray, rows: number, width: number): void;
  /** out = x length/||x|| row by row; a zero row stays zero */
  normalizeRows(x: FloatArray, out: FloatArray, rows: number, width: number, length: number): void;
  /** out = y if ||y|| <= radius, else y radius/||y||, with y = scale x, row by row */
  projectRows(x: FloatArray, out: FloatArray, rows: number, width: number, scale: number, radius: number): void;

  // ---- softmax over the rows of logits [rows, classes]
  /** out = logits - logsumexp(row) */
  logSoftmax(logits: FloatArray, out: FloatArray, rows: number, classes: number): void;
  /** out[row] = -log softmax(row)[labels[row]] */
  softmaxCrossEntropy(logits: FloatArray, labels: Int32Array, out: FloatArray, rows: number, classes: number): void;
  /** out[row,j] = ct[row] (softmax(row)[j] - [j == labels[row]]) */
  softmaxCrossEntropyVjp(logits: FloatArray, labels: Int32Array, ct: FloatArray, out: FloatArray, rows: number, classes: number): void;

  // ---- elementwise
  /** out = a x + y */
  axpy(a: number, x: FloatArray, y: FloatArray, out: FloatArray): void;
  add(x: FloatArray, y: FloatArray, out: FloatArray): void;
  subtract(x: FloatArray, y: FloatArray, out: FloatArray): void;
  multiply(x: FloatArray, y: FloatArray, out: FloatArray): void;
  divide(x: FloatArray, y: FloatArray, out: FloatArray): void;
  /** out = a x */
  scale(a: number, x: FloatArray, out: FloatArray): void;
  /** out = x + a */
  shift(a: number, x: FloatArray, out: FloatArray): void;
  exp(x: FloatArray, out: FloatArray): void;
  log(x: FloatArray, out: FloatArray): void;
  sqrt(x: FloatArray, out: FloatArray): void;

  // ---- elementwise choices: nothing is rounded
  /** out = x, +0 where x <= 0 */
  relu(x: FloatArray, out: FloatArray): void;
  /** out = 1 where x > 0, else 0 */
  isPositive(x: FloatArray, out: FloatArray): void;
  /** out = -1, 0 or 1 */
  sign(x: FloatArray, out: FloatArray): void;
  /** out = the larger, x where they tie; NaN beside NaN */
  maximum(x: FloatArray, y: FloatArray, out: FloatArray): void;
  /** out = the smaller, x where they tie; NaN beside NaN */
  minimum(x: FloatArray, y: FloatArray, out: FloatArray): void;
  /** out = 1 where x = y, else 0 */
  isEqual(x: FloatArray, y: FloatArray, out: FloatArray): void;
  /** out = low where x < low, high where x > high, else x (low <= high) */
  clip(x: FloatArray, out: FloatArray, low: number, high: number): void;

  // ---- a row or a column spread over x[rows, width]
  /** out[r,j] = x[r,j] + row[j] */
  addRow(x: FloatArray, row: FloatArray, out: FloatArray, rows: number, width: number): void;
  /** out[r,j] = x[r,j] factors[r] */
  scaleRows(x: FloatArray, factors: FloatArray, out: FloatArray, rows: number, width: number): void;

  // ---- patches of images[images, height, width, channels]: windows of sizeR rows and sizeC columns, with zeros around the image
  /** out[n,i,j,k,l,c] = x[n, i strideR + k - padR, j strideC + l - padC, c], 0 outside the image */
  patches(
    x: FloatArray, out: FloatArray, images: number, height: number, width: number, channels: number,
    sizeR: number, sizeC: number, strideR: number, strideC: number, padR: number, padC: number,
  ): void;
  /**
   * The adjoint of patches: every element of x[n,i,j,k,l,c] is added to the pixel of out it was seen at. Order, from +0: i
   * ascending; for one i first the j that leave 0 when divided by ceil(sizeC / strideC), then those that leave 1, and so on.
   */
  addPatches(
    x: FloatArray, out: FloatArray, images: number, height: number, width: number, channels: number,
    sizeR: number, sizeC: number, strideR: number, strideC: number, padR: number, padC: number,
  ): void;

  // ---- reductions of x [outer, length, inner] over the middle axis into out [outer, inner]
  /**
   * inner > 1: ascending over the axis. inner = 1: lanes by index modulo the lane count (2 for float64, 4 for float32)
   * over the largest multiple of it, lanes added pairwise ((l0+l1)+(l2+l3)), then the tail in ascending order.
   */
  sumAxis(x: FloatArray, out: FloatArray, outer: number, length: number, inner: number): void;
  /** Maximum over the axis (length >= 1); NaN wins. */
  maxAxis(x: FloatArray, out: FloatArray, outer: number, length: number, inner: number): void;
}
