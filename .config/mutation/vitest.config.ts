/**
 * The tests that mutants are held against; the kernels are built before Stryker starts. MUTATION_SUITE chooses:
 *
 *   engine   for src/autodiff and src/transformations: their own tests, a few seconds for all of them
 *   ops      for src/ops: the laws and the ops' own tests; of them Stryker runs those that reach the mutant
 */
import base from "../vitest.config.ts";

const suites: Record<string, string[]> = {
  engine: ["test/autodiff/{forward,reverse,nesting,record,vmap,small-print,trees,types}.test.ts", "test/transformations/**/*.test.ts", "test/ops/{arithmetic,operands,reductions}.test.ts"],
  ops: ["test/ops/**/*.test.ts", "test/laws/{batching,kinks,primitives}.test.ts"],
};

export default {
  ...base,
  test: {
    ...base.test,
    globalSetup: [],
    testTimeout: 20_000,
    // no kernel is mutated, and the laws run once a mutant: one backend, and a third of the samples
    env: { LEMMAGRAD_TEST_BACKEND: "wasm", LEMMAGRAD_TEST_SHARE: "0.3" },
    include: suites[process.env.MUTATION_SUITE ?? "engine"],
  },
};
