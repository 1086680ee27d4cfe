/**
 * One coordinator a results folder: a lock file with who holds it.
 *
 * A lock whose process has ended is taken over. On the same machine the process is asked (and when it began, since numbers are used again);
 * a lock of another machine counts as left behind when it was not renewed for a minute.
 */
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { FileError } from "../errors/index.ts";
import { writeFault } from "./files.ts";

interface Holder {
  pid: number;
  host: string;
  /** When the process began, in the kernel's ticks; "" where that is not to be had. */
  began: string;
  since: string;
  token: string;
}

const renewedEvery = 10_000;
const leftBehindAfter = 60_000;

export interface Lock {
  /** Gives the folder free, if it is still ours. */
  release(): void;
}

/**
 * Takes the lock, or says who has it. `notice` hears of a lock that was left behind.
 *
 * Errors: FileError while another process holds it, or when it cannot be written.
 */
export function takeLock(folder: string, name: string, notice: (words: string) => void): Lock {
  const path = join(folder, name);
  const own: Holder = { pid: process.pid, host: hostname(), began: beganOf(process.pid), since: new Date().toISOString(), token: randomUUID() };
  for (let attempt = 0; ; attempt++) {
    if (created(path, own)) break;
    const holder = holderOf(path);
    if (holder === undefined) continue;
    if (attempt > 20 || isHeld(holder, path)) throw busy(path, holder);
    if (takenAway(path, holder)) notice(`the lock of a process that has ended (${holder.pid} on ${holder.host}, since ${holder.since}) is taken over.`);
  }
  const renewal = setInterval(() => {
    const now = new Date();
    try { utimesSync(path, now, now); } catch { /* gone: nothing to renew */ }
  }, renewedEvery);
  renewal.unref();
  const release = (): void => {
    clearInterval(renewal);
    process.off("exit", release);
    if (holderOf(path)?.token === own.token) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return { release };
}

/** The lock appears with its content or not at all: a file of its own is linked to the name. */
function created(path: string, own: Holder): boolean {
  const temporary = `${path}.${own.token}`;
  try {
    writeFileSync(temporary, `${JSON.stringify(own)}\n`);
    linkSync(temporary, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeFault(path, cause);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** undefined when the file is gone; a holder that nobody is when it says nothing. */
function holderOf(path: string): Holder | undefined {
  try {
    const text = readFileSync(path, "utf8");
    try {
      return { ...nobody, ...(JSON.parse(text) as Partial<Holder>) };
    } catch {
      return nobody;
    }
  } catch {
    return undefined;
  }
}

const nobody: Holder = { pid: -1, host: "", began: "", since: "an unknown time", token: "" };

function isHeld({ pid, host, began }: Holder, path: string): boolean {
  if (host !== "" && host !== hostname()) {
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    return age < leftBehindAfter;
  }
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = beganOf(pid);
  return began === "" || now === "" || began === now;
}

/** The 22nd field of /proc/PID/stat; the name before it may hold spaces and brackets. */
function beganOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Removes a lock that was left behind, unless another process was faster; whatever it put there is put back. */
function takenAway(path: string, stale: Holder): boolean {
  const aside = `${path}.${randomUUID()}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const taken = holderOf(aside)?.token === stale.token;
  if (!taken) {
    try { linkSync(aside, path); } catch { /* a third has come; it will see */ }
  }
  rmSync(aside, { force: true });
  return taken;
}

function busy(path: string, { pid, host, since }: Holder): FileError {
  return new FileError({
    where: path, problem: `process ${pid} on ${host} works on this sweep, since ${since}.`, expected: "one coordinator a results folder.",
    mend: "wait for it, stop it, or use another --out; if it is surely gone, remove the file.",
  });
}
