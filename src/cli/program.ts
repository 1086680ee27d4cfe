/** The command line: commands, flags and their help. Each command's work is loaded when it is called. */
import { Command, CommanderError, Option } from "commander";
import { redacted } from "../sweep/bullmq/redact.ts";
import { threatNames } from "../theories/robust-features/index.ts";
import { exitCode, printError } from "./exit.ts";
import { datasetNames } from "../images/readers/catalogue.ts";
import { addImagesFetch } from "./images-fetch.ts";
import { timeFrom } from "./core-time.ts";
import { installation } from "./installation.ts";
import { axisFrom, backendOption, debugOption, examples, integerFrom, jsonOption, oneOf, partFrom, positiveNumber, radiusFrom, redisOption, seedOption, setOption } from "./options.ts";
import type { ClaimsFlags } from "./claims.ts";
import type { ExplainFlags } from "./explain.ts";
import type { FalsifyFlags } from "./falsify.ts";
import type { ImagesFlags } from "./images.ts";
import type { PhaseFlags } from "./phase.ts";
import type { PredictFlags } from "./predict.ts";
import type { RunFlags } from "./run.ts";
import type { RedisFlags } from "./sweep-redis.ts";
import type { WorkerFlags } from "./sweep-worker.ts";
import type { MergeFlags, SweepFlags } from "./sweep.ts";
import type { VerifyFlags } from "./verify.ts";

/** A flag that may be given several times. */
const repeatable = (flags: string, words: string): Option => new Option(flags, words).argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);

/** Runs the command that `words` (without node and script) asks for; returns the exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const debug = words.includes("--debug");
  let code: number = exitCode.ok;
  const program = makeProgram((result) => { code = result; });
  try {
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    // commander has printed its own errors; help and version are no errors
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    printError(error, debug);
    return exitCode.usage;
  }
}

function makeProgram(finish: (code: number) => void): Command {
  const program = new Command("lemmagrad")
    .description("Runs the claims of deep-learning theory: really trains the networks, inside the theorems' hypotheses, and compares.")
    .version(installation().version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(redacted(oneParagraph(text))) })
    .addHelpText("after", examples(
      ["npx lemmagrad verify", "check every claim on the quick plan; report/index.html shows what was seen"],
      ["npx lemmagrad run --mode adversarial --set eps=0.5 --out run.npz", "train one network against gradient ascent and keep every probe"],
    ));

  program.command("verify")
    .description("Run what claims need, judge them, and write a report. Exit code 0: every verdict is the recorded one; 1: one differs.")
    .argument("[claim...]", "ids of claims, or beginnings of ids such as p03; default as --theory says")
    .addOption(new Option("--plan <name>", "quick or full: how many seeds a claim gets").argParser(oneOf(["quick", "full"] as const)).default("quick"))
    .addOption(new Option("--seeds <n>", "seeds a claim, instead of the plan's").argParser(integerFrom(1)))
    .addOption(seedOption("the first seed"))
    .addOption(backendOption())
    .addOption(new Option("--workers <n>", "worker threads; default one a core").argParser(integerFrom(1)))
    .addOption(new Option("--out <folder>", "where the report goes").default("report"))
    .addOption(new Option("--claims <folder>", "claims of your own instead: .ts, .mts, .js or .mjs modules whose default export is defineClaim(...) from lemmagrad/claims"))
    .addOption(new Option("--theory <name>", "the claims of one theory, such as benign-overfitting, or all; default those that are not left for their name"))
    .addOption(new Option("--resume", "go on with an interrupted verification that wrote to the same folder"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad verify p04 p09 --plan full --workers 4", "two claims, with all seeds of the full plan, on four threads"],
      ["npx lemmagrad verify --seeds 3 --out results --json", "every claim on three seeds; results as JSON on standard output"],
    ))
    .action(async (ids: string[], flags: VerifyFlags) => finish(await (await import("./verify.ts")).verify(ids, flags)));

  program.command("phase")
    .description("A phase diagram: over two parameters, where a claim holds, breaks, or lies outside its hypotheses, and the boundary they predict. Exit code 1: it breaks inside them.")
    .argument("<claim>", "id of a claim that has a region, or the beginning of one")
    .addOption(new Option("--preset <name>", "a diagram that the claim's theory has by name: energies (A/B, eps/beta), initialisation (sigma0, k), ascent (e, d); threshold (snr, n); --x and --y replace its axes"))
    .addOption(new Option("--x <axis>", "name:low:high:count, and :log where it is logarithmic; a parameter of the region, A/B or eps/beta").argParser(axisFrom))
    .addOption(new Option("--y <axis>", "the other axis").argParser(axisFrom))
    .addOption(repeatable("--set <name=value>", "a parameter that stays, at another value than the region's own; repeat it for more"))
    .addOption(new Option("--seeds <n>", "seeds a cell").argParser(integerFrom(1)).default(3))
    .addOption(seedOption("the first seed; no two cells share one"))
    .addOption(backendOption())
    .addOption(new Option("--workers <n>", "worker threads; default one a core").argParser(integerFrom(1)))
    .addOption(new Option("--out <folder>", "where the diagram goes; `lemmagrad verify` shows those in report/phase").default("report/phase"))
    .addOption(new Option("--claims <folder>", "claims of your own instead"))
    .addOption(new Option("--resume", "go on with an interrupted diagram that wrote to the same folder"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad phase p04 --preset initialisation", "sigma_0 against k, with three seeds in each of 45 cells"],
      ["npx lemmagrad phase p07-saturation --x e:10:1000:5:log --y d:12:48:3:log --seeds 5 --out saturation", "the step of the ascent against the dimension, with five seeds a cell"],
    ))
    .action(async (claim: string, flags: PhaseFlags) => finish(await (await import("./phase.ts")).phase(claim, flags)));

  program.command("falsify")
    .description("Search inside a claim's hypotheses for a point where it fails, and shrink it to the simplest one. Exit code 0: nothing found; 1: it fails at a point.")
    .argument("<claim>", "id of a claim that has a region, or the beginning of one")
    .addOption(new Option("--budget <time>", "core time of the search: 10m is ten minutes on one worker, five on two; shrinking may take as long again").argParser(timeFrom).default(600, "10m"))
    .addOption(new Option("--points <n>", "try this many points instead, however long it takes: the same points and result on any number of workers").argParser(integerFrom(1)).conflicts("budget"))
    .addOption(seedOption("the seed of the points, and the first of the runs"))
    .addOption(new Option("--seeds <n>", "seeds a point; default 1, 4 for a claim that asks for a share of seeds, the quick plan's for one about all of them together").argParser(integerFrom(1)))
    .addOption(new Option("--replay <point>", "try this point instead, with the seeds from --seed on, and print every hypothesis with its margin; what it leaves out is as at the reference point"))
    .addOption(new Option("--keep", "write the shrunk point (or the replayed one) as an example that npm test replays, into the folder examples beside the claim"))
    .addOption(backendOption())
    .addOption(new Option("--workers <n>", "worker threads, at most 8; default one a core").argParser(integerFrom(1)))
    .addOption(new Option("--out <folder>", "where the result goes; `lemmagrad verify` shows those in report/falsify").default("report/falsify"))
    .addOption(new Option("--claims <folder>", "claims of your own instead"))
    .addOption(new Option("--resume", "go on with an interrupted search that wrote to the same folder"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad falsify p03-learning-time --budget 10m", "ten core-minutes of search"],
      ["npx lemmagrad falsify p04 --replay k=2,N=4,P=50 --seed 7", "whether a claim holds at one point, and by how much its hypotheses do"],
    ))
    .action(async (claim: string, flags: FalsifyFlags) => finish(await (await import("./falsify.ts")).falsify(claim, flags)));

  const sweeps = program.command("sweep")
    // what stands behind `status` is the status's own
    .enablePositionalOptions()
    .description("Run every cell of a sweep file: a claim or training, over grids and ladders of parameters and seeds. Writes one table. Exit code 1: a cell failed or is missing.")
    .argument("[file]", "the sweep file, YAML or JSON; docs/sweep describes it")
    .addOption(new Option("--dry-run", "print the cells, the time and the memory they take, and run nothing"))
    .addOption(new Option("--engine <name>", "local: threads of this process; slurm: writes scripts for sbatch; bullmq: workers on any machine, through Redis (docs/cluster)").argParser(oneOf(["local", "slurm", "bullmq"] as const)).default("local"))
    .addOption(redisOption())
    .addOption(new Option("--detach", "with --engine bullmq: submit the cells and leave; `lemmagrad sweep collect` writes the table").conflicts(["collect", "part", "dryRun"]))
    .addOption(new Option("--workers <n>", "worker threads; default one a core, fewer if they do not fit into memory").argParser(integerFrom(1)))
    .addOption(backendOption())
    .addOption(new Option("--out <folder>", "where records and table go; default report/sweep and the file's name"))
    .addOption(new Option("--resume", "go on with a sweep that wrote to the same folder: computes what is missing or failed"))
    .addOption(new Option("--collect", "compute nothing; write the table from the records that are there"))
    .addOption(new Option("--part <i/n>", "only every n-th cell from the i-th on, counted from 0, and no table: for several processes or machines that share the folder").argParser(partFrom).conflicts("collect"))
    .addOption(new Option("--tasks <n>", "with --engine slurm: tasks of the array; default one a cell, at most 100. --workers says how many cores each has").argParser(integerFrom(1)))
    .addOption(new Option("--schema", "print the JSON Schema of sweep files"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad sweep sweep.yaml --dry-run", "how many cells, how long, how much memory"],
      ["npx lemmagrad sweep sweep.yaml --workers 4 --out results --resume", "compute what is missing in results, on four threads, and write the table"],
    ))
    .action(async (file: string | undefined, flags: SweepFlags & { schema?: boolean }, command: Command) => {
      const { printSweepSchema, sweep } = await import("./sweep.ts");
      if (flags.schema) return finish(printSweepSchema());
      if (file === undefined) command.error("error: missing required argument 'file'");
      return finish(await sweep(file!, flags));
    });

  sweeps.command("merge")
    .description("Join the tables of several results folders into one. Rows of several versions are refused unless they are asked for.")
    .argument("<folder...>", "results folders of `lemmagrad sweep`")
    .addOption(new Option("--out <folder>", "where the joined table goes").makeOptionMandatory())
    .addOption(new Option("--mix-versions", "take rows of several versions; the column version tells them apart"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad sweep merge report/sweep/coarse report/sweep/fine --out both", "one table of two sweeps; a cell that both have is in it once"],
      ["npx lemmagrad sweep merge old new --mix-versions --out compared --json", "results of two versions side by side"],
    ))
    .action(async (folders: string[], flags: MergeFlags) => finish((await import("./sweep.ts")).merge(folders, flags)));

  sweeps.command("status")
    .description("How far the sweeps in a Redis are.")
    .argument("[file-or-id]", "a sweep file, or the beginning of an id; default all")
    .addOption(redisOption())
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad sweep status --redis redis://localhost", "every sweep that this Redis has"],
      ["npx lemmagrad sweep status sweep.yaml --json", "one, from the Redis that LEMMAGRAD_REDIS names, as JSON"],
    ))
    .action(async (which: string | undefined, flags: RedisFlags) => finish(await (await import("./sweep-redis.ts")).statusOverRedis(which, flags)));

  sweeps.command("collect")
    .description("Fetch the finished cells of a sweep from Redis and write its table. Exit code 1: a cell failed or is missing.")
    .argument("<file>", "the sweep file that was submitted")
    .addOption(redisOption())
    .addOption(new Option("--out <folder>", "where records and table go; default report/sweep and the file's name"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad sweep collect sweep.yaml --redis redis://localhost", "the table of what is finished, in report/sweep/sweep"],
      ["npx lemmagrad sweep collect sweep.yaml --out results --json", "in another folder; the counts as JSON"],
    ))
    .action(async (file: string, flags: SweepFlags) => finish(await (await import("./sweep-redis.ts")).collectOverRedis(file, flags)));

  sweeps.command("cancel")
    .description("Take back the cells of a sweep that no worker has begun. What is finished stays in Redis until it is forgotten.")
    .argument("<file-or-id>", "the sweep file, or the beginning of an id")
    .addOption(redisOption())
    .addOption(new Option("--forget", "remove all of it from Redis, results too"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad sweep cancel sweep.yaml --redis redis://localhost", "no further cell is begun"],
      ["npx lemmagrad sweep cancel 3fa94c1d --forget", "nothing of it is left in the Redis that LEMMAGRAD_REDIS names"],
    ))
    .action(async (which: string, flags: RedisFlags & { forget?: boolean }) => finish(await (await import("./sweep-redis.ts")).cancelOverRedis(which, flags)));

  program.command("run")
    .description("Train one network and record every probe.")
    .addOption(new Option("--mode <name>", "standard or adversarial").argParser(oneOf(["standard", "adversarial"] as const)).default("standard"))
    .addOption(new Option("--threat <name>", `what adversarial training trains against: ${threatNames.join(", ")}; default gradientAscent`).argParser(oneOf(threatNames)))
    .addOption(new Option("--loss <name>", "what a gradient-based attack climbs: margin or crossEntropy; default margin").argParser(oneOf(["margin", "crossEntropy"] as const)))
    .addOption(new Option("--attack-steps <n>", "steps of pgd and pgdLinf; default 10").argParser(integerFrom(1)))
    .addOption(new Option("--attack-step-size <x>", "length of their steps in the data's units; default 2.5 eps / steps").argParser(positiveNumber))
    .addOption(setOption())
    .addOption(new Option("--from <state.npz>", "train on exactly these arrays: X [N,P,d], y [N], W [k,m,d], robust [k,d], nonRobust [k,d], and if you like isRobust [N,P]"))
    .addOption(new Option("--steps <T>", "steps of gradient descent").argParser(integerFrom(1)).default(300))
    .addOption(seedOption("the seed of data, weights and attack"))
    .addOption(new Option("--log-every <n>", "record probes every n steps; the first and last always are").argParser(integerFrom(1)).default(1))
    .addOption(new Option("--out <file>", "run.jsonl (a header, then a record a logged step) or run.npz (the same as arrays, and the weights)"))
    .addOption(backendOption())
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad run --steps 300 --set k=5 --set alpha=2 --out run.jsonl", "standard training at the reference point"],
      ["npx lemmagrad run --mode adversarial --threat pgd --attack-steps 10 --from state.npz --out run.npz", "adversarial training of your own data and weights"],
    ))
    .action(async (flags: RunFlags) => finish(await (await import("./run.ts")).run(flags)));

  program.command("predict")
    .description("What the theory predicts: closed forms, hypotheses with their margins, reduced dynamics. Trains nothing.")
    .addOption(setOption())
    .addOption(seedOption("the seed of the initial weights"))
    .addOption(new Option("--steps <T>", "steps of the reduced dynamics").argParser(integerFrom(1)).default(300))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad predict --seed 7", "the reference point, with the initial weights of seed 7"],
      ["npx lemmagrad predict --set beta=0.3 --set P=800 --steps 600 --json", "another setting, as JSON"],
    ))
    .action(async (flags: PredictFlags) => finish(await (await import("./predict.ts")).predict(flags)));

  program.command("explain")
    .description("The tape of an expression: every value forward, every cotangent backward, and the maths of each rule.")
    .argument("<expression>", "names, numbers, lists, + - * / @ **, calls of ops such as sum(x, axes=0), and statements: h = x @ w; sum(h * h)")
    .addOption(repeatable("--set <name=value>", "the value of a name: a number or a nested list; repeat it for more"))
    .addOption(repeatable("--shape <name=shape>", "random normal numbers for a name, such as w=3x4 or b=scalar; repeat it for more"))
    .addOption(new Option("--from <file.npz>", "values of names from the arrays of a file"))
    .addOption(seedOption("the seed of random values"))
    .addOption(new Option("--wrt <names>", "differentiate by these names only, such as x,w; the others become constants"))
    .addOption(new Option("--ct <value>", "the cotangent of the result, a number or a nested list; default ones"))
    .addOption(new Option("--second", "explain the gradient of the result's sum instead: the tape holds the forward and the backward pass"))
    .addOption(new Option("--format <name>", "text, mermaid, dot, json or plan (how compile carries out its gradient)").argParser(oneOf(["text", "mermaid", "dot", "json", "plan"] as const)).default("text"))
    .addOption(new Option("--values <name>", "summary, or all to write every element of large arrays").argParser(oneOf(["summary", "all"] as const)).default("summary"))
    .addOption(new Option("--out <file>", "write to a file instead of standard output"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad explain 'b = a + a; c = b + b' --set a=3", "the diamond: why a tape needs an order"],
      ["npx lemmagrad explain 'smoothedRelu(x @ w, q=3, rho=0.1)' --shape x=2x3 --shape w=3x4 --format mermaid", "one layer on random numbers, as a flowchart"],
    ))
    .action(async (expression: string, flags: ExplainFlags) => finish(await (await import("./explain.ts")).explain(expression, flags)));

  // its options end where `fetch` begins, which has a --dataset of its own
  const images = program.command("images").enablePositionalOptions()
    .description("Train on MNIST, CIFAR-10 or SVHN in both modes, ask the networks about sets of robust and non-robust features, judge, and write a page. Exit code 0: every required verdict is the recorded one; 1: one differs.")
    .addOption(new Option("--dataset <name>", "mnist, cifar10 or svhn").argParser(oneOf(datasetNames)))
    .addOption(new Option("--data <folder>", "where datasets are kept").default("data"))
    .addOption(new Option("--plan <name>", "quick (minutes) or full").argParser(oneOf(["quick", "full"] as const)).default("quick"))
    .addOption(new Option("--variant <name>", "official, jpeg (cifar10) or parts (svhn); default official, or what is there when it holds too few images").argParser(oneOf(["official", "jpeg", "parts"] as const)))
    .addOption(new Option("--images <n>", "training images, instead of the plan's").argParser(integerFrom(1)))
    .addOption(new Option("--held-out <n>", "held-out images, instead of the plan's").argParser(integerFrom(1)))
    .addOption(new Option("--epochs <n>", "instead of the plan's").argParser(integerFrom(1)))
    .addOption(new Option("--rate <x>", "Adam's step size, instead of the plan's").argParser(positiveNumber))
    .addOption(new Option("--seeds <n>", "networks tracked in each mode, instead of the plan's").argParser(integerFrom(1)))
    .addOption(new Option("--norm <name>", "linf or l2, instead of the plan's").argParser(oneOf(["linf", "l2"] as const)))
    .addOption(new Option("--radius <r>", "instead of the plan's, of pixels from 0 to 1: a number, or a fraction such as 8/255").argParser(radiusFrom))
    .addOption(seedOption("the first tracked seed; source networks have seeds of their own that follow from it"))
    .addOption(backendOption())
    .addOption(new Option("--workers <n>", "worker threads; default one a core").argParser(integerFrom(1)))
    .addOption(new Option("--out <folder>", "where page, results, weights and sets go; default report/images-<dataset>"))
    .addOption(new Option("--resume", "go on with an interrupted experiment that wrote to the same folder"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad images --dataset mnist --data data", "the quick plan: 2,000 images, five seeds"],
      ["npx lemmagrad images --dataset svhn --data data --plan full --resume", "goes on with an interrupted full plan"],
    ))
    .action(async (flags: ImagesFlags) => finish(await (await import("./images.ts")).images(flags)));
  addImagesFetch(images, finish);

  program.command("claims")
    .description("List the claims: id, statement, source and the verdict on record.")
    .addOption(new Option("--claims <folder>", "claims of your own instead of the package's"))
    .addOption(new Option("--write-index", "in a clone: write the list to proofs-check/README.md"))
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["npx lemmagrad claims", "every claim and its recorded verdict"],
      ["npx lemmagrad claims --json > claims.json", "the same with formulas, predictions and controls, as JSON"],
    ))
    .action(async (flags: ClaimsFlags) => finish(await (await import("./claims.ts")).claims(flags)));

  program.command("worker")
    .description("Compute cells of sweeps that were submitted to a Redis, here or on other machines, until it is interrupted.")
    .addOption(redisOption())
    .addOption(new Option("--concurrency <n>", "cells at a time, each in a thread; default one a core").argParser(integerFrom(1)))
    .addOption(new Option("--claims <folder>", "the folder of claims that the sweeps use, if they use claims of their own"))
    .addOption(new Option("--until-done", "end when no cell waits or is being computed"))
    .addOption(new Option("--lock <seconds>", "how long Redis leaves a cell to a worker that does not answer").argParser(positiveNumber).default(30))
    .addOption(new Option("--grace <seconds>", "how long an interrupted worker may take to finish its cells before it gives them back").argParser(positiveNumber).default(10))
    .addOption(backendOption())
    .addOption(debugOption())
    .addHelpText("after", examples(
      ["LEMMAGRAD_REDIS=rediss://:password@cluster.example npx lemmagrad worker", "one cell a core, over TLS, with the password off the command line"],
      ["npx lemmagrad worker --redis redis://localhost --concurrency 2 --until-done", "two cells at a time, until all are computed"],
    ))
    .action(async (flags: WorkerFlags) => finish(await (await import("./sweep-worker.ts")).sweepWorker(flags)));

  return program;
}

/** Commander's messages on one line, with the way to help. */
function oneParagraph(text: string): string {
  const message = text.trim().replace(/^error: /, "").replace(/\s*\n\(Did you mean (.*)\?\)/, ". Did you mean $1?").replaceAll(/\s*\n\s*/g, " ");
  return `lemmagrad: ${/[.?!]$/.test(message) ? message : `${message}.`} See lemmagrad --help.\n`;
}
