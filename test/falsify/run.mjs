/**
 * Five over-claims, each a real claim that promises too much, and the search that must find each: `npm run test:falsify`.
 *
 * Demands of every one: found within 5 minutes on one worker, and shrunk to a point at which at most four parameters are not at
 * their simplest value. Prints a table; exit code 1 when one is missed. `-- --only TEXT`: those whose id contains the text.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const [minutes, mostKept] = [5, 4];
const here = dirname(fileURLToPath(import.meta.url));
const claims = join(here, "over-claims");
const { only = "" } = parseArgs({ options: { only: { type: "string" } } }).values;
const ids = readdirSync(claims).map((file) => file.replace(/\.mjs$/, "")).filter((id) => /^o\d/.test(id) && id.includes(only)).sort();
if (ids.length === 0) {
  console.error(`no over-claim has "${only}" in its id.`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), "lemmagrad-falsify-"));
let missed = 0;
console.log("| over-claim | found after | points | shrunk in | to | seen there |\n|---|---|---|---|---|---|");
try {
  for (const id of ids) {
    const { status, stderr } = spawnSync(process.execPath, [join(here, "../../dist/cli/main.js"), "falsify", id, "--claims", claims, "--out", scratch, "--budget", `${minutes}m`, "--workers", "1"], { encoding: "utf8" });
    if (status !== 0 && status !== 1) {
      console.log(`| ${id} | BROKEN: exit code ${status} | | | | |`);
      console.error(stderr);
      missed++;
      continue;
    }
    const { tried, seconds, found, environment: { searchSeconds } } = JSON.parse(readFileSync(join(scratch, `${id}.json`), "utf8"));
    const good = found !== undefined && searchSeconds <= 60 * minutes && found.notSimplest.length <= mostKept;
    if (!good) missed++;
    const cells = found === undefined ? ["MISSED", tried, "", "", ""]
      : [`${searchSeconds.toFixed(1)} s`, tried, `${(seconds - searchSeconds).toFixed(1)} s, ${found.shrinking.tried} points`, `${found.notSimplest.map((name) => `${name}=${found.values[name]}`).join(", ") || "the simplest point"}${good ? "" : " TOO MUCH"}`, found.observed];
    console.log(`| ${[id, ...cells].join(" | ")} |`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`${ids.length - missed} of ${ids.length} over-claims found within ${minutes} minutes and shrunk to at most ${mostKept} parameters to keep in mind.`);
process.exitCode = missed === 0 ? 0 : 1;
