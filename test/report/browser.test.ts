/** The report and the SIMD helper in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { renderReport } from "../../src/report/index.ts";
import { reportOpening } from "../../src/theories/robust-features/index.ts";
import { describeInBrowser, launchOptions } from "../support/chromium.ts";
import { samplePhase, sampleResults, sampleSearch } from "../support/sample-results.ts";

describeInBrowser("in Chromium", () => {
  let browser: Browser;
  let server: Server;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lemmagrad-report-"));
    writeFileSync(join(folder, "index.html"), renderReport(sampleResults(), { opening: reportOpening, phases: [samplePhase()], searches: [sampleSearch()] }));
    const pkg = new URL("../../pkg/", import.meta.url);
    server = createServer((request, response) => {
      const name = (request.url ?? "/").slice(1);
      const type = name.endsWith(".wasm") ? "application/wasm" : name.endsWith(".js") ? "text/javascript" : "text/html";
      try {
        const body = name === "" ? "<!doctype html><title>simd</title>" : readFileSync(new URL(name, pkg));
        response.writeHead(200, { "content-type": type }).end(body);
      } catch {
        response.writeHead(404).end();
      }
    }).listen(0, "127.0.0.1");
    browser = await chromium.launch(launchOptions);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(["light", "dark"] as const)("the report opens without errors or requests, with every figure drawn, in %s", async (colorScheme) => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
    const trouble: string[] = [];
    page.on("console", (message) => { if (message.type() === "error") trouble.push(message.text()); });
    page.on("pageerror", (error) => trouble.push(error.message));
    page.on("request", (request) => { if (!request.url().startsWith("file:")) trouble.push(request.url()); });
    await page.goto(`file://${join(folder, "index.html")}`);
    expect(trouble).toEqual([]);
    const figures = await page.locator("figure svg[role=img], figure [role=img] svg, figure[role=img] svg, figure svg").count();
    expect(figures).toBeGreaterThanOrEqual(sampleResults().claims.filter(({ figure }) => figure !== undefined).length);
    const [text, background] = await page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor]") as [string, string];
    expect(text).not.toBe(background);
    // nothing sticks out sideways, also on a phone
    await page.setViewportSize({ width: 360, height: 800 });
    await page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBeLessThanOrEqual(1);
    await page.close();
  });

  it("the packaged SIMD helper loads and multiplies", async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const product = await page.evaluate(`(async () => {
      const simd = await import("/lemmagrad_simd.js");
      await simd.default();
      const out = new Float64Array(4);
      simd.matmulNN(Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8), out, 2, 2, 2);
      return [...out];
    })()`);
    expect(product).toEqual([19, 22, 43, 50]);
    await page.close();
  });
});
