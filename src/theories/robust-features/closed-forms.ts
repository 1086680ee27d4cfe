/** The predictions of docs/theory, section 8, that are formulas: P1 to P5, P7, P8, P11 and P12. */
export * from "./closed-forms/finite-steps.ts";
export * from "./closed-forms/growth.ts";
export * from "./closed-forms/learning-time.ts";
export * from "./closed-forms/class-learning-time.ts";
export * from "./closed-forms/race.ts";
export * from "./closed-forms/standard-end.ts";
export * from "./closed-forms/under-attack.ts";
export * from "./closed-forms/cross-entropy-ascent.ts";
export * from "./closed-forms/cone-cosine.ts";
export * from "./closed-forms/robust-radius.ts";
export * from "./closed-forms/injection.ts";
export * from "./closed-forms/one-neuron.ts";
export * from "./closed-forms/varied.ts";
