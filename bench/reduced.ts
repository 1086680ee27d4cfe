/**
 * What each term of the reduced dynamics is worth in adversarial training at the reference point: the tables of docs/theory, section 7.
 *
 *   node bench/run.mjs reduced [--seeds 10] [--first 1000] [--samples 10,40]
 *
 * Errors are |X reduced / X network - 1| of the largest correlations U_i and V_i at every tenth step; a cell is the largest over steps
 * up to 300, 500, 600 of the median over all classes and seeds. The first table is against the network on 40 samples; the last against
 * networks on as many samples as asked for, all predicted by the same full dynamics.
 */
import { parseArgs } from "node:util";
import { median } from "../src/claims/index.ts";
import {
  classesOf, type CoupledOptions, coupledDynamics, coupledTerms, initialState, largestOverTime, reducedDynamics, type ReducedRun, type RunRecord, trainingRun,
} from "../src/theories/robust-features/index.ts";
import { wholeNumber } from "./options.ts";
import { markdown } from "./table.ts";

const { values: asked } = parseArgs({ options: { seeds: { type: "string", default: "10" }, first: { type: "string", default: "1000" }, samples: { type: "string", default: "10,40" } } });
const first = wholeNumber("first", asked.first);
const seeds = Array.from({ length: wholeNumber("seeds", asked.seeds) }, (_, n) => first + n);
const sampleCounts = asked.samples.split(",").map((text) => wholeNumber("samples", text));
const steps = 600;
const marks = [300, 500, 600];

console.error(`${seeds.length} seeds: about ${Math.ceil((seeds.length * (25 + Math.max(0, ...sampleCounts.filter((N) => N !== 40)) / 3)) / 60)} minutes on one core`);
const train = (N: number): RunRecord[] => seeds.map((seed) => trainingRun({ mode: "adversarial", steps, logEvery: 10, cosineEvery: 0, setting: { N } }).run(seed));
const networks = train(40);

const start = (record: RunRecord) => ({ weights: record.initialWeights, robust: record.robust, nonRobust: record.nonRobust });
const coupled = (options: Partial<CoupledOptions> = {}, weights = (record: RunRecord): ArrayLike<number> => record.initialWeights) => (record: RunRecord) => (
  coupledDynamics(record.spec.setting, { ...start(record), weights: weights(record) }, { mode: "adversarial", steps, ...options }));

/** W(0) without the components along other classes' features. */
function withoutOffDiagonals({ initialWeights, robust, nonRobust, spec: { setting: { k, m, d } } }: RunRecord): Float64Array {
  const weights = initialWeights.slice();
  for (let neuron = 0; neuron < k * m; neuron++) {
    const own = weights.subarray(neuron * d, (neuron + 1) * d);
    for (const features of [robust, nonRobust]) {
      for (let j = 0; j < k; j++) {
        if (j === Math.floor(neuron / m)) continue;
        const feature = features.subarray(j * d, (j + 1) * d);
        const along = own.reduce((sum, w, l) => sum + w * feature[l], 0);
        feature.forEach((x, l) => { own[l] -= along * x; });
      }
    }
  }
  return weights;
}

type Scheme = (record: RunRecord) => ReducedRun;
const others = coupledTerms.filter((term) => term !== "moving residuals");
const schemes: Record<string, Scheme> = {
  "`section7`: one class, residuals fixed and orthogonal": (record) => reducedDynamics(record.spec.setting, initialState(record), { mode: "adversarial", steps, scheme: "section7" }),
  "the same with all inner products of the weights": coupled({ without: coupledTerms, noisePoints: 1 }),
  "+ residuals move: (7.2)": coupled({ without: others, noisePoints: 1 }),
  "+ noise": coupled({ without: others }),
  "+ other classes in the ascent": coupled({ without: ["other descent", "other logits"] }),
  "+ other classes in the descent": coupled({ without: ["other logits"] }),
  "+ other logits in the softmax: all": coupled(),
  "all but the noise": coupled({ noisePoints: 1 }),
  "all but moving residuals": coupled({ without: ["moving residuals"] }),
  "all but other classes in the ascent": coupled({ without: ["other ascent"] }),
  "all but other classes in the descent": coupled({ without: ["other descent"] }),
  "all but other logits": coupled({ without: ["other logits"] }),
  "all, off-diagonals 0 at the start": coupled({}, withoutOffDiagonals),
  "all, 251 nodes in place of 61": coupled({ noisePoints: 251 }),
};

/** Errors of all classes and seeds at each logged step. */
function errors(records: readonly RunRecord[], predictions: readonly ReducedRun[], column: "U" | "V"): number[][] {
  const { k, m } = records[0].spec.setting;
  const paths = records.flatMap((record, n) => classesOf(record).map((i) => largestOverTime(record, column, i)
    .map((seen, s) => Math.abs(Math.max(...predictions[n][column].subarray((record.steps[s] * k + i) * m, (record.steps[s] * k + i + 1) * m)) / seen - 1))));
  return records[0].steps.map((_, s) => paths.map((path) => path[s]));
}

function cells(records: readonly RunRecord[], predictions: readonly ReducedRun[]): string[] {
  return (["U", "V"] as const).flatMap((column) => {
    const medians = errors(records, predictions, column).map(median);
    return marks.map((until) => (100 * Math.max(...medians.filter((_, s) => records[0].steps[s] <= until))).toFixed(2));
  });
}

const head = (name: string) => [name, ...["U", "V"].flatMap((column) => marks.map((until) => `${column}, t <= ${until}`))];
const full = networks.map(schemes["+ other logits in the softmax: all"]);
const rows = Object.entries(schemes).map(([name, scheme]) => [name, ...cells(networks, networks.map(scheme))]);
console.log(`Largest over steps of the median over classes and seeds, in per cent; seeds ${first} to ${seeds[seeds.length - 1]}.\n`);
console.log(markdown(head("scheme"), rows));
console.log(`\n${markdown(head("network on"), sampleCounts.map((N) => [`${N} samples`, ...cells(N === 40 ? networks : train(N), full)]))}`);
