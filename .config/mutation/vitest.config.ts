/** The tests that stand for src/autodiff, src/transformations and src/ops; the kernels are built before Stryker starts. */
import base from "../vitest.config.ts";

export default {
  ...base,
  test: {
    ...base.test,
    globalSetup: [],
    testTimeout: 20_000,
    // no kernel is mutated, and the laws run once a mutant: one backend, and a third of the samples
    env: { LEMMAGRAD_TEST_BACKEND: "wasm", LEMMAGRAD_TEST_SHARE: "0.3" },
    include: ["test/autodiff/{forward,reverse,nesting,vmap}.test.ts", "test/ops/**/*.test.ts", "test/transformations/**/*.test.ts", "test/laws/**/*.test.ts"],
  },
};
