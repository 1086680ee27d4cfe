/** Options of the commands, checked before anything runs: an unknown word ends the program with what is known. */

function refuse(words: string): never {
  console.error(words);
  process.exit(2);
}

/** The words of a list such as "S,M"; all of them when nothing was asked for. */
export function listed(option: string, text: string | undefined, known: readonly string[]): string[] {
  if (text === undefined) return [...known];
  const words = text.split(",");
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) refuse(`--${option}: there is no "${unknown}". Expected some of ${known.join(", ")}.`);
  return known.filter((word) => words.includes(word));
}

export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) refuse(`--${option}: "${text}" is not a whole number from 1 on.`);
  return value;
}
