/** `lemmagrad run --from state.npz`: data and weights as they are, with the sizes they imply. */
import { FileError, ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { type NpyArray, readNpz } from "../npz/index.ts";
import { makeSetting, type Setting } from "../theories/robust-features/index.ts";
import type { PlainState } from "./worker.ts";

export interface GivenState {
  state: PlainState;
  setting: Setting;
  /** What is unusual about the arrays, though not wrong. */
  notices: string[];
}

const needed = { X: ["N", "P", "d"], y: ["N"], W: ["k", "m", "d"], robust: ["k", "d"], nonRobust: ["k", "d"] } as const;
type Size = "N" | "P" | "d" | "k" | "m";
/** Features further from orthonormal than this are remarked on. */
const orthonormalTolerance = 1e-6;

/**
 * Reads a state; k, m, P, d and N come from its shapes, sR from isRobust, the rest from `overrides` and the reference point.
 *
 * isRobust may be left out: a patch x of class y is then robust when |<x, u_y>| / alpha > |<x, v_y>| / beta.
 * Errors: FileError when the file is not readable or lacks an array; ShapeError when shapes disagree; ParameterError when a
 * number is not finite, a label is no class, or an override contradicts the arrays.
 */
export function readState(path: string, overrides: Record<string, number | string>): GivenState {
  const arrays = readNpz(path);
  const missing = Object.keys(needed).filter((name) => !(name in arrays));
  if (missing.length > 0) {
    throw new FileError({
      where: path, problem: `${missing.length === 1 ? "the array" : "the arrays"} ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing; the file holds ${Object.keys(arrays).join(", ") || "none"}.`,
      expected: "X [N,P,d], y [N], W [k,m,d], robust [k,d], nonRobust [k,d].",
    });
  }
  const sizes = sizesOf(path, arrays);
  for (const name of [...Object.keys(needed), ...("isRobust" in arrays ? ["isRobust"] : [])]) checkFinite(path, name, arrays[name]);
  const [X, W, robust, nonRobust] = ["X", "W", "robust", "nonRobust"].map((name) => Float64Array.from(arrays[name].data));
  const y = labelsOf(path, arrays.y, sizes.k);
  for (const [name, size] of Object.entries(sizes)) {
    if (name in overrides && overrides[name] !== size) throw contradiction(path, name, overrides[name], size);
  }
  const loose = { ...overrides, ...sizes };
  const { alpha, beta } = makeSetting({ ...loose, sR: 0 });
  const isRobust = "isRobust" in arrays ? flagsOf(path, arrays.isRobust, sizes) : inferred({ ...sizes, X, y, robust, nonRobust }, alpha, beta);
  const counts = Array.from({ length: sizes.N }, (_, n) => isRobust.subarray(n * sizes.P, (n + 1) * sizes.P).reduce((sum, flag) => sum + flag, 0));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const notices: string[] = [];
  if (least === most && "sR" in overrides && overrides.sR !== least) throw contradiction(path, "sR", overrides.sR, least);
  if (least !== most) notices.push(`samples have ${least} to ${most} robust patches; the hypotheses are checked with sR = ${"sR" in overrides ? overrides.sR : Math.round(mean(counts))}.`);
  const extra = Object.keys(arrays).filter((name) => !(name in needed) && name !== "isRobust");
  if (extra.length > 0) notices.push(`arrays not used: ${extra.join(", ")}.`);
  const defect = orthonormalityDefect([...robust, ...nonRobust], 2 * sizes.k, sizes.d);
  if (defect > orthonormalTolerance) notices.push(`the features are not orthonormal: largest defect ${defect.toPrecision(3)}, above ${orthonormalTolerance}.`);
  const empty = Array.from({ length: sizes.k }, (_, i) => i).filter((i) => !y.includes(i));
  if (empty.length > 0) notices.push(`no sample has label ${empty.join(", ")}; class means there are missing.`);
  const setting = makeSetting({ ...loose, sR: least === most ? least : "sR" in overrides ? overrides.sR : Math.round(mean(counts)) });
  return { state: { ...sizes, X, y, W, robust, nonRobust, isRobust }, setting, notices };
}

function sizesOf(path: string, arrays: Record<string, NpyArray>): Record<Size, number> {
  const sizes: Partial<Record<Size, { size: number; from: string }>> = {};
  for (const [name, axes] of Object.entries(needed)) {
    const { shape } = arrays[name];
    if (shape.length !== axes.length || shape.includes(0)) {
      throw new ShapeError({ where: `${path}, array "${name}"`, problem: `its shape is ${shapeText(shape)}.`, expected: `${axes.length === 1 ? "one axis" : `${axes.length} axes`}, [${axes.join(", ")}], none of them empty.` });
    }
    axes.forEach((axis, at) => {
      const before = sizes[axis];
      if (before !== undefined && before.size !== shape[at]) {
        throw new ShapeError({
          where: path, problem: `"${before.from}" says ${axis} = ${before.size}, "${name}" of shape ${shapeText(shape)} says ${axis} = ${shape[at]}.`,
          expected: Object.entries(needed).map(([array, names]) => `${array} [${names.join(",")}]`).join(", ") + ".",
        });
      }
      sizes[axis] ??= { size: shape[at], from: name };
    });
  }
  return Object.fromEntries(Object.entries(sizes).map(([axis, { size }]) => [axis, size])) as Record<Size, number>;
}

function checkFinite(path: string, name: string, { data }: NpyArray): void {
  const at = data.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) throw new ParameterError({ where: `${path}, array "${name}"`, problem: `element ${at} (in C order) is ${data[at]}.`, expected: "finite numbers.", mend: "look for a division by zero or a missing value where the file was made." });
}

function labelsOf(path: string, { data }: NpyArray, k: number): Int32Array {
  const at = data.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= k);
  if (at >= 0) throw new ParameterError({ where: `${path}, array "y"`, problem: `label ${at} is ${data[at]}.`, expected: `an integer from 0 to k - 1 = ${k - 1}.`, mend: data[at] === k && !data.includes(0) ? "labels begin at 0: subtract 1." : "W, robust and nonRobust need one row for each class." });
  return Int32Array.from(data);
}

function flagsOf(path: string, { data, shape }: NpyArray, { N, P }: Record<Size, number>): Uint8Array {
  if (shape.length !== 2 || shape[0] !== N || shape[1] !== P) throw new ShapeError({ where: `${path}, array "isRobust"`, problem: `its shape is ${shapeText(shape)}.`, expected: `[N, P] = ${shapeText([N, P])}.` });
  if (data.some((flag) => flag !== 0 && flag !== 1)) throw new ParameterError({ where: `${path}, array "isRobust"`, problem: "it holds something else than 0 and 1.", expected: "1 where a patch is robust, 0 elsewhere." });
  return Uint8Array.from(data);
}

function inferred({ N, P, d, X, y, robust, nonRobust }: Omit<PlainState, "m" | "k" | "W" | "isRobust">, alpha: number, beta: number): Uint8Array {
  const along = (row: number, features: Float64Array, label: number): number => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += X[row * d + j] * features[label * d + j];
    return Math.abs(sum);
  };
  return Uint8Array.from({ length: N * P }, (_, row) => {
    const label = y[Math.floor(row / P)];
    // products instead of quotients, since alpha or beta may be 0
    return along(row, robust, label) * beta > along(row, nonRobust, label) * alpha ? 1 : 0;
  });
}

function orthonormalityDefect(features: readonly number[], count: number, d: number): number {
  let defect = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let product = a === b ? -1 : 0;
      for (let j = 0; j < d; j++) product += features[a * d + j] * features[b * d + j];
      defect = Math.max(defect, Math.abs(product));
    }
  }
  return defect;
}

function contradiction(path: string, name: string, given: number | string, held: number): ParameterError {
  return new ParameterError({ where: `--set ${name}=${given}`, problem: `${path} has ${name} = ${held}.`, expected: "no --set for what the arrays say already.", mend: `leave --set ${name} out.` });
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
