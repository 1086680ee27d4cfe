/** Mutation score of the engine and its ops: one run for each suite. `npm run test:mutation` runs both (run.mjs). */
const suite = process.env.MUTATION_SUITE ?? "engine";
const mutated = { engine: ["src/autodiff/**/*.ts", "src/transformations/**/*.ts"], ops: ["src/ops/**/*.ts"] };

export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: ".config/mutation/vitest.config.ts", related: false },
  mutate: mutated[suite],
  coverageAnalysis: "perTest",
  // what runs only while a module is loaded would have to be run by every test
  ignoreStatic: true,
  incremental: true,
  incrementalFile: `node_modules/.mutation/${suite}-incremental.json`,
  concurrency: 2,
  disableTypeChecks: false,
  timeoutMS: 20000,
  tempDirName: "node_modules/.stryker",
  ignorePatterns: ["dist", "pkg", "report", ".config/mutation/node_modules", "docs-api"],
  reporters: ["json", "progress-append-only"],
  jsonReporter: { fileName: `node_modules/.mutation/${suite}.json` },
};
