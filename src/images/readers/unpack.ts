/**
 * Unpacking gzip and zlib streams whose unpacked length is known before: by the format's own header, which is unpacked
 * alone first, or by the length that gzip keeps at its end.
 *
 * No stream of n bytes unpacks to more than 1032 n, so a length beyond that is refused before memory is taken; a stream
 * that goes on beyond its length is stopped there. Checksums (CRC-32, Adler-32) are zlib's own matter and are checked.
 *
 * Source: RFC 1950, 1951 and 1952.
 */
import { constants, gunzipSync, inflateSync, type ZlibOptions } from "node:zlib";
import { checkSize, damaged } from "./limits.ts";

export type Packing = "gzip" | "zlib";

/** Deflate emits at most 258 bytes for two bits of input. */
const largestDeflateRatio = 1032;
const unpackers = { gzip: gunzipSync, zlib: inflateSync } as const;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The first `count` bytes that a stream unpacks to.
 *
 * Errors: FileError when it is damaged there, or ends before.
 * Cost:   unpacks a first piece only: as much as it takes, at least 512 bytes of the stream.
 */
export function unpackStart(packed: Uint8Array, count: number, packing: Packing, where: string): Uint8Array {
  for (let piece = 512; ; piece *= 2) {
    const start = run(packing, packed.subarray(0, piece), { finishFlush: constants.Z_SYNC_FLUSH }, where).buffer;
    if (start.length >= count) return start.subarray(0, count);
    if (piece >= packed.length) throw damaged(where, `its ${packing} stream is cut short inside the header`);
  }
}

/**
 * Everything that a stream unpacks to: exactly `length` bytes.
 *
 * Errors: FileError when the stream is damaged or cut short, holds more or less, or is followed by other bytes;
 *         ResourceError when length is beyond maxBytes.
 */
export function unpackWhole(packed: Uint8Array, length: number, packing: Packing, where: string, maxBytes: number): Uint8Array {
  checkSize(length, maxBytes, where);
  if (length > packed.length * largestDeflateRatio) throw damaged(where, `${packed.length} packed bytes cannot hold ${length}`);
  // one more than the length, so that zlib meets the end of the stream in its first and only piece of memory
  const { buffer, engine } = run(packing, packed, { maxOutputLength: length + 1, chunkSize: Math.max(64, length + 1) }, where, length);
  if (buffer.length !== length) throw damaged(where, `its ${packing} stream unpacks to ${buffer.length > length ? "more" : "fewer"} than the ${length} bytes it should hold`);
  if (engine.bytesWritten !== packed.length) throw damaged(where, `${packed.length - engine.bytesWritten} bytes follow its ${packing} stream`);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, length);
}

/** Length that gzip says it unpacks to, modulo 2^32; of the last part when several follow one another. */
export function gzipLength(packed: Uint8Array, where: string): number {
  // ten bytes of header, two of an empty stream, CRC-32 and length
  if (packed.length < 20) throw damaged(where, "its gzip stream is cut short");
  return new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(packed.length - 4, true);
}

function run(packing: Packing, packed: Uint8Array, options: ZlibOptions, where: string, length?: number): { buffer: Buffer; engine: { bytesWritten: number } } {
  try {
    return unpackers[packing](packed, { ...options, info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw damaged(where, `its ${packing} stream unpacks to more than the ${length} bytes it should hold`, cause);
    if (code === "Z_BUF_ERROR") throw damaged(where, `its ${packing} stream is cut short`, cause);
    if (code?.startsWith("Z_") === true) throw damaged(where, `its ${packing} stream cannot be unpacked (${message})`, cause);
    throw cause;
  }
}
