/** A real browser for tests: Debian's Chromium through playwright-core. Required when CI is set, else optional. */
import { existsSync } from "node:fs";
import { describe } from "vitest";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

export const chromiumPath = places.find(existsSync);

export const launchOptions = {
  executablePath: chromiumPath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};

/** A suite that needs the browser; skipped without one, unless CI is set. */
export function describeInBrowser(name: string, body: () => void): void {
  if (chromiumPath === undefined && process.env.CI === undefined) describe.skip(name, body);
  else describe(name, body);
}
