export { type Fetched, type FetchedFile, fetchDataset, type FetchOptions } from "./fetch-dataset.ts";
