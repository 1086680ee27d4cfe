export { compile, type Compiled, type CompileOptions } from "./compile.ts";
export type { PlanDescription, PlanGroup, PlanStep } from "./description.ts";
