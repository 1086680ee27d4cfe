/** Sweeps by workers on any number of machines, through BullMQ on Redis or Valkey: see docs/cluster.md. */
export { addressVariable, type RedisAddress, redisAddress, withoutSecrets } from "./address.ts";
export { type Connection, connect, type ConnectionOptions } from "./connection.ts";
export { bullmqEngine, type BullmqOptions, collectSweep, submitSweep, type SweepAddress } from "./engine.ts";
export { type Counts } from "./queue.ts";
export { redacted } from "./redact.ts";
export { type ComputeLimits, serve, type ServeOptions } from "./serve.ts";
export { cancelSweep, type SweepStatus, sweepStatus } from "./status.ts";
