/**
 * TensorFlow.js on its WebAssembly backend (SIMD, one thread), float32 only, in two forms.
 *
 *   idiomatic  the loss with the library's ops, gradients by tf.grads
 *   tuned      forward and backward by hand. The backend multiplies fast only without transpose flags and with one matrix,
 *              so transposes are explicit; sums over patches and neurons are products with a constant 0/1 matrix, since
 *              a sum over inner axes costs a transpose of everything; W is divided by rho so that s needs fewer passes
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm");

wasm.setWasmPaths(`${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist")}/`);
wasm.setThreadsCount(1);
tf.enableProdMode();

function idiomatic({ dimensions: { k, m, P, d, N }, rho, eta, eps }, X, W, labels) {
  const targets = tf.oneHot(labels, k).toFloat();
  const activation = (z) => {
    const c = tf.clipByValue(z, 0, rho);
    return tf.add(tf.mul(tf.mul(tf.square(c), c), 1 / (3 * rho * rho)), tf.relu(tf.sub(z, rho)));
  };
  const loss = (w, x) => {
    const z = tf.matMul(tf.reshape(x, [N * P, d]), tf.reshape(w, [k * m, d]), false, true);
    return tf.losses.softmaxCrossEntropy(targets, tf.sum(tf.reshape(activation(z), [N, P, k, m]), [1, 3]));
  };
  const gradientX = (w, x) => tf.grad((at) => loss(w, at))(x);
  const standard = (w, x) => {
    const { value, grads: [gradient] } = tf.valueAndGrads((at) => loss(at, x))([w]);
    return { value, gradient, weights: tf.sub(w, tf.mul(gradient, eta)) };
  };
  const adversarial = (w, x) => {
    const g = gradientX(w, x);
    return standard(w, tf.add(x, tf.mul(tf.divNoNan(g, tf.norm(g, 2, -1, true)), eps)));
  };
  return { X, W, gradientX, standard, adversarial };
}

function tuned({ dimensions: { k, m, P, d, N }, rho, eta, eps }, X, W, labels) {
  const targets = tf.oneHot(labels, k).toFloat();
  // column i of `gather` is rho at every patch and neuron of class i; `spread` sends a class's number to all of them
  const ones = tf.tidy(() => tf.tile(tf.reshape(tf.tile(tf.expandDims(tf.eye(k), 1), [1, m, 1]), [k * m, k]), [P, 1]));
  const gather = tf.mul(ones, rho);
  const spread = tf.transpose(ones);
  /** Of the mean loss at rho y = <w, x>: the loss, and its gradient in the products. */
  const through = (w, x) => {
    const y = tf.matMul(x, tf.transpose(tf.mul(w, 1 / rho)));
    const c = tf.clipByValue(y, 0, 1);
    const c2 = tf.mul(c, c);
    const s = tf.add(tf.mul(tf.mul(c2, c), 1 / 3), tf.sub(tf.relu(y), c));
    const p = tf.softmax(tf.matMul(tf.reshape(s, [N, P * k * m]), gather));
    const residual = tf.mul(tf.sub(p, targets), 1 / N);
    const ct = tf.reshape(tf.matMul(residual, spread), [N * P, k * m]);
    return { p, products: tf.mul(c2, ct) };
  };
  const gradientX = (w, x) => tf.matMul(through(w, x).products, w);
  const standard = (w, x) => {
    const { p, products } = through(w, x);
    const gradient = tf.matMul(tf.transpose(products), x);
    const value = tf.neg(tf.mean(tf.log(tf.sum(tf.mul(p, targets), 1))));
    return { value, gradient, weights: tf.sub(w, tf.mul(gradient, eta)) };
  };
  const adversarial = (w, x) => {
    const g = gradientX(w, x);
    // 1e-30 keeps a zero gradient's step at zero
    const scale = tf.div(eps, tf.add(tf.sqrt(tf.sum(tf.mul(g, g), 1, true)), 1e-30));
    return standard(w, tf.add(x, tf.mul(g, scale)));
  };
  return { X: tf.reshape(X, [N * P, d]), W: tf.reshape(W, [k * m, d]), gradientX, standard, adversarial };
}

export async function load(task, { first, second, labels }, form) {
  if (task.dtype !== "float32") throw new Error("TensorFlow.js has no float64");
  await tf.setBackend("wasm");
  await tf.ready();
  if (task.kind === "matmul") {
    const a = tf.tensor(first, [task.m, task.k]);
    const b = tf.tensor(second, [task.k, task.n]);
    const product = () => {
      const out = tf.matMul(a, b);
      const data = out.dataSync();
      out.dispose();
      return data;
    };
    return { actions: { matmul: () => product()[0] }, restart() {}, results: () => ({ product: product() }) };
  }
  const { k, m, P, d, N } = task.dimensions;
  const forms = { idiomatic, tuned };
  const step = forms[form](task, tf.tensor(first, [N, P, d]), tf.tensor(second, [k, m, d]), tf.tensor1d(labels, "int32"));
  let weights = step.W.clone();
  const taking = (one) => () => {
    const [after, value] = tf.tidy(() => {
      const result = one(weights, step.X);
      return [result.weights, result.value];
    });
    weights.dispose();
    weights = after;
    const [loss] = value.dataSync();
    value.dispose();
    return loss;
  };
  return {
    actions: { standard: taking(step.standard), adversarial: taking(step.adversarial) },
    restart() {
      weights.dispose();
      weights = step.W.clone();
    },
    results() {
      const clean = step.standard(step.W, step.X);
      const moved = step.adversarial(step.W, step.X);
      return {
        "gradient in X": step.gradientX(step.W, step.X).dataSync(),
        "gradient in W": clean.gradient.dataSync(), "loss": clean.value.dataSync(), "new weights": clean.weights.dataSync(),
        "adversarial gradient in W": moved.gradient.dataSync(), "adversarial loss": moved.value.dataSync(), "adversarial new weights": moved.weights.dataSync(),
      };
    },
  };
}
