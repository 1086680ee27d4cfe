import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { arrivals } from "../../../src/images/fetch/arrivals.ts";
import { Refusal } from "../../../src/images/fetch/request.ts";

const chunks = Array.from({ length: 9 }, (_, at) => Buffer.alloc(50_000, at));
const all = Buffer.concat(chunks);

/** What is read of a body that had everything before it ended so, and what was thrown then. */
async function readLate(end: (body: Readable) => void): Promise<[Buffer, unknown]> {
  const body = new Readable({ read() {} });
  const arriving = arrivals(body, () => "in the middle");
  for (const chunk of chunks) body.push(chunk);
  await setImmediate();
  end(body);
  await setImmediate();
  const got: Uint8Array[] = [];
  try {
    for await (const chunk of arriving) got.push(chunk);
    return [Buffer.concat(got), undefined];
  } catch (error) {
    return [Buffer.concat(got), error];
  }
}

describe("what arrives", () => {
  it("is whole when the body ends", async () => {
    const [got, error] = await readLate((body) => body.push(null));
    expect([got.equals(all), error]).toEqual([true, undefined]);
  });
  it("is kept when the connection breaks before it was read", async () => {
    const [got, error] = await readLate((body) => body.destroy(new Error("ECONNRESET")));
    expect(got.equals(all)).toBe(true);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ message: "the connection broke in the middle", again: true, cause: { message: "ECONNRESET" } });
  });
  it("tells a refusal as it is", async () => {
    const silent = new Refusal("it was silent", { again: true });
    expect((await readLate((body) => body.destroy(silent)))[1]).toBe(silent);
  });
  it("ends with a body that closes without a word", async () => {
    const [got, error] = await readLate((body) => body.destroy());
    expect([got.equals(all), error]).toEqual([true, undefined]);
  });
});
