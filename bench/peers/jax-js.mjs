/**
 * jax-js on its WebAssembly device, float64 and float32, in two forms.
 *
 *   jit    the loss with the library's ops, gradients by grad, and the whole step under jit, as its documentation advises
 *   tuned  forward and backward by hand, each matrix product a kernel of its own and what lies between them under jit: jit
 *          of the whole step fuses the activation's slope into the products, which then compute it again for every output
 *
 * Every function owns its arguments, so whatever is used again is passed as `.ref`.
 */
// reading a Float64Array asks for this global, which Node has only since version 24; nothing here uses it
globalThis.Float16Array ??= Uint16Array;

const { blockUntilReady, defaultDevice, grad, init, jit, nn, numpy: np, valueAndGrad } = await import("@jax-js/jax");

function whole({ dimensions: { k, m, P, d, N }, rho, eta, eps }) {
  const activation = (z) => {
    const c = np.clip(z.ref, 0, rho);
    return np.square(c.ref).mul(c).mul(1 / (3 * rho * rho)).add(nn.relu(z.sub(rho)));
  };
  const loss = (w, x, t) => {
    const z = np.matmul(x.reshape([N * P, d]), w.reshape([k * m, d]).transpose());
    const logits = activation(z).reshape([N, P, k, m]).sum([1, 3]);
    return nn.logSoftmax(logits).mul(t).sum().mul(-1 / N);
  };
  const gradientX = (w, x, t) => grad((at) => loss(w, at, t))(x);
  const standard = (w, x, t) => {
    const [value, gradient] = valueAndGrad((at) => loss(at, x, t))(w.ref);
    return { value, gradient: gradient.ref, weights: w.sub(gradient.mul(eta)) };
  };
  const adversarial = (w, x, t) => {
    const g = gradientX(w.ref, x.ref, t.ref);
    const length = np.sqrt(np.square(g.ref).sum(-1, { keepdims: true }));
    // 1e-30 keeps a zero gradient's step at zero
    return standard(w, x.add(g.mul(np.reciprocal(length.add(1e-30)).mul(eps))), t);
  };
  return { gradientX: jit(gradientX), standard: jit(standard), adversarial: jit(adversarial) };
}

function tuned({ dimensions: { k, m, P, d, N }, rho, eta, eps }) {
  const products = jit((w, x) => np.matmul(x.reshape([N * P, d]), w.reshape([k * m, d]).transpose()));
  const logits = jit((z) => {
    const c = np.clip(z.ref, 0, rho);
    return np.square(c.ref).mul(c).mul(1 / (3 * rho * rho)).add(nn.relu(z.sub(rho))).reshape([N, P, k, m]).sum([1, 3]);
  });
  const lossOf = jit((F, t) => nn.logSoftmax(F).mul(t).sum().mul(-1 / N));
  const residualOf = jit((F, t) => nn.softmax(F).sub(t).mul(1 / N));
  const slopeTimes = jit((z, residual) =>
    np.square(np.clip(z.mul(1 / rho), 0, 1)).reshape([N, P, k, m]).mul(residual.reshape([N, 1, k, 1])).reshape([N * P, k * m]));
  const pullX = jit((ct, w) => np.matmul(ct, w.reshape([k * m, d])).reshape([N, P, d]));
  const pullW = jit((ct, x) => np.matmul(ct.transpose(), x.reshape([N * P, d])).reshape([k, m, d]));
  const scaleOf = jit((g) => np.reciprocal(np.sqrt(np.square(g).sum(-1, { keepdims: true })).add(1e-30)).mul(eps));
  const moved = jit((x, g, scale) => x.add(g.mul(scale)));
  const descended = jit((w, gradient) => w.sub(gradient.mul(eta)));
  const forward = (w, x, t) => {
    const z = products(w, x);
    const F = logits(z.ref);
    return { F: F.ref, ct: slopeTimes(z, residualOf(F, t)) };
  };
  const gradientX = (w, x, t) => {
    const { F, ct } = forward(w.ref, x, t);
    F.dispose();
    return pullX(ct, w);
  };
  const standard = (w, x, t) => {
    const { F, ct } = forward(w.ref, x.ref, t.ref);
    const gradient = pullW(ct, x);
    return { value: lossOf(F, t), gradient: gradient.ref, weights: descended(w, gradient) };
  };
  const adversarial = (w, x, t) => {
    const g = gradientX(w.ref, x.ref, t.ref);
    return standard(w, moved(x, g.ref, scaleOf(g)), t);
  };
  return { gradientX, standard, adversarial };
}

export async function load(task, { first, second, labels }, form) {
  await init("wasm");
  defaultDevice("wasm");
  if (task.kind === "matmul") {
    const a = np.array(first).reshape([task.m, task.k]);
    const b = np.array(second).reshape([task.k, task.n]);
    const multiply = jit((u, v) => np.matmul(u, v));
    const product = () => multiply(a.ref, b.ref).data();
    return { actions: { matmul: async () => (await product())[0] }, restart() {}, results: async () => ({ product: await product() }) };
  }
  const { k, m, P, d, N } = task.dimensions;
  // the dtype is that of the buffer
  const X = np.array(first).reshape([N, P, d]);
  const W = np.array(second).reshape([k, m, d]);
  const targets = np.array(Object.assign(new first.constructor(N * k), Object.fromEntries([...labels].map((label, n) => [n * k + label, 1])))).reshape([N, k]);
  await blockUntilReady([X.ref, W.ref, targets.ref]);
  const step = { jit: whole, tuned }[form](task);
  let weights = W.ref;
  const taking = (one) => async () => {
    const after = one(weights, X.ref, targets.ref);
    after.gradient.dispose();
    weights = after.weights;
    await blockUntilReady(weights.ref);
    const [value] = await after.value.data();
    return value;
  };
  return {
    actions: { standard: taking(step.standard), adversarial: taking(step.adversarial) },
    restart() {
      weights.dispose();
      weights = W.ref;
    },
    async results() {
      const clean = step.standard(W.ref, X.ref, targets.ref);
      const moved = step.adversarial(W.ref, X.ref, targets.ref);
      return {
        "gradient in X": await step.gradientX(W.ref, X.ref, targets.ref).data(),
        "gradient in W": await clean.gradient.data(), "loss": await clean.value.data(), "new weights": await clean.weights.data(),
        "adversarial gradient in W": await moved.gradient.data(), "adversarial loss": await moved.value.data(), "adversarial new weights": await moved.weights.data(),
      };
    },
  };
}
