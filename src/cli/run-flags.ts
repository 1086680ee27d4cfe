/** What every command takes that runs claims on a pool of workers and can be interrupted. */
import type { BackendName } from "../kernels/index.ts";

export interface RunFlags {
  backend: BackendName;
  workers?: number;
  /** The output folder. */
  out: string;
  /** A folder of claims of the user's own. */
  claims?: string;
  resume?: boolean;
  json?: boolean;
}
