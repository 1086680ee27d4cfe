export { checkpoint, customRule, type CustomRule, type RuleSite } from "./custom-rule.ts";
export { hessian, hvp, jacobian, type JacobianOptions } from "./jacobian.ts";
