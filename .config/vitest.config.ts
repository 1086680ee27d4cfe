import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = (path: string) => `${root}src/${path}`;

export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: /^lemmagrad$/, replacement: source("index.ts") },
      { find: /^lemmagrad\/(robust-features|benign-overfitting)$/, replacement: source("theories/$1/index.ts") },
      { find: /^lemmagrad\/(explain|training|claims|images|simd|testing|testing\/matchers)$/, replacement: source("$1/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // by default one of two cores would stay idle; what a test spawns may then take twice as long
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: [`${root}test/support/build-first.ts`],
    setupFiles: [`${root}test/support/poison.ts`],
    passWithNoTests: false,
  },
});
