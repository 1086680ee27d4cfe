export { drawFigure, figureCss } from "./draw.ts";
export { jointSentence, togetherSentence } from "./page-family.ts";
export type { SearchSummary } from "./page-searches.ts";
export { phasePage } from "./page-phase.ts";
export { phaseJson, phaseSchema, phaseSchemaText } from "./phase-schema.ts";
export { renderReport, type ReportOptions } from "./page.ts";
export { resultsJson, resultsJsonSchema } from "./results-schema.ts";
export { writeReport, type WrittenReport } from "./write.ts";
export { imagesPage, type ImagesPageData, type PlainTable, type Sheet } from "./page-images.ts";
