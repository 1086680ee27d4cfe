/** Page faults of a loop over large arrays, counted in a process of its own: the built package, nothing else. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { build, repository } from "../support/command-line.ts";

beforeAll(build);

const entry = new URL("../../dist/index.js", import.meta.url).href;
const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };

/** Page faults an addition of n doubles. Before it counts, a GiB of results is made, so that garbage has been collected. */
function faults(n: number): number {
  const script = `import { add, fromBuffer } from ${JSON.stringify(entry)};
    const x = fromBuffer(new Float64Array(${n}).fill(1), [${n}]);
    const count = () => process.resourceUsage().minorPageFault;
    let y = x;
    const rounds = Math.ceil(2 ** 27 / ${n});
    const some = () => { for (let i = 0; i < rounds; i++) y = add(y, x); return count(); };
    const before = some();
    console.log((some() - before) / rounds);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: repository, encoding: "utf8" }));
}

// other allocators keep what they like
describe.skipIf(header.glibcVersionRuntime === undefined)("freed memory stays with the process", () => {
  // 17 pages of 4 KiB, just above what glibc maps at first; 1000 pages; and 5000 pages, near the most that it learns from
  it.each([17_000, 512_000, 2_560_000])("so that results of %i doubles meet few page faults", (n) => {
    const pages = (8 * n) / 4096;
    const each = faults(n);
    console.log(`${n} doubles: ${each.toFixed(1)} page faults an addition, of ${pages.toFixed(0)} pages`);
    expect(each).toBeLessThan(pages / 10);
  });
});
