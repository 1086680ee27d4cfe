/** Names of a binary's exported functions by index; profiles know functions of a binary without names by index only. */

export function exportNames(bytes: Uint8Array): Map<number, string> {
  let at = 8; // after magic number and version
  const unsigned = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const names = new Map<number, string>();
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = unsigned() + at;
    if (section === 7) {
      for (let left = unsigned(); left > 0; left--) {
        const length = unsigned();
        const name = new TextDecoder().decode(bytes.subarray(at, at += length));
        const kind = bytes[at++];
        const index = unsigned();
        if (kind === 0) names.set(index, name);
      }
    }
    at = end;
  }
  return names;
}
