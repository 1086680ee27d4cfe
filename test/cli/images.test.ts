import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readSet } from "lemmagrad/images";
import { build, lemmagrad, start, temporaryFolder } from "../support/command-line.ts";
import { barImages } from "../images/bars.ts";
import { gzipped, idxFile } from "../images/synthetic.ts";

const folder = temporaryFolder();
const data = join(folder, "data");
beforeAll(() => {
  build();
  mkdirSync(join(data, "mnist"), { recursive: true });
  for (const [name, count, seed] of [["train", 60, 1], ["t10k", 30, 2]] as const) {
    const { pixels, labels } = barImages(count, 10, [1, 28, 28], seed);
    writeFileSync(join(data, `mnist/${name}-images-idx3-ubyte.gz`), gzipped(idxFile([count, 28, 28], pixels as Uint8Array)));
    writeFileSync(join(data, `mnist/${name}-labels-idx1-ubyte.gz`), gzipped(idxFile([count], Uint8Array.from(labels))));
  }
});
const small = (out: string, ...words: string[]) => ["images", "--dataset", "mnist", "--data", data, "--images", "50", "--held-out", "20", "--epochs", "1", "--seeds", "1", "--out", join(folder, out), ...words];
interface Written { environment: object; rerun: string; claims: { id: string; required: boolean; verdict: string }[]; tracked: { mode: string }[] }
const read = (out: string) => JSON.parse(readFileSync(join(folder, out, "results.json"), "utf8")) as Written;
const comparable = (out: string) => ({ ...read(out), environment: undefined });
const stored = (out: string) => (existsSync(join(folder, out, ".runs")) ? readdirSync(join(folder, out, ".runs")).filter((name) => name.endsWith(".run")) : []);

describe("images", () => {
  it("says the cost first, writes page, results, weights and sets, and ends with 1 when nothing can be concluded", async () => {
    const { code, stdout, stderr } = await lemmagrad(...small("whole", "--workers", "2"));
    expect(stderr).toMatch(/^lemmagrad: mnist \(official\), quick plan: 50 training and 20 held-out images, linf radius 0\.3, 1 epoch, 1 seed in both modes\.\nlemmagrad: 26 runs \(.* operations\), about .* on 2 workers, up to \d+ MB of memory\./);
    // one epoch of 60 images teaches nothing: the hypotheses say so, and required verdicts are not as recorded
    expect({ code, verdicts: new Set(read("whole").claims.map(({ verdict }) => verdict)) }).toEqual({ code: 1, verdicts: new Set(["outside hypotheses"]) });
    expect(stdout).toMatch(/m2-nonrobust-set-accuracy-falls +outside hypotheses +required/);
    expect(readdirSync(join(folder, "whole")).sort()).toEqual(["index.html", "results.json", "sets", "weights"]);
    expect(readdirSync(join(folder, "whole/sets")).sort()).toEqual(["NR1.npz", "R.npz", "R2.npz", "conflict.npz", "placeboR.npz", "placeboR2.npz", "random.npz"]);
    expect(readdirSync(join(folder, "whole/weights"))).toContain("adversarial-1.npz");
    expect(readSet(join(folder, "whole/sets/conflict.npz")).shape).toEqual([1, 28, 28]);
    const page = readFileSync(join(folder, "whole/index.html"), "utf8");
    expect(page).toContain("npx lemmagrad images --dataset mnist");
    for (const image of page.match(/<img [^>]*>/g)!) expect(image).toMatch(/src="data:image\/png;base64,[^"]+" alt="[^"]{20,}"/);
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)[^"<]*\.(js|css|png)/);
    expect(page.match(/<section class="claim"/g)!.length).toBe(9);
  });

  it("gives the same on one worker", async () => {
    await lemmagrad(...small("one", "--workers", "1"));
    expect(comparable("one")).toEqual(comparable("whole"));
    for (const file of ["weights/adversarial-1.npz", "sets/NR1.npz"]) expect(readFileSync(join(folder, "one", file))).toEqual(readFileSync(join(folder, "whole", file)));
  });

  it("goes on after a kill, computes a damaged job again, and ends with the same", async () => {
    const { child, ended } = start(small("killed", "--workers", "1"));
    for (let tries = 0; stored("killed").length < 5; tries++) {
      if (tries > 1200) throw new Error("waited too long for finished jobs");
      await new Promise((resolve) => { setTimeout(resolve, 25); });
    }
    child.kill("SIGKILL");
    await ended;
    const [damaged] = stored("killed");
    const path = join(folder, "killed/.runs", damaged);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length >> 1));
    const { stderr } = await lemmagrad(...small("killed", "--workers", "2", "--resume"));
    expect(stderr).toMatch(/the stored run .* is damaged; it is computed again/);
    expect(stderr).not.toMatch(/discarded/);
    expect(comparable("killed")).toEqual(comparable("whole"));
    expect(stored("killed")).toEqual([]);
  }, 180_000);

  it.each([
    ["a folder that is not there", ["--data", "/nowhere"], /there is no such folder\.\n.*the four files of .*\n  Mend: npx lemmagrad images fetch --dataset mnist --data \/nowhere/],
    ["a radius in grey levels", ["--radius", "8"], /the linf radius 8 turns every image of 784 pixels into plain grey\.\n.*\n  Mend: if 8 is in grey levels, pass 8\/255/],
    ["a radius that is none", ["--radius", "8/0"], /Expected a number > 0, or a fraction such as 8\/255/],
    ["a norm without a radius", ["--norm", "l2"], /--norm l2 came without a radius/],
    ["too few images", ["--images", "61"], /mnist, training images: there are 60 images, the plan takes 61/],
    ["too few held-out images", ["--held-out", "3"], /--held-out 3 is too few/],
    ["an unknown data set", ["--dataset", "mnits"], /Did you mean mnist\?/],
  ])("refuses %s, with exit code 2 and no stack", async (_what, words, message) => {
    const { code, stderr } = await lemmagrad(...small("refused", ...words));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string });
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it("asks for a data set, leaves `fetch` its own options, and refuses training images that are held out", async () => {
    expect(await lemmagrad("images")).toMatchObject({ code: 2, stderr: expect.stringMatching(/no data set was named/) as string });
    expect((await lemmagrad("images", "fetch", "--dataset", "nothing")).stderr).toMatch(/Expected one of mnist, cifar10, svhn/);
    const both = join(folder, "both/mnist");
    mkdirSync(both, { recursive: true });
    for (const name of ["train", "t10k"]) {
      for (const part of ["images-idx3", "labels-idx1"]) writeFileSync(join(both, `${name}-${part}-ubyte.gz`), readFileSync(join(data, `mnist/train-${part}-ubyte.gz`)));
    }
    const { code, stderr } = await lemmagrad(...small("overlap", "--data", join(folder, "both")));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/60/) as string });
  });
});
