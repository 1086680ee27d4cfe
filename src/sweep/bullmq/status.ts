/** What Redis knows of sweeps, and how to take one back. */
import type { Connection } from "./connection.ts";
import { whenFree } from "./coordinator-lock.ts";
import { known, type SweepAddress, withQueue } from "./engine.ts";
import { spoken } from "./failure.ts";
import { listSweeps, type Manifest, readManifest, removeManifest, setState } from "./manifest.ts";
import type { Counts } from "./queue.ts";

export interface SweepStatus extends Manifest, Counts {
  /** Cells that were submitted and are not in Redis: lost at a restart, or taken back by a cancellation. */
  missing: number;
}

/** Of one sweep, or of all, oldest first. Errors: ParameterError when Redis does not know the one. */
export async function sweepStatus(connection: Connection, id?: string): Promise<SweepStatus[]> {
  const found: SweepStatus[] = [];
  for (const one of id === undefined ? await ids(connection) : [id]) {
    await withQueue(connection, one, async (queue) => {
      // one that is listed may be about to be described, or about to be forgotten
      const manifest = id === undefined ? await readManifest(connection, one) : await known(connection, one);
      if (manifest === undefined) return;
      const counts = await queue.counts();
      found.push({ ...manifest, ...counts, missing: Math.max(0, manifest.cells - counts.waiting - counts.active - counts.finished) });
    });
  }
  return found;
}

/**
 * Takes back the cells that wait; those being computed are finished, and results stay until they are forgotten. With `forget`, all of the
 * sweep is removed from Redis. Returns what there was before.
 */
export async function cancelSweep({ connection, id }: SweepAddress, { forget = false }: { forget?: boolean } = {}): Promise<SweepStatus> {
  const [before] = await sweepStatus(connection, id);
  await withQueue(connection, id, async (queue) => {
    // first closed to a coordinator that may be submitting, then emptied
    await setState(connection, id, "cancelled");
    await queue.drain();
    if (!forget) return;
    // a coordinator that still runs would take what is forgotten for lost, and submit it again
    await whenFree(connection, id);
    await queue.remove();
    await removeManifest(connection, id);
  });
  return before;
}

async function ids(connection: Connection): Promise<string[]> {
  try {
    return await listSweeps(connection);
  } catch (error) {
    throw spoken(connection.address, error);
  }
}
