import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, describe, it } from "vitest";
import { FileError } from "../../../src/errors/index.ts";
import { download, type DownloadOptions } from "../../../src/images/fetch/download.ts";
import { temporaryFolder } from "../../support/command-line.ts";
import { concatenated, randomBytes } from "../synthetic.ts";
import { badServer, cutAfter, status, whole, withoutRange } from "./bad-server.ts";

const bytes = concatenated(...Array.from({ length: 20 }, (_, at) => randomBytes(10_000, at + 1)));
const md5 = createHash("md5").update(bytes).digest("hex");
const server = await badServer();
const root = temporaryFolder();
let cases = 0;

interface Case {
  path: string;
  /** Names of folders on the server, tried in turn. */
  run(from: string[], options?: DownloadOptions): Promise<string>;
}
/** A place of its own for a file, and names of its own on the server. */
function newCase(): Case {
  const folder = join(root, `${cases++}`);
  const path = join(folder, "file.gz");
  return { path, run: (from, options) => download({ name: "file.gz", bytes: bytes.length, md5, from: from.map((name) => server.folder(name)) }, path, { pause: () => 1, idle: 10_000, ...options }) };
}
const said = async (promise: Promise<unknown>): Promise<string> => promise.then(() => "nothing was thrown", (error: unknown) => {
  expect(error).toBeInstanceOf(FileError);
  return String(error);
});
const expectWhole = (path: string) => expect(readFileSync(path).equals(bytes)).toBe(true);
const asked = (name: string) => server.asked.filter(({ path }) => path === `/${name}/file.gz`);

describe("a download", () => {
  it("gives the file, and nothing beside it", async () => {
    server.answer("/good/file.gz", whole(bytes));
    const { path, run } = newCase();
    const got: number[] = [];
    expect(await run(["good"], { onProgress: (count) => got.push(count) })).toBe("downloaded");
    expectWhole(path);
    expect(readdirSync(join(path, ".."))).toEqual(["file.gz"]);
    expect(got.at(-1)).toBe(bytes.length);
    expect(got).toEqual([...got].sort((a, b) => a - b));
    const before = asked("good").length;
    expect(await run(["good"])).toBe("already there");
    expect(asked("good").length).toBe(before);
  });
  it("goes on where a broken connection left it, as long as that brings something", async () => {
    server.answer("/cuts/file.gz", cutAfter(bytes, 30_000));
    const { path, run } = newCase();
    await run(["cuts"], { attempts: 2 });
    expectWhole(path);
    expect(asked("cuts").map(({ range }) => range)).toEqual([undefined, ...[30, 60, 90, 120, 150, 180].map((from) => `bytes=${from}000-`)]);
  });
  it("goes on from another address, and in another run", async () => {
    server.answer("/dies/file.gz", (request, response, time) => (time === 0 ? cutAfter(bytes, 70_000) : status(404))(request, response, time));
    server.answer("/next/file.gz", whole(bytes));
    const first = newCase();
    await first.run(["dies", "next"]);
    expect(asked("next").at(-1)?.range).toBe("bytes=70000-");
    expectWhole(first.path);

    server.answer("/dies/file.gz", (request, response, time) => (time === 0 ? cutAfter(bytes, 70_000) : status(404))(request, response, time));
    const second = newCase();
    expect(await said(second.run(["dies"]))).toContain("it answered 404");
    expect(readdirSync(join(second.path, ".."))).toEqual(["file.gz.part"]);
    await second.run(["next"]);
    expect(asked("next").at(-1)?.range).toBe("bytes=70000-");
    expect(readdirSync(join(second.path, ".."))).toEqual(["file.gz"]);
  });
  it("starts again where the server cannot go on from the middle", async () => {
    server.answer("/no-range/file.gz", (request, response, time) => withoutRange(bytes, time === 0 ? 50_000 : bytes.length)(request, response, time));
    const { path, run } = newCase();
    await run(["no-range"]);
    expect(asked("no-range").map(({ range }) => range)).toEqual([undefined, "bytes=50000-"]);
    expectWhole(path);
  });
  it("gives up such a server when it always breaks off", async () => {
    server.answer("/no-range-cut/file.gz", withoutRange(bytes, 50_000));
    expect(await said(newCase().run(["no-range-cut"]))).toMatch(/the connection broke after 50000 of 200000 bytes/);
    expect(asked("no-range-cut")).toHaveLength(4);
  });
  it("throws wrong bytes away and takes the next address, from the start", async () => {
    const wrong = bytes.slice();
    wrong[150_000] ^= 1;
    server.answer("/wrong/file.gz", whole(wrong));
    server.answer("/right/file.gz", whole(bytes));
    const { path, run } = newCase();
    await run(["wrong", "right"]);
    expectWhole(path);
    expect([asked("wrong").length, asked("right").map(({ range }) => range)]).toEqual([1, [undefined]]);
    const alone = newCase();
    const sum = createHash("md5").update(wrong).digest("hex");
    expect(await said(alone.run(["wrong"]))).toBe(`FileError: file.gz: no address gave the file:
    ${server.folder("wrong")}/file.gz: what it sent has MD5 ${sum}
  Expected 200000 bytes with MD5 ${md5}.
  Mend: run the command again later (it goes on where it stopped), pass --mirror, or download the file by other means and put it at ${alone.path}.`);
    expect(readdirSync(join(alone.path, ".."))).toEqual([]);
  });
  it("starts again when what was kept is wrong", async () => {
    server.answer("/good/file.gz", whole(bytes));
    for (const kept of [new Uint8Array(90_000), new Uint8Array(bytes.length), new Uint8Array(bytes.length + 10)]) {
      const { path, run } = newCase();
      mkdirSync(join(path, ".."));
      writeFileSync(`${path}.part`, kept);
      await run(["good"]);
      expectWhole(path);
    }
    // nothing to ask for: what was kept is whole
    const { path, run } = newCase();
    mkdirSync(join(path, ".."));
    writeFileSync(`${path}.part`, bytes);
    await run(["missing"]);
    expectWhole(path);
  });
  it("tries again after a server's own fault, and not after ours", async () => {
    server.answer("/busy/file.gz", (request, response, time) => (time < 3 ? status([500, 503, 429][time]) : whole(bytes))(request, response, time));
    await newCase().run(["busy"]);
    expect(asked("busy")).toHaveLength(4);
    server.answer("/broken/file.gz", status(500));
    server.answer("/forbidden/file.gz", status(403));
    const pauses: number[] = [];
    const words = await said(newCase().run(["broken", "forbidden", "missing"], { pause: (failures) => (pauses.push(failures), 1) }));
    expect(words).toContain("/broken/file.gz: it answered 500\n");
    expect(words).toContain("/forbidden/file.gz: it answered 403\n");
    expect(words).toContain("/missing/file.gz: it answered 404\n");
    expect([asked("broken").length, asked("forbidden").length, pauses]).toEqual([4, 1, [1, 2, 3]]);
  });
  it("waits as long as the server asks", async () => {
    server.answer("/later/file.gz", (request, response, time) => (time === 0 ? status(503, { "Retry-After": "1" }) : whole(bytes))(request, response, time));
    const started = performance.now();
    await newCase().run(["later"]);
    expect(performance.now() - started).toBeGreaterThan(950);
  });
  it("leaves a server that is silent, before its answer or in the middle, or that trickles", async () => {
    server.answer("/silent/file.gz", () => {});
    server.answer("/stalls/file.gz", (_request, response) => { response.writeHead(200, { "Content-Length": bytes.length }).write(bytes.subarray(0, 500)); });
    server.answer("/trickles/file.gz", (_request, response) => {
      response.writeHead(200, { "Content-Length": bytes.length });
      let at = 0;
      const drop = setInterval(() => response.write(bytes.subarray(at, ++at)), 20);
      response.on("close", () => clearInterval(drop));
    });
    const left = (name: string) => said(newCase().run([name], { attempts: 1, idle: 2000 }));
    const [silent, stalls, trickles] = await Promise.all(["silent", "stalls", "trickles"].map(left));
    expect(silent).toContain("/silent/file.gz: it was silent for 2 s");
    expect(stalls).toMatch(/\/stalls\/file\.gz: (it was silent|the connection broke after 500 of 200000 bytes)/);
    expect(trickles).toContain("/trickles/file.gz: it sends less than 1024 bytes a second");
  });
  it.each<[string, Parameters<typeof server.answer>[1], string]>([
    ["another length", whole(bytes.subarray(0, 1000)), "the file there has 1000 bytes, the official one 200000"],
    ["more than there is", (_request, response) => { response.writeHead(200, { "Transfer-Encoding": "chunked" }).end(concatenated(bytes, bytes)); }, "it sends more than 200000 bytes"],
    ["a page", (_request, response) => { response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end("<p>Log in"); }, "it sent a page, not the file"],
    ["redirects in a circle", (_request, response) => { response.writeHead(302, { Location: "file.gz" }).end(); }, "it redirects more than 5 times"],
    ["a redirect to a file of ours", (_request, response) => { response.writeHead(302, { Location: "file:///etc/hostname" }).end(); }, "it redirects to a file: address"],
    ["a redirect to nothing", (_request, response) => { response.writeHead(301, { Location: "http://[" }).end(); }, 'it redirects to "http://[", which is no address'],
  ])("refuses %s, at once", async (_kind, answer, words) => {
    server.answer("/odd/file.gz", answer);
    const before = asked("odd").length;
    const { path, run } = newCase();
    expect(await said(run(["odd"]))).toContain(`/odd/file.gz: ${words}\n`);
    expect(asked("odd").length - before).toBeLessThanOrEqual(6);
    expect(existsSync(path)).toBe(false);
  });
  it("refuses a range that was not asked for", async () => {
    server.answer("/shifted/file.gz", (request, response, time) => {
      if (time === 0) return cutAfter(bytes, 1000)(request, response, time);
      response.writeHead(206, { "Content-Range": `bytes 0-${bytes.length - 1}/${bytes.length}` }).end(bytes);
    });
    expect(await said(newCase().run(["shifted"]))).toContain('asked for bytes from 1000 on, it sent the range "bytes 0-199999/200000"');
    server.answer("/other/file.gz", (request, response, time) => {
      if (time === 0) return cutAfter(bytes, 1000)(request, response, time);
      response.writeHead(206, { "Content-Range": "bytes 1000-4999/5000" }).end(bytes.subarray(1000, 5000));
    });
    expect(await said(newCase().run(["other"]))).toContain("the file there has 5000 bytes");
  });
  it("follows redirects, and takes the bytes as they are whatever encoding they claim", async () => {
    server.answer("/moved/file.gz", status(302, { Location: "/elsewhere/file.gz" }));
    server.answer("/elsewhere/file.gz", status(307, { Location: "../encoded/file.gz" }));
    server.answer("/encoded/file.gz", (_request, response) => { response.writeHead(200, { "Content-Encoding": "gzip", "Content-Type": "application/x-gzip" }).end(bytes); });
    const { path, run } = newCase();
    await run(["moved"]);
    expectWhole(path);
  });
  it("says that nobody listens", async () => {
    const { path } = newCase();
    expect(await said(download({ name: "file.gz", bytes: 5, md5, from: ["http://127.0.0.1:9"] }, path, { attempts: 1 }))).toContain("http://127.0.0.1:9/file.gz: the connection failed (ECONNREFUSED)");
  });
  it("three times at once gives one whole file, however the three meet", async () => {
    // without a link that names the file looked through, about one time in twenty had a hole in it
    for (let round = 0; round < 40; round++) {
      server.answer("/slow/file.gz", (request, response, time) => { setTimeout(() => cutAfter(bytes, 60_000 + 7000 * time)(request, response, time), 5 * time); });
      const { path, run } = newCase();
      expect(await Promise.all([run(["slow"]), run(["slow"]), run(["slow"])])).toContain("downloaded");
      expectWhole(path);
      expect(readdirSync(join(path, ".."))).toEqual(["file.gz"]);
    }
  });
});

describe("a download beside another of the same file", () => {
  /** A download of a good server's file; `meanwhile` is done once, when the last byte has been written and not yet looked at. */
  function disturbed(meanwhile: (part: string, path: string) => void): [Case, Promise<string>] {
    server.answer("/good/file.gz", whole(bytes));
    const own = newCase();
    let times = 0;
    return [own, own.run(["good"], { onProgress: (got) => { if (got === bytes.length && times++ === 0) meanwhile(`${own.path}.part`, own.path); } })];
  }
  it("that was done first is content with its file", async () => {
    const [own, result] = disturbed(renameSync);
    expect(await result).toBe("downloaded");
    expectWhole(own.path);
  });
  it("that is done while the connection breaks leaves nothing behind", async () => {
    server.answer("/cuts/file.gz", cutAfter(bytes, 30_000));
    const own = newCase();
    let times = 0;
    expect(await own.run(["cuts"], { onProgress: () => { if (times++ === 0) writeFileSync(own.path, bytes); } })).toBe("already there");
    expectWhole(own.path);
    expect(readdirSync(join(own.path, ".."))).toEqual(["file.gz"]);
  });
  it("that threw the bytes away starts again", async () => {
    const [own, result] = disturbed((part) => rmSync(part));
    expect(await result).toBe("downloaded");
    expectWhole(own.path);
    expect(readdirSync(join(own.path, ".."))).toEqual(["file.gz"]);
  });
});

describe("a file that is there already", () => {
  it.each([["another length", new Uint8Array(10), "it has 10 bytes, not 200000."], ["other bytes", new Uint8Array(200_000), `it has MD5 ${createHash("md5").update(new Uint8Array(200_000)).digest("hex")}, not ${md5}.`], ["no bytes", new Uint8Array(), "it has 0 bytes, not 200000."]])("and has %s is left alone", async (_kind, content, words) => {
    server.answer("/good/file.gz", whole(bytes));
    const { path, run } = newCase();
    mkdirSync(join(path, ".."));
    writeFileSync(path, content);
    expect(await said(run(["good"]))).toBe(`FileError: ${path}: a file is there that is not the official one: ${words}\n  Expected the official file, or none.\n  Mend: remove or rename it, or name another folder.`);
    expect(readFileSync(path).equals(content)).toBe(true);
  });
  it.runIf(process.getuid?.() !== 0)("or a folder that cannot be written to is named", async () => {
    const { path, run } = newCase();
    mkdirSync(join(path, ".."));
    chmodSync(join(path, ".."), 0o500);
    expect(await said(run(["good"]))).toContain("the file cannot be written (EACCES).");
  });
  it("or a file in the folder's place is named", async () => {
    const { path, run } = newCase();
    writeFileSync(join(path, ".."), "");
    expect(await said(run(["good"]))).toMatch(/the file cannot be written \((EEXIST|ENOTDIR)\)\./);
  });
});
