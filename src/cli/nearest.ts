/** "Did you mean ...?", as the commands use it. */
export { editDistance, nearest, suggestion } from "../errors/index.ts";
