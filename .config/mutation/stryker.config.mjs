/** Mutation score of the engine and its ops. Run with `npm run test:mutation`; see docs/mutation.md. */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: ".config/mutation/vitest.config.ts", related: false },
  mutate: ["src/autodiff/**/*.ts", "src/transformations/**/*.ts", "src/ops/**/*.ts"],
  coverageAnalysis: "perTest",
  ignoreStatic: true,
  incremental: true,
  incrementalFile: "node_modules/.mutation-incremental.json",
  concurrency: 2,
  disableTypeChecks: false,
  timeoutMS: 20000,
  tempDirName: "node_modules/.stryker",
  ignorePatterns: ["dist", "pkg", "report", ".config/mutation/node_modules", "docs-api"],
  reporters: ["clear-text", "json", "progress-append-only"],
  jsonReporter: { fileName: "node_modules/.mutation.json" },
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false },
};
