/**
 * Freed memory that stays with the process.
 *
 * The allocator of most Linux systems (glibc) maps every large block afresh and gives it back to the system when it is freed, so that an op of
 * 4 MB meets a thousand page faults, which can take longer than its arithmetic. After it has freed one mapped block, it takes blocks up to that
 * size from its heap instead and keeps twice as much of it; 32 MB is the most that it learns from. So one such block, which nobody touches and
 * which the next collection of garbage frees, is enough. Other allocators do not mind.
 *
 * Source:  mallopt(3), "dynamic mmap threshold".
 */
let done = false;

/** Called before a block of `bytes` is allocated; costs something only the first time that one is large. */
export function keepFreedMemory(bytes: number): void {
  if (done || bytes < LARGE) return;
  done = true;
  try {
    done = new ArrayBuffer(MOST_LEARNT_FROM).byteLength > 0;
  } catch {
    // where memory is as short as that, nothing is to be kept
  }
}

/** Below, blocks come from the heap anyhow, or their page faults are few. */
const LARGE = 2 ** 16;
/** A block's header and the rest of its last page count too. */
const MOST_LEARNT_FROM = 2 ** 25 - 2 ** 16;
