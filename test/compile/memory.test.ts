/** What a compiled function takes: stated beforehand, kept to, refused above a limit, and nothing more with every call. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { add, compile, copy, exp, matmul, mul, type NdArray, ResourceError, tanh, transpose, type Value, zeros } from "../../src/index.ts";
import { workspace } from "../../src/compile/workspace.ts";
import { expectSame } from "../support/arrays.ts";
import { build, repository } from "../support/command-line.ts";
import { messageOf } from "../support/message-of.ts";
import { drawn } from "./program.ts";
import { problem, sizes, stepsOf } from "./paper.ts";

const page = 65536;
const gram = (p: Value) => matmul(transpose(p), exp(mul(p, 0.5)));

describe("memoryLimit", () => {
  const p = drawn([64, 50], "float64", 1);
  const { bytes } = compile(gram).plan(p);
  it("is kept: a plan of exactly so many bytes runs, one byte less is refused before anything runs", () => {
    expectSame(compile(gram, { memoryLimit: bytes })(p), gram(p));
    const compiled = compile(gram, { memoryLimit: bytes - 1 });
    const target = zeros([50, 50]);
    const before = [workspace().buffer.byteLength, workspace().generation];
    for (const call of [() => compiled(p), () => compiled.into(target as never, p), () => compiled.plan(p)]) {
      expect(call).toThrow(ResourceError);
      expect(messageOf(call)).toMatch(/^ResourceError: compile: a call would need [\d.]+ KiB of working memory in \d+ groups\. The largest array held whole has \d+ elements of float64, [\d.]+ KiB\.\n {2}Expected at most [\d.]+ KiB, the memoryLimit\.\n {2}Mend: pass fewer samples at a time, use float32, or raise memoryLimit if it is lower than the machine allows\.$/);
    }
    expect([workspace().buffer.byteLength, workspace().generation]).toEqual(before);
    expectSame(target, zeros([50, 50]));
  });
  it("lets smaller arguments through", () => {
    const compiled = compile(gram, { memoryLimit: bytes - 1 });
    expect(() => compiled(p)).toThrow(ResourceError);
    expectSame(compiled(drawn([3, 5], "float64", 1)), gram(drawn([3, 5], "float64", 1)));
  });
  it("is 4 GiB by default: what cannot be addressed is refused, and says how much it would be", () => {
    // a column times a row of 40,000: 12.8 GB, never allocated, since f is traced on arrays without memory
    const column = drawn([40_000, 1], "float64", 1);
    expect(messageOf(() => compile((q: Value) => tanh(matmul(q, transpose(q))))(column))).toMatch(/^ResourceError: compile: a call would need \d{5} MiB of working memory .+\n {2}Expected less than 4096 MiB, what WebAssembly can address\./);
  });
});

describe("the stated bytes", () => {
  it("bound the workspace's growth, and what is there stays as it is when it grows", () => {
    const small = compile(gram);
    const kept = small(drawn([7, 5], "float64", 1)) as NdArray;
    const expected = copy(kept);
    const generation = workspace().generation;
    for (const rows of [1e3, 1e4, 4e4]) {
      const p = drawn([rows, 32], "float64", rows);
      const own = copy(p);
      const large = compile((q: Value) => add(exp(mul(q, 0.5)), matmul(q, gram(q))));
      const { bytes } = large.plan(p);
      const before = workspace().buffer.byteLength;
      const result = large(p);
      expect(workspace().buffer.byteLength).toBeLessThanOrEqual(Math.max(before, Math.ceil((workspace().base + bytes) / page) * page));
      expectSame(result, add(exp(mul(p, 0.5)), matmul(p, gram(p))));
      expectSame(p, own);
      expectSame(kept, expected);
      expectSame(small(drawn([7, 5], "float64", 1)), expected);
    }
    expect(workspace().generation).toBeGreaterThan(generation);
  });
  it("are less than the intermediates of the step would take, since those exist block by block", () => {
    const own = { ...sizes.small, samples: 20_000 };
    const { W, X, labels } = problem(own, "float32");
    const plan = compile(stepsOf(own, labels).adversarial as never).plan(W, X);
    expect(plan.plainBecause).toBe("");
    // X alone is 20 MB; the plan holds none of its size whole
    expect(plan.bytes).toBeLessThan(4 * X.data.length);
    expect(plan.groups[0].slices).toBe(20_000);
  });
});

describe("a step written into its own weights", () => {
  beforeAll(build); // when dist is not current
  it.each([1, 2])("leaves the heap as it is after 10,000 calls, with %d thread(s)", (threads) => {
    const script = `
      import { add, compile, crossEntropy, fromBuffer, grad, matmul, mean, mul, normalize, reshape, smoothedReluSum, sub, transpose, valueAndGrad } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
      const [k, m, P, d, N] = [4, 4, 8, 32, 64];
      const draw = (n) => Float64Array.from({ length: n }, (_, i) => 0.1 * Math.sin(i * 12.9898));
      const [W, X] = [fromBuffer(draw(k * m * d), [k, m, d]), fromBuffer(draw(N * P * d), [N, P, d])];
      const labels = Int32Array.from({ length: N }, (_, i) => i % k);
      const loss = (w, x) => mean(crossEntropy(smoothedReluSum(reshape(matmul(reshape(x, [N * P, d]), transpose(reshape(w, [k * m, d]))), [N, P, k, m]), { q: 3, rho: 0.1 }), labels));
      const step = compile((w, x) => {
        const near = add(x, mul(normalize(grad((y) => loss(w, y))(x)), 0.1));
        const { value, gradient } = valueAndGrad((v) => loss(v, near))(w);
        return { weights: sub(w, mul(gradient, 0.01)), loss: value };
      }, { threads: ${threads} });
      const target = { ...step(W, X), weights: W };
      const heap = () => { gc(); gc(); const { heapUsed, external, arrayBuffers } = process.memoryUsage(); return heapUsed + external + arrayBuffers; };
      for (let i = 0; i < 2000; i++) step.into(target, W, X); // code is compiled
      const before = heap();
      for (let i = 0; i < 10_000; i++) step.into(target, W, X);
      console.log(JSON.stringify({ growth: heap() - before, loss: target.loss.data[0] }));`;
    const { growth, loss } = JSON.parse(execFileSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", script], { cwd: repository, encoding: "utf8", timeout: 50_000 })) as { growth: number; loss: number };
    console.log(`10,000 calls into the same arrays, ${threads} thread(s): the heap grows by ${growth} bytes`);
    expect(loss).toBeGreaterThan(0);
    // one object kept a call, of at least 16 bytes, would be 160,000; the engine's own bookkeeping comes and goes in less than that
    expect(growth).toBeLessThan(64 * 1024);
  });
});
