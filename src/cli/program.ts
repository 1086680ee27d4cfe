/** The command line: commands, flags and their help. Each command's work is loaded when it is called. */
import { Command, CommanderError, Option } from "commander";
import { threatNames } from "../theories/robust-features/index.ts";
import { exitCode, printError } from "./exit.ts";
import { addImagesFetch } from "./images-fetch.ts";
import { timeFrom } from "./core-time.ts";
import { installation } from "./installation.ts";
import { axisFrom, backendOption, debugOption, examples, integerFrom, jsonOption, oneOf, positiveNumber, seedOption, setOption } from "./options.ts";
import type { ClaimsFlags } from "./claims.ts";
import type { ExplainFlags } from "./explain.ts";
import type { FalsifyFlags } from "./falsify.ts";
import type { PhaseFlags } from "./phase.ts";
import type { PredictFlags } from "./predict.ts";
import type { RunFlags } from "./run.ts";
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
    .configureOutput({ outputError: (text, write) => write(oneParagraph(text)) })
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

  const images = program.command("images")
    .description("Real images: MNIST, CIFAR-10 and SVHN.");
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

  return program;
}

/** Commander's messages on one line, with the way to help. */
function oneParagraph(text: string): string {
  const message = text.trim().replace(/^error: /, "").replace(/\s*\n\(Did you mean (.*)\?\)/, ". Did you mean $1?").replaceAll(/\s*\n\s*/g, " ");
  return `lemmagrad: ${/[.?!]$/.test(message) ? message : `${message}.`} See lemmagrad --help.\n`;
}
