/** A command line as a POSIX shell splits it into words; only spaces, quotes, backslashes and line continuations are understood. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  const token = /\s+|\\\n|'([^']*)'|"((?:[^"\\$`]|\\.)*)"|([^\s'"\\$`|&;<>()]+)/gy;
  let word: string | undefined;
  while (token.lastIndex < line.length) {
    const at = token.lastIndex;
    const match = token.exec(line);
    if (match === null) throw new Error(`not understood at ${at}: ${line}`);
    const [whole, single, double, plain] = match;
    if (single !== undefined) word = (word ?? "") + single;
    else if (double !== undefined) word = (word ?? "") + double.replaceAll(/\\(.)/g, "$1");
    else if (plain !== undefined) word = (word ?? "") + plain;
    else if (whole !== "\\\n") {
      if (word !== undefined) words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
