/** An HTTP server on this machine that answers as it is told to, and keeps what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

export interface Asked {
  path: string;
  range?: string;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, time: number) => void;

export interface BadServer {
  /** Address of the folder in which the answers of this name are. */
  folder(name: string): string;
  /** What a path answers; `time` counts its requests from 0. */
  answer(path: string, answer: Answer): void;
  asked: Asked[];
}

export async function badServer(): Promise<BadServer> {
  const answers = new Map<string, Answer>();
  const times = new Map<string, number>();
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const time = times.get(path) ?? 0;
    times.set(path, time + 1);
    asked.push({ path, ...(request.headers.range !== undefined && { range: request.headers.range }) });
    const answer = answers.get(path) ?? status(404);
    answer(request, response, time);
  });
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { folder: (name) => `${address}/${name}`, answer: (path, answer) => { answers.set(path, answer); times.delete(path); }, asked };
}

export const status = (code: number, headers: Record<string, string> = {}): Answer => (_request, response) => {
  response.writeHead(code, headers).end("no");
};

/** The bytes from where the request asks on, as a good server sends them. */
export const whole = (bytes: Uint8Array): Answer => (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from >= bytes.length) return void response.writeHead(416).end();
  if (from > 0) response.writeHead(206, { "Content-Length": bytes.length - from, "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
  else response.writeHead(200, { "Content-Length": bytes.length });
  response.end(bytes.subarray(from));
};

/** As whole, but the connection breaks after `count` bytes. */
export const cutAfter = (bytes: Uint8Array, count: number): Answer => (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const headers = { "Content-Length": bytes.length - from };
  response.writeHead(from > 0 ? 206 : 200, from > 0 ? { ...headers, "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : headers);
  response.write(bytes.subarray(from, from + count), () => { setTimeout(() => response.destroy(), 5); });
};

/** The whole file from the start, whatever is asked; without a length. */
export const withoutRange = (bytes: Uint8Array, count = bytes.length): Answer => (_request, response) => {
  response.writeHead(200, { "Transfer-Encoding": "chunked" });
  response.write(bytes.subarray(0, count), () => { if (count < bytes.length) setTimeout(() => response.destroy(), 5); else response.end(); });
};
