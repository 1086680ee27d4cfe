/**
 * docs/mutation.md from Stryker's result: the score by folder and file, and every surviving mutant with a reason.
 *
 *   node .config/mutation/report.mjs RESULT.json...     fails when a survivor has no reason in reasons.mjs, and
 *                                                       lists the rules there that explain none
 */
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { reasons } from "./reasons.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const results = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")));
const target = join(root, "docs/mutation.md");
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();

const caught = new Set(["Killed", "Timeout"]);
const missed = new Set(["Survived", "NoCoverage"]);
const used = new Set();

const rows = results.flatMap(({ files }) => Object.entries(files)).map(([file, { source, mutants }]) => {
  const lines = source.split("\n");
  const survivors = mutants.filter(({ status }) => missed.has(status)).map((mutant) => {
    const { start, end } = mutant.location;
    const original = start.line === end.line ? lines[start.line - 1].slice(start.column - 1, end.column - 1) : `${lines[start.line - 1].slice(start.column - 1).trim()} …`;
    const line = lines[start.line - 1].trim();
    const replacement = mutant.replacement ?? "";
    const own = { file, line, was: original, mutant: replacement, kind: mutant.mutatorName };
    const reason = reasons.find((rule) => Object.keys(own).every((part) => rule[part] === undefined || rule[part].test(own[part])));
    if (reason !== undefined) used.add(reason);
    return { line: start.line, text: line, original, replacement, kind: mutant.mutatorName, reason: reason?.why };
  });
  const killed = mutants.filter(({ status }) => caught.has(status)).length;
  return { file, killed, endless: mutants.filter(({ status }) => status === "Timeout").length, total: killed + survivors.length, ignored: mutants.filter(({ status }) => status === "Ignored").length, survivors };
}).filter(({ total }) => total > 0).sort((a, b) => (a.file < b.file ? -1 : 1));

const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
const percent = (killed, total) => `${(100 * killed / total).toFixed(1)} %`;
const short = (text) => (text.length > 70 ? `${text.slice(0, 67)}…` : text).replaceAll("|", "\\|").replaceAll("\n", " ");
const code = (text) => (text === "" ? "(nothing)" : `\`\` ${short(text)} \`\``);
const folders = ["src/autodiff", "src/transformations", "src/ops"];
const unexplained = rows.flatMap(({ file, survivors }) => survivors.filter(({ reason }) => reason === undefined).map((survivor) => ({ file, ...survivor })));

const whys = [...new Set(rows.flatMap(({ survivors }) => survivors.map(({ reason }) => reason ?? "Not explained yet.")))];
const text = `# Mutation score

Written by \`npm run test:mutation\` (Stryker ${results[0].framework?.version ?? ""}, vitest runner). Stryker changes one thing in the source, such as a sign, a bound or a condition, and runs the tests that reach it; a mutant that no test notices survives. Of ${sum(({ total }) => total)} mutants ${sum(({ killed }) => killed)} were caught, ${sum(({ endless }) => endless)} of them because a loop never ended: **${percent(sum(({ killed }) => killed), sum(({ total }) => total))}**. Places are those of commit ${commit}.

Not mutated: code that runs only while a module is loaded (${sum(({ ignored }) => ignored)} mutants, most of them words, shapes and domains in the records of primitives), since each would have to be run by all tests. The laws run on one backend and on a third of their samples, so a full run catches no fewer.

| folder | mutants | caught | score |
|---|---|---|---|
${folders.filter((folder) => rows.some(({ file }) => file.startsWith(`${folder}/`))).map((folder) => {
  const own = rows.filter(({ file }) => file.startsWith(`${folder}/`));
  const [killed, total] = [own.reduce((all, row) => all + row.killed, 0), own.reduce((all, row) => all + row.total, 0)];
  return `| \`${folder}\` | ${total} | ${killed} | ${percent(killed, total)} |`;
}).join("\n")}

## Survivors

Every one, by the reason why no test catches it.
${whys.map((why) => `
### ${why}

| place | was | became |
|---|---|---|
${rows.flatMap(({ file, survivors }) => survivors.filter(({ reason }) => (reason ?? "Not explained yet.") === why).map(({ line, original, replacement }) => `| ${file.slice(4)}:${line} | ${code(original)} | ${code(replacement)} |`)).join("\n")}
`).join("")}`;

writeFileSync(`${target}.partial`, text);
renameSync(`${target}.partial`, target);
console.log(`${percent(sum(({ killed }) => killed), sum(({ total }) => total))} of ${sum(({ total }) => total)} mutants caught; ${unexplained.length} survivors without a reason`);
for (const { file, line, kind, original, replacement, text: whole } of unexplained) console.log(`${file}:${line} ${kind}: ${short(original)} -> ${short(replacement)}   | ${short(whole)}`);
const idle = results.length === 2 ? reasons.filter((rule) => !used.has(rule)) : [];
for (const rule of idle) console.log(`a rule that explains no survivor any more: ${Object.entries(rule).map(([part, value]) => `${part} ${value}`).join(", ")}`);
if (unexplained.length > 0) process.exitCode = 1;
