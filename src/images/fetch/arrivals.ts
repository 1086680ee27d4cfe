/**
 * The chunks of a body, all that came before its connection broke among them: a stream that breaks drops what it has not
 * been asked for yet, so what arrives is kept apart from it.
 */
import { PassThrough, type Readable } from "node:stream";
import { Refusal } from "./request.ts";

/** Bytes that may wait for a slow disk before the sender is held back. */
const mostWaiting = 2 ** 20;

/**
 * Begins to take what comes at once, whether or not it is read yet.
 *
 * Errors: Refusal after the last chunk when the connection broke; `when` says where that was.
 */
export function arrivals(body: Readable, when: () => string): AsyncIterable<Uint8Array> {
  const kept = new PassThrough({ highWaterMark: mostWaiting });
  let broken: Error | undefined;
  body.on("error", (cause) => { broken = cause; });
  body.on("close", () => kept.end());
  body.pipe(kept, { end: false });
  return chunks();

  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of kept) yield chunk as Uint8Array;
    if (broken !== undefined) throw broken instanceof Refusal ? broken : new Refusal(`the connection broke ${when()}`, { again: true }, { cause: broken });
  }
}
