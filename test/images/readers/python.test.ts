/** Files that Python writes (NumPy; SciPy where there is one), and what they hold as NumPy has it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseCifar10, parseIdx, parseSvhn } from "../../../src/images/index.ts";
import { readNpz } from "../../../src/npz/index.ts";
import { temporaryFolder } from "../../support/command-line.ts";
import { messageOf } from "../../support/message-of.ts";
import { describeWithNumpy, runNumpyOrScipy } from "../../support/numpy.ts";

describeWithNumpy("files that Python wrote", () => {
  const folder = temporaryFolder();
  const names = runNumpyOrScipy(readFileSync(join(import.meta.dirname, "write_files.py"), "utf8"), folder).trim().split("\n");
  const bytes = (name: string) => readFileSync(join(folder, name));
  const { digits, classes, photographs, labels, house } = readNpz(join(folder, "expected.npz"));
  it("are there", () => {
    expect(names.length === 8 || names.length === 12).toBe(true);
  });
  it.each(["", ".gz"])("IDX%s", (suffix) => {
    expect(parseIdx(bytes(`images.idx${suffix}`))).toEqual({ shape: digits.shape, data: Uint8Array.from(digits.data) });
    expect(parseIdx(bytes(`labels.idx${suffix}`))).toEqual({ shape: classes.shape, data: Uint8Array.from(classes.data) });
  });
  it("a CIFAR-10 batch", () => {
    expect(parseCifar10(bytes("batch.bin"))).toEqual({ pixels: Uint8Array.from(photographs.data), shape: [3, 32, 32], labels: Int32Array.from(labels.data) });
  });
  it.each(names)("%s", (name) => {
    expect(parseSvhn(bytes(name))).toEqual({ pixels: Uint8Array.from(photographs.data), shape: [3, 32, 32], labels: Int32Array.from(house.data) });
  });
  it.runIf(existsSync(join(folder, "version4.mat")))("a MAT-file of version 4 is named as such", () => {
    expect(messageOf(() => parseSvhn(bytes("version4.mat")))).toContain("the file is a MAT-file of version 4.");
  });
});
