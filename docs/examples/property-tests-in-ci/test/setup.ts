import fc from "fast-check";
import "lemmagrad/testing/matchers";

// below vitest's own limit of 5 s, which would end a test without naming the seed
fc.configureGlobal({ interruptAfterTimeLimit: 4000 });
