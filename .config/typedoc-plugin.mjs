/**
 * Two things about the API reference that are ours: modules are named as users import them (an error when they are not the
 * exports of package.json), and the fields of our doc comments, "Shapes: ...", become lists.
 */
import { readFileSync } from "node:fs";
import { Converter, ReflectionKind } from "typedoc";

const exported = Object.keys(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).exports)
  .filter((path) => path !== "./package.json")
  .map((path) => `lemmagrad${path.slice(1)}`);

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const modules = project.getReflectionsByKind(ReflectionKind.Module);
    for (const module of modules) module.name = importName(module.name);
    const named = modules.map(({ name }) => name);
    const missing = [...exported.filter((name) => !named.includes(name)), ...named.filter((name) => !exported.includes(name))];
    if (missing.length > 0) app.logger.error(`.config/typedoc.json and the exports of package.json differ in ${missing.join(", ")}.`);
    for (const { comment } of project.getReflectionsByKind(ReflectionKind.All)) {
      for (const part of comment?.summary ?? []) if (part.kind === "text") part.text = asMarkdown(part.text);
    }
  });
}

/** src/theories/robust-features -> lemmagrad/robust-features: a theory is exported under its own name. */
function importName(source) {
  return source.replace(/^src(\/theories)?/, "lemmagrad");
}

/** Fields become a list, and indented maths a block of code. */
export function asMarkdown(text) {
  let inField = false;
  return text.split("\n").map((line) => {
    const field = /^(Shapes|Units|Smooth|Errors|Cost|Source|Example):\s+(.*)$/.exec(line);
    if (field !== null) {
      inField = true;
      return field[1] === "Example" ? `- **Example** \`${field[2]}\`` : `- **${field[1]}** ${field[2]}`;
    }
    if (line.trim() === "") inField = false;
    else if (/^ {2}/.test(line)) return inField ? `  ${line.trim()}` : `  ${line}`;
    return line;
  }).join("\n");
}
