/** Every planted fault. */
import type { Fault } from "./fault.ts";
import { checkFaults } from "./faults/checks.ts";
import { compileFaults } from "./faults/compile.ts";
import { elementaryFaults } from "./faults/elementary.ts";
import { engineFaults } from "./faults/engine.ts";
import { imageFaults } from "./faults/images.ts";
import { kernelFaults } from "./faults/kernels.ts";
import { opFaults } from "./faults/ops.ts";

export const faults: readonly Fault[] = [...kernelFaults, ...elementaryFaults, ...engineFaults, ...opFaults, ...compileFaults, ...imageFaults, ...checkFaults];
