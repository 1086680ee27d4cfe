export { clopperPearson } from "./clopper-pearson.ts";
