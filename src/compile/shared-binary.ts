/**
 * The kernels' binary with its own memory taken out and a shared one imported instead, so that several threads run the
 * same code on the same memory. Nothing else changes: no function moves, since a memory has an index space of its own.
 *
 * Source: the WebAssembly core specification, binary format (sections; limits with the flags "shared" and "has a maximum").
 */
import { InternalError } from "../errors/index.ts";

const importSection = 2;
const memorySection = 5;

/** The changed binary, which imports "host" "memory" with a maximum of `mostPages`, and the pages it needs to start with. */
export function withSharedMemory(binary: Uint8Array, mostPages: number): { bytes: Uint8Array; pages: number } {
  const header = 8;
  const pages = pagesOf(binary, header);
  const body = [1, ...name("host"), ...name("memory"), 2, 3, ...leb(pages), ...leb(mostPages)];
  const imports = Uint8Array.from([importSection, ...leb(body.length), ...body]);
  const parts = [binary.subarray(0, header)];
  let placed = false;
  for (let at = header; at < binary.length;) {
    const id = binary[at];
    const { value: size, next } = unsigned(binary, at + 1);
    if (id === importSection) throw new InternalError({ where: "compile", problem: "the kernels' binary has imports of its own." });
    if (id > importSection && !placed) {
      parts.push(imports);
      placed = true;
    }
    if (id !== memorySection) parts.push(binary.subarray(at, next + size));
    at = next + size;
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    bytes.set(part, to);
    to += part.length;
  }
  return { bytes, pages };
}

/** The least pages of the memory section somewhere after `at`. */
function pagesOf(binary: Uint8Array, at: number): number {
  for (let section = at; section < binary.length;) {
    const { value: size, next } = unsigned(binary, section + 1);
    if (binary[section] === memorySection) return unsigned(binary, next + 2).value; // one memory, its flags, its least size
    section = next + size;
  }
  throw new InternalError({ where: "compile", problem: "the kernels' binary has no memory." });
}

function name(text: string): number[] {
  return [text.length, ...[...text].map((letter) => letter.charCodeAt(0))];
}

function leb(value: number): number[] {
  const low = value & 0x7f;
  const rest = Math.floor(value / 128);
  return rest === 0 ? [low] : [low | 0x80, ...leb(rest)];
}

function unsigned(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7, next++) {
    value += (bytes[next] & 0x7f) * 2 ** shift;
    if (bytes[next] < 0x80) return { value, next: next + 1 };
  }
}
