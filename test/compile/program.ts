/**
 * Random programs of ops: every list of steps is a program, since each step bends itself to the shapes that are there, so
 * that shrinking a counterexample never leaves the language. A program prints as the code that it is.
 */
import fc from "fast-check";
import { add, array, broadcastTo, concatenate, crossEntropy, type Dtype, div, exp, flip, full, greater, log, logSoftmax, matmul, max, maximum, mul, type NdArray, neg, normalize, type Operand, reshape, slice, smoothedRelu, smoothedReluSum, sqrt, sub, sum, tanh, transpose, type Value, where } from "../../src/index.ts";
import { allocate, sizeOf, view } from "../../src/ndarray/index.ts";

/** What a step does, and numbers that it makes its choices with. */
export interface StepChoice {
  readonly op: string;
  readonly a: number;
  readonly b: number;
  readonly n: number;
}
export interface Program {
  readonly shapes: readonly (readonly number[])[];
  readonly steps: readonly StepChoice[];
  /** Which values are returned; one may come several times, and may be an argument. */
  readonly outputs: readonly number[];
  /** Whether a captured array is handed back too. */
  readonly captured: boolean;
}

/** A resolved step: its text, and what it does with all values so far. */
interface Line { readonly text: string; readonly run: (pool: readonly Value[]) => Value }

/** No value has more elements, lest repeated broadcasting fill the memory. */
const most = 2000;
const factors = [2, -1, 0.1, 0, -0, 1 / 3];
const binaries = { add, sub, mul, div: (x: Operand, y: Operand) => div(x, add(mul(y, y), 0.5)), maximum, where: (x: Operand, y: Operand) => where(greater(x, y), y, x) };
const unaries = { neg, exp: (x: Operand) => exp(mul(x, 0.01)), tanh, log: (x: Operand) => log(add(mul(x, x), 1)), sqrt: (x: Operand) => sqrt(add(mul(x, x), 1)), smoothedRelu: (x: Operand) => smoothedRelu(x, { q: 3, rho: 0.5 }) };
const shaped = ["scale", "shift", "matmul", "transpose", "reshape", "slice", "flip", "sum", "max", "broadcast", "smoothedReluSum", "normalize", "step", "crossEntropy", "logSoftmax", "concatenate", "product"];
/** Ops without a kernel of their own are carried out whole, between the groups; with too many of them nothing would be grouped. */
const whole = new Set(["maximum", "where", "tanh", "max", "flip", "concatenate"]);
const opNames = [...Object.keys(binaries), ...Object.keys(unaries), ...shaped].flatMap((op) => (whole.has(op) ? [op] : [op, op, op, op, op]));

const any = fc.nat(60);
/** Mostly what was made last, so that programs have chains. */
const operand = fc.oneof({ weight: 3, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: any });
export const programs: fc.Arbitrary<Program> = fc.record({
  shapes: fc.tuple(fc.constantFrom(1, 2, 3, 8, 25, 12, 40), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 })).map(([n, d, k]) => [[n, d], [n, d], [k, d], [n]]),
  steps: fc.array(fc.record({ op: fc.constantFrom(...opNames), a: operand, b: any, n: any }), { minLength: 1, maxLength: 14 }),
  outputs: fc.array(any, { minLength: 1, maxLength: 4 }),
  captured: fc.boolean(),
}).map((program) => Object.assign(program, { [fc.toStringMethod]: () => textOf(program) }));

/** A list counted from its end: small choices take what was made last, which makes chains. */
const recent = <T>(list: readonly T[], choice: number) => list[list.length - 1 - (choice % list.length)];
const broadcasts = (x: readonly number[], y: readonly number[]) => {
  const rank = Math.max(x.length, y.length);
  const lengths = Array.from({ length: rank }, (_, axis) => [x[axis - rank + x.length] ?? 1, y[axis - rank + y.length] ?? 1]);
  return lengths.every(([p, q]) => p === q || p === 1 || q === 1) && sizeOf(lengths.map(([p, q]) => Math.max(p, q))) <= most;
};

function lineOf({ op, a, b, n }: StepChoice, shapes: readonly (readonly number[])[]): Line {
  const at = shapes.length - 1 - (a % shapes.length);
  const shape = shapes[at];
  const x = `v${at}`;
  const size = sizeOf(shape);
  const rows = shape.length === 0 ? 1 : shape[0];
  const flat = [rows, size / Math.max(1, rows)];
  const axis = shape.length === 0 ? 0 : n % shape.length;
  const of = (text: string, run: (x: Value, pool: readonly Value[]) => Value): Line => ({ text, run: (pool) => run(pool[at], pool) });
  const unary = unaries[op as keyof typeof unaries];
  if (unary !== undefined) return of(`${op}(${x})`, unary);
  const binary = binaries[op as keyof typeof binaries];
  if (binary !== undefined) {
    const other = shapes.length - 1 - (b % shapes.length);
    if (broadcasts(shape, shapes[other])) return of(`${op}(${x}, v${other})`, (v, pool) => binary(v, pool[other]));
    if (sizeOf(shapes[other]) === size) return of(`${op}(${x}, reshape(v${other}, ${JSON.stringify(shape)}))`, (v, pool) => binary(v, reshape(pool[other], shape)));
    return of(`${op}(${x}, sum(v${other}))`, (v, pool) => binary(v, sum(pool[other])));
  }
  switch (op) {
    case "scale": return of(`mul(${x}, ${factors[n % factors.length]})`, (v) => mul(v, factors[n % factors.length]));
    case "shift": return n % 2 === 0 ? of(`add(${x}, ${factors[n % 3]})`, (v) => add(v, factors[n % 3])) : of(`sub(${factors[n % 3]}, ${x})`, (v) => sub(factors[n % 3], v));
    case "matmul": return productLine(at, flat, b, n, shapes);
    case "product": return of(`matmul(transpose(M), M) with M = reshape(${x}, ${JSON.stringify(flat)})`, (v) => matmul(transpose(reshape(v, flat)), reshape(v, flat)));
    case "transpose": return of(`transpose(${x})`, (v) => transpose(v));
    case "reshape": {
      const to = [flat, [size], [size, 1], [1, size], [flat[1], flat[0]]][n % 5];
      return of(`reshape(${x}, ${JSON.stringify(to)})`, (v) => reshape(v, to));
    }
    case "slice": {
      if (shape.length === 0) return of(`neg(${x})`, neg);
      const options = { axis, start: b % (shape[axis] + 1), step: 1 + (n % 2) };
      return of(`slice(${x}, ${JSON.stringify(options)})`, (v) => slice(v, options));
    }
    case "flip": return shape.length === 0 ? of(`neg(${x})`, neg) : of(`flip(${x}, { axes: ${axis} })`, (v) => flip(v, { axes: axis }));
    case "sum": return shape.length === 0 || n % 7 === 6 ? of(`sum(${x})`, (v) => sum(v)) : of(`sum(${x}, { axes: ${axis}, keepAxes: ${b % 2 === 0} })`, (v) => sum(v, { axes: axis, keepAxes: b % 2 === 0 }));
    case "max": return size === 0 || shape.length === 0 ? of(`neg(${x})`, neg) : of(`max(${x}, { axes: ${axis} })`, (v) => max(v, { axes: axis }));
    case "broadcast": return 2 * size > most ? of(`neg(${x})`, neg) : of(`broadcastTo(${x}, ${JSON.stringify([2, ...shape])})`, (v) => broadcastTo(v, [2, ...shape]));
    case "smoothedReluSum": {
      const [r, c] = flat;
      const to = [[r, 1, 1, c], [r, 1, c, 1], [r, c, 1, 1], r % 2 === 0 ? [r / 2, 2, 1, c] : [1, r, c, 1]][n % 4];
      return of(`smoothedReluSum(reshape(${x}, ${JSON.stringify(to)}), { q: 3, rho: 0.5 })`, (v) => smoothedReluSum(reshape(v, to), { q: 3, rho: 0.5 }));
    }
    case "normalize": return shape.length === 0 ? of(`tanh(${x})`, tanh) : of(`normalize(${x})`, (v) => normalize(v));
    case "step": return shape.length === 0 ? of(`tanh(${x})`, tanh) : of(`add(${x}, mul(normalize(${x}), 0.1))`, (v) => add(v, mul(normalize(v), 0.1)));
    case "crossEntropy": {
      if (size === 0) return of(`neg(${x})`, neg);
      const labels = Int32Array.from({ length: flat[0] }, (_, row) => (row * 7 + n) % flat[1]);
      return of(`crossEntropy(reshape(${x}, ${JSON.stringify(flat)}), [${labels.join(", ")}])`, (v) => crossEntropy(reshape(v, flat), labels));
    }
    case "logSoftmax": return size === 0 || shape.length === 0 ? of(`neg(${x})`, neg) : of(`logSoftmax(${x})`, (v) => logSoftmax(v));
    default: return shape.length === 0 || 2 * size > most ? of(`neg(${x})`, neg) : of(`concatenate([${x}, ${x}], { axis: ${axis} })`, (v) => concatenate([v, v], { axis }));
  }
}

/** A product with any value that fits, in each of the four ways of turning the operands; of a matrix with itself where none fits. */
function productLine(at: number, [r, c]: readonly number[], b: number, n: number, shapes: readonly (readonly number[])[]): Line {
  const x = `M(v${at})`;
  const left = (pool: readonly Value[]) => reshape(pool[at], [r, c]);
  const found = shapes.flatMap((shape, other) => {
    if (shape.length !== 2) return [];
    const y = `v${other}`;
    const [p, q] = shape;
    const ways: (Line & { size: number; fits: boolean })[] = [
      { text: `matmul(${x}, ${y})`, fits: p === c, size: r * q, run: (pool) => matmul(left(pool), pool[other]) },
      { text: `matmul(${x}, transpose(${y}))`, fits: q === c, size: r * p, run: (pool) => matmul(left(pool), transpose(pool[other])) },
      { text: `matmul(transpose(${x}), ${y})`, fits: p === r, size: c * q, run: (pool) => matmul(transpose(left(pool)), pool[other]) },
      { text: `matmul(transpose(${x}), transpose(${y}))`, fits: q === r, size: c * p, run: (pool) => matmul(transpose(left(pool)), transpose(pool[other])) },
      { text: `transpose(matmul(transpose(${x}), ${y}))`, fits: p === r, size: c * q, run: (pool) => transpose(matmul(transpose(left(pool)), pool[other])) },
    ];
    return ways.filter(({ fits, size }) => fits && size <= most);
  });
  if (found.length > 0) return recent(found, b + n);
  return r * r <= most ? { text: `matmul(${x}, transpose(${x}))`, run: (pool) => matmul(left(pool), transpose(left(pool))) } : { text: `tanh(v${at})`, run: (pool) => tanh(pool[at]) };
}

/** The lines of a program, decided by shapes alone. */
function linesOf({ shapes, steps }: Program): { lines: Line[]; count: number } {
  const pool: Value[] = shapes.map((shape) => full(shape, 0.5));
  const lines = steps.map((step) => {
    const line = lineOf(step, pool.map((x) => x.shape));
    pool.push(line.run(pool));
    return line;
  });
  return { lines, count: pool.length };
}

const capturedArray = array([1.5, -2]);

/** The program as a function of its arguments, returning a tree. */
export function functionOf(program: Program): (...args: Value[]) => { results: Value[]; captured?: Value } {
  const { lines, count } = linesOf(program);
  const wanted = program.outputs.map((choice) => count - 1 - (choice % count));
  return (...args) => {
    const pool = [...args];
    for (const { run } of lines) pool.push(run(pool));
    const results = wanted.map((at) => pool[at]);
    return program.captured ? { captured: capturedArray, results } : { results };
  };
}

export function textOf(program: Program): string {
  const { lines, count } = linesOf(program);
  const args = program.shapes.map((shape, at) => `v${at} ${JSON.stringify(shape)}`).join(", ");
  const body = lines.map(({ text }, at) => `  v${program.shapes.length + at} = ${text}`).join("\n");
  return `(${args}) =>\n${body}\n  return ${program.outputs.map((choice) => `v${count - 1 - (choice % count)}`).join(", ")}${program.captured ? ", a captured array" : ""}`;
}

/** Numbers of a draw: sines, with a zero of either sign and a one here and there. */
export function drawn(shape: readonly number[], dtype: Dtype, seed: number): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    const special = (i * 31 + seed * 17) % 23;
    data[i] = special === 0 ? 0 : special === 1 ? -0 : special === 2 ? 1 : 1.5 * Math.sin(i * 12.9898 + seed * 78.233);
  }
  return view(data, shape);
}
