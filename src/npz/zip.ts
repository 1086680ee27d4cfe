/**
 * Reading a zip archive held in memory, believing nothing that is not checked.
 *
 * fflate inflates, but its own unzip checks no CRC and trusts the sizes it is told. Here the central directory is walked,
 * every length is held against the bytes there are, entries may not overlap, and each entry's CRC-32 is computed.
 * Read: stored and deflated entries, with or without zip64 fields (NumPy asks for zip64 local headers on every entry).
 *
 * Source: PKWARE's APPNOTE.TXT, sections 4.3 to 4.5.
 */
import { inflateSync } from "fflate";
import { FileError } from "../errors/index.ts";

const signature = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, zip64End: 0x06064b50, zip64Locator: 0x07064b50 };
const size = { local: 30, central: 46, end: 22, zip64End: 56, zip64Locator: 20 };
const largestComment = 0xffff;
/** Deflate emits at most 258 bytes for two bits of input. */
const largestDeflateRatio = 1032;

interface Entry {
  name: string;
  method: number;
  crc: number;
  packedSize: number;
  unpackedSize: number;
  localHeader: number;
}

/**
 * The entries of a zip archive, in the order of its directory.
 *
 * `where` names the archive in messages.
 * Errors: FileError when the archive is cut short, damaged, encrypted, split, or packed by another method than deflate.
 */
export function readZip(bytes: Uint8Array, where = "zip"): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(bytes, view, where);
  const entries = readDirectory(bytes, view, directory, where);
  const contents = new Map<string, Uint8Array>();
  // In the order of the file, so that an entry reaching into the next one is seen.
  let free = 0;
  for (const entry of [...entries].sort((a, b) => a.localHeader - b.localHeader)) {
    const { data, end } = entryData(bytes, view, entry, free, directory.start, `${where}, entry "${entry.name}"`);
    contents.set(entry.name, data);
    free = end;
  }
  return new Map(entries.map(({ name }) => [name, contents.get(name)!]));
}

/** CRC-32 as zip uses it (reflected polynomial 0xedb88320). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

interface Directory {
  start: number;
  end: number;
  count: number;
}

/** The central directory, found from the record that closes the archive. */
function findDirectory(bytes: Uint8Array, view: DataView, where: string): Directory {
  if (bytes.length < 4 || ![signature.local, signature.end].includes(view.getUint32(0, true))) {
    throw new FileError({ where, problem: bytes.length === 0 ? "the file is empty." : "the file is not a zip archive.", expected: "an .npz file, which is a zip of .npy arrays.", mend: "write it with numpy.savez or lemmagrad; a single .npy array is not an .npz." });
  }
  let at = bytes.length - size.end;
  const earliest = Math.max(0, at - largestComment);
  // The comment after the record may hold the signature too, so its length must reach exactly to the end.
  while (at >= earliest && !(view.getUint32(at, true) === signature.end && at + size.end + view.getUint16(at + 20, true) === bytes.length)) at--;
  if (at < earliest) {
    throw new FileError({ where, problem: "the archive's closing record is missing.", expected: "a whole zip archive.", mend: "the file is cut short: copy or write it again." });
  }
  let start = view.getUint32(at + 16, true);
  let length = view.getUint32(at + 12, true);
  let count = view.getUint16(at + 10, true);
  let split = view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 6, true) !== 0 || view.getUint16(at + 8, true) !== count;
  let end = at;
  const locator = at - size.zip64Locator;
  // Whether or not the fields above are at their limit: Python writes the wide record from 2^31 bytes on.
  if (locator >= 0 && view.getUint32(locator, true) === signature.zip64Locator) {
    end = wideInteger(view, locator + 8);
    if (!(end + size.zip64End <= locator) || view.getUint32(end, true) !== signature.zip64End) throw damaged(where, "its zip64 record is not where it should be");
    start = wideInteger(view, end + 48);
    length = wideInteger(view, end + 40);
    count = wideInteger(view, end + 32);
    split = view.getUint32(end + 16, true) !== 0 || view.getUint32(end + 20, true) !== 0;
  }
  if (split) throw damaged(where, "it says to be one of several parts");
  if (start + length !== end) throw damaged(where, `its directory should end at byte ${start + length}, its closing record is at ${end}`);
  return { start, end, count };
}

function readDirectory(bytes: Uint8Array, view: DataView, { start, end, count }: Directory, where: string): Entry[] {
  const entries: Entry[] = [];
  const names = new Set<string>();
  let at = start;
  while (at < end) {
    if (at + size.central > end || view.getUint32(at, true) !== signature.central) throw damaged(where, `no directory entry at byte ${at}`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const nameStart = at + size.central;
    const next = nameStart + nameLength + extraLength + commentLength;
    if (next > end) throw damaged(where, "a directory entry is longer than the directory");
    const name = decodeName(bytes.subarray(nameStart, nameStart + nameLength));
    if (names.has(name)) throw damaged(where, `entry "${name}" is listed twice`);
    names.add(name);
    if (view.getUint16(at + 8, true) & 1) {
      throw new FileError({ where: `${where}, entry "${name}"`, problem: "the entry is encrypted.", expected: "a plain zip entry.", mend: "unpack it, and pack it again without a password." });
    }
    const entry = {
      name, method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packedSize: view.getUint32(at + 20, true),
      unpackedSize: view.getUint32(at + 24, true), localHeader: view.getUint32(at + 42, true),
    };
    widen(entry, view, nameStart + nameLength, extraLength, `${where}, entry "${name}"`);
    entries.push(entry);
    at = next;
  }
  if (entries.length !== count) throw damaged(where, `its directory lists ${entries.length} entries, its closing record says ${count}`);
  return entries;
}

/** Fields too large for 32 bits read 0xffffffff and stand, in this order, in the extra field number 1. */
function widen(entry: Entry, view: DataView, extra: number, extraLength: number, where: string): void {
  const missing = (["unpackedSize", "packedSize", "localHeader"] as const).filter((name) => entry[name] === 0xffffffff);
  if (missing.length === 0) return;
  for (let at = extra; at + 4 <= extra + extraLength; at += 4 + view.getUint16(at + 2, true)) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) !== 1) continue;
    if (length < 8 * missing.length || at + 4 + length > extra + extraLength) break;
    missing.forEach((name, i) => { entry[name] = wideInteger(view, at + 4 + 8 * i); });
    return;
  }
  throw damaged(where, "its zip64 sizes are missing");
}

function entryData(bytes: Uint8Array, view: DataView, entry: Entry, free: number, limit: number, where: string): { data: Uint8Array; end: number } {
  const at = entry.localHeader;
  if (!(at >= free && at + size.local <= limit) || view.getUint32(at, true) !== signature.local) throw damaged(where, `no entry begins at byte ${at}, where the directory says so`);
  const nameLength = view.getUint16(at + 26, true);
  const start = at + size.local + nameLength + view.getUint16(at + 28, true);
  const end = start + entry.packedSize;
  if (!(end <= limit)) throw damaged(where, `its ${entry.packedSize} bytes do not fit before the directory`);
  if (decodeName(bytes.subarray(at + size.local, at + size.local + nameLength)) !== entry.name || view.getUint16(at + 8, true) !== entry.method) {
    throw damaged(where, "its own header and the directory disagree");
  }
  const data = unpack(bytes.subarray(start, end), entry, where);
  const crc = crc32(data);
  if (crc !== entry.crc) throw damaged(where, `its CRC-32 is ${hex(crc)}, the directory says ${hex(entry.crc)}`);
  return { data, end };
}

function unpack(packed: Uint8Array, { method, unpackedSize }: Entry, where: string): Uint8Array {
  if (method === 0) {
    if (packed.length !== unpackedSize) throw damaged(where, `it is stored in ${packed.length} bytes but said to hold ${unpackedSize}`);
    return packed;
  }
  if (method !== 8) {
    throw new FileError({ where, problem: `compression method ${method} is not read.`, expected: "stored (0) or deflated (8).", mend: "write it with numpy.savez or numpy.savez_compressed." });
  }
  // Before any memory is taken for it: no deflated stream of this length can hold more.
  if (unpackedSize > packed.length * largestDeflateRatio) throw damaged(where, `${packed.length} deflated bytes cannot hold ${unpackedSize}`);
  let data: Uint8Array;
  try {
    data = inflateSync(packed, { out: new Uint8Array(unpackedSize + 1) }); // one more, to notice a longer stream
  } catch (cause) {
    throw damaged(where, `its deflated data cannot be read (${(cause as Error).message})`, cause);
  }
  if (data.length !== unpackedSize) throw damaged(where, `it inflates to ${data.length > unpackedSize ? "more" : "fewer"} bytes than the ${unpackedSize} it should hold`);
  return data;
}

/** A 64-bit integer; one beyond 2^53 loses its last bits, but is beyond any length it is held against too. */
function wideInteger(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function decodeName(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, "0")}`;
}

function damaged(where: string, how: string, cause?: unknown): FileError {
  return new FileError({ where, problem: `the archive is damaged: ${how}.`, expected: "a whole, unchanged zip archive.", mend: "copy or write the file again." }, { cause });
}
