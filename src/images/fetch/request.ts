/**
 * A piece of a file over HTTP, as raw bytes: from an offset when the server can, from the start when it cannot.
 *
 * Node's own client and not `fetch`, which would unpack a body that a server marks as gzip-encoded, as some do with .gz
 * files; the sums are of the packed bytes.
 */
import { get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";

const mostRedirects = 5;

/** What an address answered, or that it did not: told to the user, and never the end of the matter. */
export class Refusal extends Error {
  /** Whether the same address is worth another try; how long it asks to be left alone, in seconds. */
  readonly again: boolean;
  readonly waitSeconds: number;
  /** Whether what was kept of the file is of no use. */
  readonly forget: boolean;
  constructor(words: string, { again, waitSeconds = 0, forget = false }: { again: boolean; waitSeconds?: number; forget?: boolean }, options?: ErrorOptions) {
    super(words, options);
    this.again = again;
    this.waitSeconds = waitSeconds;
    this.forget = forget;
  }
}

export interface Piece {
  /** Where in the file the body begins: the offset asked for, or 0. */
  start: number;
  body: IncomingMessage;
}

export interface PieceOptions {
  offset: number;
  /** Length of the whole file; an answer that is of another length is refused before its body is read. */
  bytes: number;
  /** Silence after which a server is given up, in milliseconds. */
  idle: number;
}

/** Errors: Refusal, saying what came instead. */
export async function requestPiece(address: string, { offset, bytes, idle }: PieceOptions): Promise<Piece> {
  const body = await followed(address, offset > 0 ? { Range: `bytes=${offset}-` } : {}, idle);
  try {
    return { start: startOf(body, offset, bytes), body };
  } catch (refusal) {
    body.destroy();
    throw refusal;
  }
}

function startOf({ statusCode = 0, headers }: IncomingMessage, offset: number, bytes: number): number {
  if (statusCode === 416) throw new Refusal(`it has nothing from byte ${offset} on`, { again: true, forget: true });
  if (statusCode !== 200 && statusCode !== 206) {
    const again = statusCode >= 500 || statusCode === 429 || statusCode === 408;
    const wait = Number(headers["retry-after"] ?? 0); // a date is not waited for
    throw new Refusal(`it answered ${statusCode}`, { again, waitSeconds: wait > 0 ? Math.min(wait, 60) : 0 });
  }
  if (/^text\/html/i.test(headers["content-type"] ?? "")) throw new Refusal("it sent a page, not the file", { again: false });
  const otherLength = (length: string | number) => new Refusal(`the file there has ${length} bytes, the official one ${bytes}`, { again: false });
  if (statusCode === 200) {
    const length = headers["content-length"];
    if (length !== undefined && Number(length) !== bytes) throw otherLength(length);
    return 0;
  }
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
  if (from === undefined || Number(from) !== offset) throw new Refusal(`asked for bytes from ${offset} on, it sent the range "${headers["content-range"] ?? ""}"`, { again: false });
  if (Number(total) !== bytes) throw otherLength(total);
  return offset;
}

/** The answer at the end of the redirects. */
async function followed(address: string, headers: Record<string, string>, idle: number): Promise<IncomingMessage> {
  let at = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await answerOf(at, headers, idle);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.statusCode ?? 0) || location === undefined) return answer;
    answer.destroy();
    if (!URL.canParse(location, at)) throw new Refusal(`it redirects to "${location.slice(0, 80)}", which is no address`, { again: false });
    at = new URL(location, at).href;
  }
  throw new Refusal(`it redirects more than ${mostRedirects} times`, { again: false });
}

function answerOf(address: string, headers: Record<string, string>, idle: number): Promise<IncomingMessage> {
  const { protocol } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") throw new Refusal(`it redirects to a ${protocol} address`, { again: false });
  return new Promise((resolve, reject) => {
    const request = (protocol === "https:" ? getHttps : getHttp)(address, { agent: false, headers: { "User-Agent": "lemmagrad", "Accept-Encoding": "identity", ...headers } }, resolve);
    const silent = () => request.destroy(new Refusal(`it was silent for ${idle / 1000} s`, { again: true }));
    request.setTimeout(idle, silent);
    request.on("error", (cause: NodeJS.ErrnoException) => reject(cause instanceof Refusal ? cause : new Refusal(`the connection failed (${cause.code ?? cause.message})`, { again: true }, { cause })));
  });
}
