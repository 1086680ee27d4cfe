/** PNG files of small pictures, deflated by fflate so that the same pixels give the same bytes on every Node. */
import { zlibSync } from "fflate";
import { ShapeError } from "../../errors/index.ts";

/** Bytes of grey (one a pixel) or red, green, blue (three a pixel), row by row. */
export interface Picture {
  width: number;
  height: number;
  channels: 1 | 3;
  bytes: Uint8Array;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + body.length);
  const words = new DataView(out.buffer);
  words.setUint32(0, body.length);
  out.set(Array.from(type, (letter) => letter.charCodeAt(0)), 4);
  out.set(body, 8);
  words.setUint32(8 + body.length, crc32(out.subarray(4, 8 + body.length)));
  return out;
}

/**
 * The bytes of a PNG file.
 *
 * Errors: ShapeError unless there are width height channels bytes, and at least one pixel.
 * Source: PNG specification (W3C), colour types 0 and 2, 8 bits, no filter, no interlace.
 */
export function pngBytes({ width, height, channels, bytes }: Picture): Uint8Array {
  if (!(width >= 1 && height >= 1) || bytes.length !== width * height * channels) {
    throw new ShapeError({ where: "pngBytes", problem: `${bytes.length} bytes for ${width} by ${height} pixels of ${channels} channels.`, expected: `${width * height * channels} bytes, and at least one pixel.` });
  }
  const header = new Uint8Array(13);
  const words = new DataView(header.buffer);
  words.setUint32(0, width);
  words.setUint32(4, height);
  header.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8);
  const row = width * channels;
  const lines = new Uint8Array(height * (row + 1));
  for (let y = 0; y < height; y++) lines.set(bytes.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const parts = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), chunk("IHDR", header), chunk("IDAT", zlibSync(lines, { level: 9 })), chunk("IEND", new Uint8Array(0))];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A picture as an address that a page can hold. */
export function dataUri(picture: Picture): string {
  return `data:image/png;base64,${Buffer.from(pngBytes(picture)).toString("base64")}`;
}
