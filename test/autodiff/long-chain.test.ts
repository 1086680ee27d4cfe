/** Memory of a long tape, measured on a process of its own: the built package, nothing else. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { build, repository } from "../support/command-line.ts";

beforeAll(build);

const entry = new URL("../../dist/index.js", import.meta.url).href;

function run(body: string, flags: readonly string[]): Record<string, number> {
  const script = `import { add, grad, item, mul, scalar } from ${JSON.stringify(entry)};\n${body}`;
  return JSON.parse(execFileSync(process.execPath, [...flags, "--input-type=module", "--eval", script], { cwd: repository, encoding: "utf8" })) as Record<string, number>;
}

const chain = "const chain = (n) => (x) => { let y = x; for (let i = 0; i < n; i++) y = i % 2 === 0 ? mul(y, 0.999999) : add(y, 1e-6); return y; };";

describe("a chain of scalar ops", () => {
  it("of a million is differentiated without a stack overflow, below 1 GiB", () => {
    const { gradient, peakMiB } = run(`${chain}
      const gradient = item(grad(chain(1e6))(scalar(1)));
      console.log(JSON.stringify({ gradient, peakMiB: process.resourceUsage().maxRSS / 1024 }));`, []);
    // half a million factors, each rounded to 2^-53 of the product
    expect(Math.abs(gradient / Math.exp(500_000 * Math.log1p(-1e-6)) - 1)).toBeLessThan(1e6 * 2 ** -53 + 500_000 * 2 ** -52);
    expect(peakMiB).toBeLessThan(1024);
    console.log(`a chain of 1,000,000 scalar ops: peak ${peakMiB.toFixed(0)} MiB`);
  });
  it("leaves nothing behind: the heap is back within 5 % after 50 repetitions", () => {
    const { before, after } = run(`${chain}
      const heap = () => { gc(); gc(); const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
      const once = () => grad(chain(20_000))(scalar(1));
      for (let i = 0; i < 5; i++) once(); // code is compiled and the arena has its size
      const before = heap();
      for (let i = 0; i < 50; i++) once();
      console.log(JSON.stringify({ before, after: heap() }));`, ["--expose-gc"]);
    expect(after / before).toBeLessThan(1.05);
  });
});
