/** One coordinator a folder: real processes that hold, die and race. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { takeLock } from "../../src/sweep/index.ts";
import { temporaryFolder } from "../support/command-line.ts";

const root = temporaryFolder();
let folder = root;
let folders = 0;
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
});

const notices: string[] = [];
const take = () => takeLock(folder, ".lock", (words) => notices.push(words));
const path = () => join(folder, ".lock");
const write = (holder: object): void => writeFileSync(path(), JSON.stringify(holder));
const content = () => JSON.parse(readFileSync(path(), "utf8")) as { pid: number; began: string };

describe("a lock", () => {
  it("is held until it is released, and leaves nothing", () => {
    const lock = take();
    expect(content().pid).toBe(process.pid);
    expect(take).toThrow(/process \d+ on .* works on this sweep/);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    take().release();
  });

  it("of a process that has ended is taken over, of one that runs it is not", () => {
    const { pid } = spawnSync("true");
    write({ pid, host: hostname(), began: "", since: "then", token: "x" });
    take().release();
    expect(notices.at(-1)).toContain(`(${pid} on ${hostname()}, since then) is taken over`);
    const child = spawn("sleep", ["30"]);
    write({ pid: child.pid, host: hostname(), began: "", since: "now", token: "y" });
    expect(take).toThrow(`process ${child.pid} on`);
    child.kill("SIGKILL");
  });

  it("of a process whose number another one has now is taken over", () => {
    const lock = take();
    const { began } = content();
    lock.release();
    if (began === "") return; // no /proc here: then the number alone must do
    write({ pid: process.pid, host: hostname(), began: String(Number(began) - 1), since: "then", token: "x" });
    take().release();
    write({ pid: process.pid, host: hostname(), began, since: "then", token: "x" });
    expect(take).toThrow("works on this sweep");
  });

  it("of another machine is held while it is renewed", () => {
    write({ pid: 1, host: "elsewhere", began: "", since: "then", token: "x" });
    expect(take).toThrow("process 1 on elsewhere works on this sweep");
    const old = new Date(Date.now() - 61_000);
    utimesSync(path(), old, old);
    take().release();
    expect(existsSync(path())).toBe(false);
  });

  it("that is damaged is nobody's", () => {
    writeFileSync(path(), "{");
    take().release();
  });

  it("taken over by another process in the meantime is not removed on release", () => {
    const lock = take();
    write({ pid: 1, host: "elsewhere", began: "", since: "now", token: "theirs" });
    lock.release();
    expect(existsSync(path())).toBe(true);
  });
});
