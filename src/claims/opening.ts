/** What a report says about a theory before its verdicts, as plain data. */
export interface Opening {
  title: string;
  /** Plain words, one paragraph a string: the data, the features, the ways of training. */
  paragraphs: readonly string[];
  /** What the theory's own summary says, sentence by sentence, and the claims that each sentence rests on (ids, or their beginnings). */
  sentences: readonly { says: string; claims: readonly string[] }[];
  /** What is not shown by these runs, one sentence a string. */
  limits: readonly string[];
  /** Claims whose picture stands first; the first of them that has one. */
  lead: readonly string[];
  symbols: readonly SymbolMeaning[];
}

export interface SymbolMeaning {
  /** LaTeX. */
  symbol: string;
  meaning: string;
  /** Its value at the reference point. */
  value?: string;
}
