export { checkpoint, customRule, type CustomRule, type Result, type RuleSite } from "./custom-rule.ts";
export { hessian, hvp, jacobian, type JacobianOptions } from "./jacobian.ts";
