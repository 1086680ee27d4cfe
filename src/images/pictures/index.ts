export { dataUri, type Picture, pngBytes } from "./png.ts";
export { signedStrip, strip } from "./strip.ts";
