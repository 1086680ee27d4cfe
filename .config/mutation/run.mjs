/**
 * Mutation testing, in one line: installs Stryker here, runs each suite, and writes docs/mutation.md.
 *
 *   node .config/mutation/run.mjs [engine|ops]     about a quarter of an hour and an hour, on two cores; goes on where it
 *                                                  stopped last time for whatever has not changed since
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const run = (command, args, options = {}) => execFileSync(command, args, { cwd: root, stdio: "inherit", ...options });

const asked = process.argv.slice(2);
const unknown = asked.find((suite) => !["engine", "ops"].includes(suite));
if (unknown !== undefined) {
  console.error(`test:mutation: there is no suite "${unknown}". Expected engine or ops.`);
  process.exit(2);
}
const suites = asked.length > 0 ? asked : ["engine", "ops"];

run("npm", ["ci"], { cwd: here });
run("npm", ["run", "--silent", "build"]);
for (const suite of suites) {
  run(join(here, "node_modules/.bin/stryker"), ["run", ".config/mutation/stryker.config.mjs"], { env: { ...process.env, MUTATION_SUITE: suite } });
}
const results = ["engine", "ops"].map((suite) => join(root, `node_modules/.mutation/${suite}.json`)).filter(existsSync);
run(process.execPath, [join(here, "report.mjs"), ...results]);
