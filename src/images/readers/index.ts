export { catalogue as datasets, type DatasetName, datasetNames, type DatasetWords } from "./catalogue.ts";
export { classCounts, type DatasetSplit, imagePixels, type PixelOptions, selectImages, type SplitSource } from "./dataset-split.ts";
export { parseIdx, type IdxArray } from "./idx.ts";
export { parseCifar10 } from "./cifar10.ts";
export { type MatArray, parseMat } from "./mat.ts";
export { parseSvhn } from "./svhn.ts";
export { type LabelledImages, type ReadOptions } from "./limits.ts";
export { checkDistinct, type Overlap, overlapOf } from "./overlap.ts";
export { type Dataset, loadDataset, type LoadOptions, type Variant } from "./load-dataset.ts";
