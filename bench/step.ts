/**
 * Speed of one training step through the public engine: standard, and adversarial with two attacks, at three sizes.
 *
 *   node bench/run.mjs step [--rounds 15] [--only S,M,reference]
 *
 * Rounds are interleaved: each round times every case once, so that a machine that slows down slows all of them. Work is
 * counted as the matrix products alone, 2 N P k m d each: two for a standard step (forward, gradient in W), four for an
 * adversarial one (forward, gradient in X, forward, gradient in W).
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { selectBackend } from "../src/index.ts";
import { wasmBytes } from "../src/simd/binary.ts";
import type { SimdExports } from "../src/simd/exports.ts";
import { compileSync, instantiate } from "../src/simd/host.ts";
import { makeSetting, patchNetwork, sampleState } from "../src/theories/robust-features/index.ts";
import { descentStep, fgm, gradientAscent, type TrainingProblem } from "../src/training/index.ts";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "15" }, only: { type: "string", default: "S,M,reference" } } });
const rounds = Number(options.rounds);
const only = options.only.split(",");

const sizes = {
  S: { k: 4, m: 4, P: 8, d: 32, N: 64 },
  M: { k: 10, m: 8, P: 16, d: 128, N: 256 },
  reference: { k: 5, m: 10, P: 400, d: 20, N: 40 },
};

interface Case {
  name: string;
  backend: "wasm" | "reference";
  flops: number;
  step(): void;
  /** Steps in one timing: enough for about 20 ms. */
  repeat: number;
  /** Milliseconds a step, one a round. */
  times: number[];
}

const cases: Case[] = [];
for (const [size, dimensions] of Object.entries(sizes)) {
  if (!only.includes(size)) continue;
  const setting = makeSetting(dimensions);
  const { k, m, P, d, N, eta, eps, e } = setting;
  const { X, y, W } = sampleState(setting, 1);
  const clean: TrainingProblem = { network: patchNetwork(setting), inputs: X, labels: y, eta };
  const problems: [string, TrainingProblem, number][] = [
    ["standard", clean, 2],
    ["fgm", { ...clean, attack: { threat: fgm({ loss: "margin" }), radius: eps } }, 4],
    ["gradientAscent", { ...clean, attack: { threat: gradientAscent({ loss: "margin", e }), radius: eps } }, 4],
  ];
  for (const [mode, problem, products] of problems) {
    for (const backend of ["wasm", "reference"] as const) {
      cases.push({ name: `${size} ${mode}`, backend, flops: products * 2 * N * P * k * m * d, step: () => void descentStep(problem, W), repeat: 1, times: [] });
    }
  }
}

const raw = instantiate(compileSync(wasmBytes())) as unknown as SimdExports;
const probeSteps = 400_000;
const peaks: number[] = [];
let mostMemory = 0;

function timed(body: () => void, repeat: number): number {
  const start = performance.now();
  for (let i = 0; i < repeat; i++) body();
  return (performance.now() - start) / repeat;
}

/** Until V8 has compiled its fast version: at least two steps and 100 ms. */
function warmUp(one: Case): void {
  selectBackend(one.backend);
  const until = performance.now() + 100;
  one.step();
  let last = 0;
  do last = timed(one.step, 1); while (performance.now() < until);
  one.repeat = Math.max(1, Math.ceil(20 / last));
}

const before = process.memoryUsage().rss;
for (const one of cases) warmUp(one);
timed(() => raw.peakProbeF64(probeSteps), 10);
for (let round = 0; round < rounds; round++) {
  peaks.push((80 * probeSteps) / timed(() => raw.peakProbeF64(probeSteps), 3) / 1e6);
  for (const one of cases) {
    selectBackend(one.backend);
    one.times.push(timed(one.step, one.repeat));
    mostMemory = Math.max(mostMemory, process.memoryUsage().rss);
  }
}

/** The value at a share of the sorted list, between neighbours linearly. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}

const peak = Math.max(...peaks);
console.log(`${cpus()[0].model}, node ${process.version}, float64, ${rounds} interleaved rounds`);
console.log(`limit, f64x2 multiplications and additions: ${peak.toFixed(2)} GFLOP/s at best, ${quantile(peaks, 0.5).toFixed(2)} median`);
console.log("\n| step | ms, median | quartiles | fastest | GFLOP/s (median) | share of the limit: median, fastest | times as fast as reference |\n|---|---|---|---|---|---|---|");
for (const one of cases.filter(({ backend }) => backend === "wasm")) {
  const plain = cases.find(({ name, backend }) => name === one.name && backend === "reference")!;
  const median = quantile(one.times, 0.5);
  const ratio = quantile(plain.times.map((time, round) => time / one.times[round]), 0.5);
  const gflops = one.flops / median / 1e6;
  const fastest = Math.min(...one.times);
  const share = (time: number) => `${((100 * one.flops) / time / 1e6 / peak).toFixed(0)} %`;
  console.log(`| ${one.name} | ${median.toFixed(3)} | ${quantile(one.times, 0.25).toFixed(3)}–${quantile(one.times, 0.75).toFixed(3)} | ${fastest.toFixed(3)} | ${gflops.toFixed(2)} | ${share(median)}, ${share(fastest)} | ${ratio.toFixed(1)} |`);
}
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
console.log(`\nmemory (rss): ${megabytes(before)} with the data before the first step, ${megabytes(mostMemory)} at most after one; peak ${megabytes(process.resourceUsage().maxRSS * 1024)}`);
