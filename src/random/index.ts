export { stream, type Stream } from "./stream.ts";
