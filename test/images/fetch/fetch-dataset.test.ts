/** Whole datasets: several files, archives that unpack, and the command. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { FileError, ParameterError } from "../../../src/errors/index.ts";
import { fetchSource } from "../../../src/images/fetch/fetch-dataset.ts";
import type { DatasetSource } from "../../../src/images/fetch/sources.ts";
import { type DatasetName, fetchDataset, loadDataset } from "../../../src/images/index.ts";
import { build, lemmagrad, start, temporaryFolder } from "../../support/command-line.ts";
import { concatenated, gzipped, randomBytes } from "../synthetic.ts";
import { badServer, status, whole } from "./bad-server.ts";

const server = await badServer();
const root = temporaryFolder();
let folders = 0;
const newFolder = () => join(root, `${folders++}`);

interface TarEntry { name: string; data?: Uint8Array; type?: string; link?: string; size?: number; prefix?: string }
/** A tar archive in the ustar format. */
function tarFile(entries: readonly TarEntry[], end = 1024): Uint8Array {
  return concatenated(...entries.map(({ name, data = new Uint8Array(), type = "0", link = "", size = data.length, prefix = "" }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write(type, 156);
    header.write(link, 157);
    header.write("ustar\x0000", 257);
    header.write(prefix, 345);
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148);
    return concatenated(header, data, new Uint8Array((512 - (data.length % 512)) % 512));
  }), new Uint8Array(end));
}

const [one, two] = [randomBytes(5000, 1), randomBytes(1024, 2)];
const good: TarEntry[] = [{ name: "set/", type: "5" }, { name: "./set/one.bin", data: one }, { name: "set/readme.html", data: randomBytes(700, 3) }, { name: "two.bin", prefix: "set", data: two }];
function sourceOf(archive: Uint8Array, folder = "archive"): DatasetSource {
  server.answer(`/${folder}/set.tar.gz`, whole(archive));
  return {
    files: [{ name: "set.tar.gz", bytes: archive.length, md5: createHash("md5").update(archive).digest("hex"), from: [server.folder(folder)] }],
    entries: [{ entry: "set/one.bin", name: "one.bin", bytes: one.length }, { entry: "set/two.bin", name: "two.bin", bytes: two.length }],
  };
}
const quick = { pause: () => 1 };
const said = async (promise: Promise<unknown>): Promise<string> => promise.then(() => "nothing was thrown", (error: unknown) => {
  expect(error).toBeInstanceOf(FileError);
  return String(error);
});

describe("an archive", () => {
  it("gives the files asked for, their sums, and nothing else", async () => {
    const folder = newFolder();
    const source = sourceOf(gzipped(tarFile(good)));
    expect((await fetchSource(source, folder, quick)).map(({ path, bytes, state }) => [path, bytes, state])).toEqual([[join(folder, "one.bin"), 5000, "downloaded"], [join(folder, "two.bin"), 1024, "downloaded"]]);
    expect(readdirSync(folder).sort()).toEqual(["one.bin", "two.bin", "unpacked.md5"]);
    expect([new Uint8Array(readFileSync(join(folder, "one.bin"))), new Uint8Array(readFileSync(join(folder, "two.bin")))]).toEqual([one, two]);
    const sum = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
    expect(readFileSync(join(folder, "unpacked.md5"), "utf8")).toBe(`${sum(one)}  one.bin\n${sum(two)}  two.bin\n`);
    const before = server.asked.length;
    expect((await fetchSource(source, folder, quick)).map(({ state }) => state)).toEqual(["already there", "already there"]);
    expect(server.asked.length).toBe(before);
    // one is lost: it is fetched again
    rmSync(join(folder, "two.bin"));
    expect((await fetchSource(source, folder, quick)).map(({ state }) => state)).toEqual(["downloaded", "downloaded"]);
    writeFileSync(join(folder, "two.bin"), one);
    expect(await said(fetchSource(source, folder, quick))).toContain("two.bin: a file is there that has changed since it was unpacked.");
  });
  it("does not replace files that came otherwise", async () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, "one.bin"), one);
    expect(await said(fetchSource(sourceOf(gzipped(tarFile(good))), folder, quick))).toContain("one.bin: a file is there that this command did not unpack.");
    expect(readdirSync(folder)).toEqual(["one.bin"]);
  });
  it("writes nowhere else: names that climb, absolute names and links are passed over", async () => {
    const folder = newFolder();
    const evil = [{ name: "../evil.bin", data: one }, { name: join(root, "evil.bin"), data: one }, { name: "set/../../evil.bin", data: one }, { name: "set/link", type: "2", link: "../.." }, { name: "set/link/evil.bin", data: one }];
    await fetchSource(sourceOf(gzipped(tarFile([...evil, ...good]))), folder, quick);
    expect(readdirSync(folder).sort()).toEqual(["one.bin", "two.bin", "unpacked.md5"]);
    expect(readdirSync(root).filter((name) => name.includes("evil"))).toEqual([]);
    // nor through a link that was laid in its way
    const trapped = newFolder();
    mkdirSync(trapped);
    writeFileSync(join(root, "victim"), "mine");
    symlinkSync(join(root, "victim"), join(trapped, "one.bin.unpacking"));
    await fetchSource(sourceOf(gzipped(tarFile(good))), trapped, quick);
    expect(readFileSync(join(root, "victim"), "utf8")).toBe("mine");
  });
  const wrongSum = (bytes: Uint8Array) => {
    const packed = gzipped(bytes);
    packed[packed.length - 7] ^= 1;
    return packed;
  };
  it.each<[string, Uint8Array, string]>([
    ["that lacks a file", gzipped(tarFile(good.slice(0, 3))), "the archive lacks set/two.bin."],
    ["that has one twice", gzipped(tarFile([...good, good[1]])), "the archive has set/one.bin twice."],
    ["with a link in a file's place", gzipped(tarFile([{ name: "set/one.bin", type: "2", link: "/etc/hostname" }, ...good.slice(2)])), "set/one.bin is no regular file."],
    ["with a file of another length", gzipped(tarFile([{ name: "set/one.bin", data: two }, ...good.slice(2)])), "set/one.bin is 1024 bytes long, not 5000."],
    ["that ends inside a file", gzipped(tarFile(good).subarray(0, 3000)), "the archive is cut short."],
    ["without an end", gzipped(tarFile(good, 0)), "the archive is cut short."],
    ["of no headers", gzipped(randomBytes(4096, 9)), "the header of an entry is not one."],
    ["with a header whose checksum is wrong", gzipped(tarFile(good).map((byte, at) => (at === 4 ? byte ^ 1 : byte))), "the header of an entry is not one."],
    ["of a negative length", gzipped(tarFile([{ name: "x", size: -1 }, ...good])), "the header of an entry is not one."],
    ["that unpacks without end", gzipped(concatenated(tarFile([{ name: "big", data: new Uint8Array(3_000_000) }], 0), tarFile(good))), "the archive unpacks to more than"],
    ["that is no gzip", tarFile(good), "its gzip stream cannot be unpacked (incorrect header check)."],
    ["whose gzip stream is cut short", gzipped(tarFile(good)).subarray(0, 4000), "its gzip stream cannot be unpacked (unexpected end of file)."],
    ["with a link that has the file's length", gzipped(tarFile([{ name: "set/one.bin", type: "2", link: "/etc/hostname", data: one }, ...good.slice(2)])), "set/one.bin is no regular file."],
    ["whose gzip checksum, far behind the last file, is wrong", wrongSum(tarFile(good, 1_000_000)), "its gzip stream cannot be unpacked (incorrect data check)."],
    ["whose gzip checksum is wrong", wrongSum(tarFile(good)), "its gzip stream cannot be unpacked (incorrect data check)."],
  ])("%s is refused, and leaves no file behind", async (_kind, archive, words) => {
    const folder = newFolder();
    expect(await said(fetchSource(sourceOf(archive), folder, quick))).toContain(words);
    expect(readdirSync(folder)).toEqual(["set.tar.gz"]);
  });
});

describe("fetchDataset", () => {
  it("refuses what it does not know", async () => {
    await expect(fetchDataset("imagenet" as DatasetName, newFolder())).rejects.toThrow(new ParameterError({ where: "fetchDataset", problem: 'there is no dataset "imagenet".', expected: "one of mnist, cifar10, svhn." }));
    for (const mirror of ["nowhere", "ftp://127.0.0.1/", "file:///tmp"]) await expect(fetchDataset("mnist", newFolder(), { mirror })).rejects.toThrow("is no address of a folder.");
  });
  it("asks a mirror for the official names, and believes only the official sums", async () => {
    server.answer("/mirror/train-images-idx3-ubyte.gz", whole(new Uint8Array(9912422)));
    const folder = newFolder();
    expect(await said(fetchDataset("mnist", folder, { mirror: server.folder("mirror"), ...quick }))).toContain("what it sent has MD5 ");
    expect(readdirSync(join(folder, "mnist"))).toEqual([]);
    server.answer("/mirror/train_32x32.mat", whole(new Uint8Array(5)));
    expect(await said(fetchDataset("svhn", folder, { mirror: server.folder("mirror"), ...quick }))).toContain("the file there has 5 bytes, the official one 182040794");
    server.answer("/mirror/cifar-10-binary.tar.gz", status(404));
    expect(await said(fetchDataset("cifar10", folder, { mirror: server.folder("mirror"), ...quick }))).toContain("cifar-10-binary.tar.gz: it answered 404");
  });
});

describe("lemmagrad images fetch", () => {
  beforeAll(build);
  it("ends with code 2 and says what to do, without a stack trace", async () => {
    const folder = newFolder();
    const { code, stdout, stderr } = await lemmagrad("images", "fetch", "--dataset", "mnist", "--data", folder, "--mirror", server.folder("none"));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^FileError: train-images-idx3-ubyte\.gz: no address gave the file:\n {4}http.*: it answered 404\n {2}Expected 9912422 bytes with MD5 f68b3c2dcbeaaa9fbdd348bbdeb94873\.\n {2}Mend: .*\n$/);
  });
  it("knows its datasets, and asks for one", async () => {
    const [other, none] = await Promise.all([lemmagrad("images", "fetch", "--dataset", "mnsit"), lemmagrad("images", "fetch")]);
    expect([other.code, none.code]).toEqual([2, 2]);
    expect(other.stderr).toContain("Did you mean mnist?");
    expect(none.stderr).toContain("required option '--dataset <name>' not specified");
  });
  it("killed in the middle, goes on from there", async () => {
    const folder = newFolder();
    const part = join(folder, "mnist/train-images-idx3-ubyte.gz.part");
    const wrong = new Uint8Array(9912422); // of the official length, which is all that is looked at before the end
    server.answer("/slow/train-images-idx3-ubyte.gz", (_request, response) => { response.writeHead(200, { "Content-Length": wrong.length }).write(wrong.subarray(0, 1_000_000)); });
    const words = ["images", "fetch", "--dataset", "mnist", "--data", folder, "--mirror", server.folder("slow")];
    const { child, ended } = start(words);
    for (let waited = 0; waited < 20_000 && !(existsSync(part) && readFileSync(part).length === 1_000_000); waited += 50) await sleep(50);
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
    expect(readdirSync(join(folder, "mnist"))).toEqual(["train-images-idx3-ubyte.gz.part"]);
    server.answer("/slow/train-images-idx3-ubyte.gz", (request, response, time) => (request.headers.range === undefined ? status(404) : whole(wrong))(request, response, time));
    const again = await lemmagrad(...words);
    expect(again.stderr).toContain("it answered 404"); // after its sum was found wrong it starts again, and then without a range
    expect(server.asked.filter(({ path }) => path === "/slow/train-images-idx3-ubyte.gz").map(({ range }) => range)).toEqual([undefined, "bytes=1000000-", undefined]);
  });
  it("interrupted, says that what has come is kept", async () => {
    const folder = newFolder();
    server.answer("/stuck/train-images-idx3-ubyte.gz", (_request, response) => { response.writeHead(200, { "Content-Length": 9912422 }).write(new Uint8Array(500_000)); });
    const { child, ended } = start(["images", "fetch", "--dataset", "mnist", "--data", folder, "--mirror", server.folder("stuck")]);
    for (let waited = 0; waited < 20_000 && !existsSync(join(folder, "mnist/train-images-idx3-ubyte.gz.part")); waited += 50) await sleep(50);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("lemmagrad: interrupted. What has come is kept; the same command goes on from there.");
  });

  const data = process.env.LEMMAGRAD_DATA;
  it.runIf(data !== undefined && existsSync(join(data, "mnist/train-images-idx3-ubyte.gz")))("gets the real MNIST from a server that breaks off, killed in the middle, and loadDataset reads it", async () => {
    const folder = newFolder();
    for (const name of readdirSync(join(data!, "mnist"))) {
      const file = readFileSync(join(data!, "mnist", name));
      server.answer(`/real/${name}`, (request, response, time) => {
        if (time % 2 === 0) return whole(file)(request, response, time);
        response.writeHead(500).end();
      });
    }
    let release = () => {};
    const images = readFileSync(join(data!, "mnist/train-images-idx3-ubyte.gz"));
    server.answer("/real/train-images-idx3-ubyte.gz", (request, response, time) => {
      if (time > 0) return whole(images)(request, response, time);
      response.writeHead(200, { "Content-Length": images.length }).write(images.subarray(0, 3_000_000), () => release());
    });
    const words = ["images", "fetch", "--dataset", "mnist", "--data", folder, "--mirror", server.folder("real"), "--json"];
    const sent = new Promise<void>((resolve) => { release = resolve; });
    const first = start(words);
    await sent;
    await sleep(500);
    first.child.kill("SIGKILL");
    await first.ended;
    const { code, stdout } = await lemmagrad(...words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: "mnist", folder: join(folder, "mnist"), files: [{ state: "downloaded" }, { state: "downloaded" }, { state: "downloaded" }, { state: "downloaded" }] });
    expect(server.asked.find(({ path, range }) => path === "/real/train-images-idx3-ubyte.gz" && range !== undefined)?.range).toMatch(/^bytes=\d{4,}-$/);
    expect(loadDataset("mnist", folder)).toMatchObject({ train: { source: { complete: true } }, test: { source: { complete: true } } });
    expect((await lemmagrad(...words)).stdout.match(/already there/g)).toHaveLength(4);
  });
});
