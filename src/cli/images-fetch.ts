/** `lemmagrad images fetch`: the official files of a dataset, downloaded and checked. */
import { type Command, Option } from "commander";
import { catalogue, type DatasetName, datasetNames } from "../images/readers/catalogue.ts";
import { exitCode, onInterrupt } from "./exit.ts";
import { debugOption, examples, jsonOption, oneOf } from "./options.ts";
import { progressLine } from "./progress.ts";
import { jsonText } from "./table.ts";

export interface ImagesFetchFlags {
  dataset: DatasetName;
  /** The folder in which each dataset has one of its own. */
  data: string;
  mirror?: string;
  json?: boolean;
}

export function addImagesFetch(images: Command, finish: (code: number) => void): void {
  images.command("fetch")
    .description("Download a dataset's official files, check their MD5, and unpack what comes in an archive. Goes on where it was interrupted; files appear whole or not at all.")
    .addOption(new Option("--dataset <name>", datasetNames.join(", ")).argParser(oneOf(datasetNames)).makeOptionMandatory())
    .addOption(new Option("--data <folder>", "where datasets are kept; the files go into a folder of the dataset's name inside it").default("data"))
    .addOption(new Option("--mirror <address>", "a folder on the web that has the files, instead of the official addresses; sums are checked all the same"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad images fetch --dataset mnist --data data", "four files, 12 MB, into data/mnist"],
      ["npx lemmagrad images fetch --dataset svhn --data data --mirror http://localhost:8000/svhn/", "two files, 246 MB, from a copy of your own"],
    ))
    .action(async (flags: ImagesFetchFlags) => finish(await fetchImages(flags)));
}

async function fetchImages({ dataset, data, mirror, json }: ImagesFetchFlags): Promise<number> {
  const { fetchDataset } = await import("../images/fetch/index.ts");
  const lines = new Map<string, ReturnType<typeof progressLine>>();
  const restore = onInterrupt(() => `\nlemmagrad: interrupted. What has come is kept; the same command goes on from there.\n`);
  try {
    const fetched = await fetchDataset(dataset, data, {
      ...(mirror !== undefined && { mirror }),
      onProgress(file, got, bytes) {
        const line = lines.get(file) ?? progressLine();
        lines.set(file, line);
        line.update(got, bytes, `${file}: ${megabytes(got)} of ${megabytes(bytes)} MB`);
        if (got === bytes) line.end();
      },
    });
    const { citation, licence } = catalogue[dataset];
    const text = [
      ...fetched.files.map(({ path, bytes, state }) => `${path}  ${bytes} bytes  ${state}`),
      `Cite: ${citation}`, `Licence: ${licence}.`,
    ];
    process.stdout.write(json ? jsonText({ ...fetched, citation, licence }) : `${text.join("\n")}\n`);
    return exitCode.ok;
  } finally {
    for (const line of lines.values()) line.end();
    restore();
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
