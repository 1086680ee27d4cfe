export { drawFigure, figureCss } from "./draw.ts";
export { renderReport, type ReportOptions } from "./page.ts";
export { resultsJson, resultsJsonSchema } from "./results-schema.ts";
export { writeReport, type WrittenReport } from "./write.ts";
