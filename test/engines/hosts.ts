/** How the workload is run in an engine: a Node of its own, or a headless browser. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { launchOptions } from "../support/chromium.ts";
import type { EngineRun } from "./workload/index.ts";

export interface Request {
  /** Names of results whose bits are wanted. */
  keep?: readonly string[];
}

export interface Answer extends EngineRun {
  /** The engine's own word for its version. */
  version: string;
  /** What it printed to the console meanwhile, line by line. */
  said: string[];
}

export type Host = (workload: string, request: Request) => Promise<Answer>;

/** Longer than any run takes, also on a busy machine; a hang must not outlast it. */
const timeLimit = 120_000;
const mostOutput = 2 ** 28;

export function nodeHost(root: string, program: string, flags: readonly string[] = []): Host {
  return async (workload, request) => {
    const command = [...flags, join(root, "test/engines/node-host.mjs"), workload, JSON.stringify(request)];
    // no NODE_OPTIONS: the flags here are all that differs between engines
    const { stdout, stderr } = await promisify(execFile)(program, command, { maxBuffer: mostOutput, timeout: timeLimit, env: { PATH: process.env.PATH } });
    const { stdout: version } = await promisify(execFile)(program, ["--version"], { timeout: timeLimit });
    return { ...(JSON.parse(stdout) as EngineRun), version: version.trim(), said: stderr.split("\n").filter((line) => line !== "") };
  };
}

export function chromiumHost(flags: readonly string[] = []): Host {
  return async (workload, request) => {
    const browser = await chromium.launch({ ...launchOptions, args: [...launchOptions.args, ...flags.map((flag) => `--js-flags=${flag}`)] });
    try {
      const page = await browser.newPage();
      const said: string[] = [];
      page.on("console", (message) => said.push(...message.text().split("\n")));
      page.on("pageerror", (error) => said.push(error.message));
      const code = readFileSync(workload, "utf8");
      const answer = await page.evaluate(`(async () => {
        const { run } = await import(URL.createObjectURL(new Blob([${JSON.stringify(code)}], { type: "text/javascript" })));
        return JSON.stringify(run(${JSON.stringify(request)}));
      })()`);
      return { ...(JSON.parse(answer as string) as EngineRun), version: browser.version(), said };
    } finally {
      await browser.close();
    }
  };
}
