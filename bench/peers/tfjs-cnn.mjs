/**
 * The convolutional network in TensorFlow.js on its WebAssembly backend (SIMD, one thread), float32, in three forms.
 *
 *   idiomatic  the loss with the library's ops, gradients by tf.grads; the backend has no kernel for a filter's gradient
 *              (Conv2DBackpropFilter), so this form fails
 *   filters    the filter's gradient put in by tf.customGrad, as a convolution of the images with the cotangents, dilated by
 *              the stride: images and channels change places
 *   patches    the same as a matrix product: patches by strided slices, transposed, times the cotangents
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm");

wasm.setWasmPaths(`${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist")}/`);
wasm.setThreadsCount(1);
tf.enableProdMode();

const border = [[0, 0], [1, 1], [1, 1], [0, 0]];

/** tf.sign of this backend gives 0 for 1e-9. */
const signOf = (x) => tf.sub(tf.step(x), tf.step(tf.neg(x)));

const filterGradient = {
  filters(x, ct) {
    return tf.squeeze(tf.transpose(tf.conv2d(tf.pad(tf.transpose(x, [3, 1, 2, 0]), border), tf.transpose(ct, [1, 2, 0, 3]), 1, "valid", "NHWC", 2), [1, 2, 0, 3]));
  },
  patches(x, ct) {
    const [n, down, across, f] = ct.shape;
    const padded = tf.pad(x, border);
    const [channels] = x.shape.slice(-1);
    const pieces = [];
    for (let k = 0; k < 4; k++) for (let l = 0; l < 4; l++) pieces.push(tf.stridedSlice(padded, [0, k, l, 0], [n, k + 2 * down - 1, l + 2 * across - 1, channels], [1, 2, 2, 1]));
    const rows = tf.reshape(tf.concat(pieces, 3), [n * down * across, 16 * channels]);
    return tf.matMul(tf.transpose(rows), tf.reshape(ct, [n * down * across, f]));
  },
};

const plain = (x, w) => tf.conv2d(x, w, 2, border);

/** The convolutions of the two layers where weights are what is differentiated by: nobody asks for the first one's images. */
function trainedConvolutions(form) {
  if (form === "idiomatic") return [plain, plain];
  const gradient = (x, ct, w) => tf.reshape(filterGradient[form](x, ct), w.shape);
  const first = (x, w) => tf.customGrad((own, save) => {
    save([own]);
    return { value: plain(x, own), gradFunc: (ct, [of]) => gradient(x, ct, of) };
  })(w);
  const second = tf.customGrad((x, w, save) => {
    save([x, w]);
    return { value: plain(x, w), gradFunc: (ct, [ofX, ofW]) => [tf.conv2dTranspose(ct, ofW, ofX.shape, 2, "same"), gradient(ofX, ct, ofW)] };
  });
  return [first, second];
}

export async function load(task, { first, second, labels }, form) {
  if (task.dtype !== "float32") throw new Error("TensorFlow.js has no float64");
  await tf.setBackend("wasm");
  await tf.ready();
  const { image: [channels, rows, columns], classes, N, eta, eps, ascent, attackSteps, shapes } = task;
  let at = 0;
  const params = shapes.map((shape) => {
    const size = shape.reduce((n, length) => n * length, 1);
    return tf.tensor(second.slice(at, (at += size)), shape);
  });
  const X = tf.reshape(tf.tensor(first, [N, channels, rows, columns]), channels === 1 ? [N, rows, columns, 1] : [N, channels, rows, columns]);
  const images = channels === 1 ? X : tf.transpose(X, [0, 2, 3, 1]);
  const targets = tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat();
  const loss = ([convolution1, convolution2], x, w1, b1, w2, b2, w3, b3, w4, b4) => {
    const one = tf.relu(tf.add(convolution1(x, w1), b1));
    const two = tf.relu(tf.add(convolution2(one, w2), b2));
    const features = tf.relu(tf.add(tf.matMul(tf.reshape(two, [N, -1]), w3), b3));
    return tf.losses.softmaxCrossEntropy(targets, tf.add(tf.matMul(features, w4), b4));
  };
  const convolutions = trainedConvolutions(form);
  const gradientX = (own, x) => tf.grad((moved) => loss([plain, plain], moved, ...own))(x);
  const attacked = (own) => {
    const [low, high] = [tf.sub(images, eps), tf.add(images, eps)];
    let x = images;
    for (let i = 0; i < attackSteps; i++) x = tf.clipByValue(tf.minimum(tf.maximum(tf.add(x, tf.mul(signOf(gradientX(own, x)), ascent)), low), high), 0, 1);
    return x;
  };
  const descended = (own, x) => {
    const { value, grads } = tf.valueAndGrads((...weights) => loss(convolutions, x, ...weights))(own);
    return { value, gradients: grads, weights: own.map((w, i) => tf.sub(w, tf.mul(grads[i], eta))) };
  };
  const steps = { standard: (own) => descended(own, images), adversarial: (own) => descended(own, attacked(own)) };
  let weights = params.map((w) => w.clone());
  const taking = (step) => () => {
    const [value, ...after] = tf.tidy(() => {
      const result = step(weights);
      return [result.value, ...result.weights];
    });
    weights.forEach((w) => w.dispose());
    weights = after;
    const [number] = value.dataSync();
    value.dispose();
    return number;
  };
  const flat = (tensors) => Float32Array.from(tensors.flatMap((tensor) => [...tensor.dataSync()]));
  return {
    actions: { standard: taking(steps.standard), adversarial: taking(steps.adversarial) },
    restart() {
      weights.forEach((w) => w.dispose());
      weights = params.map((w) => w.clone());
    },
    results() {
      const [clean, moved] = [steps.standard(params), steps.adversarial(params)];
      const inX = gradientX(params, images);
      return {
        "gradient in X": (channels === 1 ? inX : tf.transpose(inX, [0, 3, 1, 2])).dataSync(),
        "gradient in W": flat(clean.gradients), "loss": clean.value.dataSync(), "new weights": flat(clean.weights),
        "adversarial gradient in W": flat(moved.gradients), "adversarial loss": moved.value.dataSync(), "adversarial new weights": flat(moved.weights),
      };
    },
  };
}
