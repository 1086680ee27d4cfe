/** Every registered primitive on the cases that its record declares for the laws: value and both derivatives, and value and vjp compiled. */
import { allPrimitives, apply, compile, type Interval, jvp, type LawCase, type Primitive, type Value, vjp } from "../../../src/index.ts";
import "../../../src/images/index.ts";
import { allocate, type Dtype, dtypeOf, type NdArray, sizeOf, view } from "../../../src/ndarray/index.ts";
import { stream, type Stream } from "../../../src/random/index.ts";
import { dtypes, type Result } from "./result.ts";

/** Draws for each case: a few, since each is small and has kinks and ties at random places. */
const rounds = 4;

export function* primitiveResults(): Generator<Result> {
  for (const record of allPrimitives()) {
    const primitive = record as unknown as Primitive<unknown>;
    for (const [at, use] of primitive.cases.entries()) {
      for (const dtype of dtypes) yield* caseResults(primitive, use, dtype, `${primitive.name}, case ${at} of shapes ${JSON.stringify(use.shapes)}, ${dtype}`);
    }
  }
}

function* caseResults(primitive: Primitive<unknown>, use: LawCase<unknown>, dtype: Dtype, name: string): Generator<Result> {
  const random = stream(1, name);
  const f = (...args: Value[]) => apply(primitive, args, use.params);
  // replayed from a plan on the wasm backend, called plainly on the reference backend: one name, so that the two are compared
  const compiled = compile((ct: Value, ...args: Value[]) => [f(...args), ...vjp(f, ...args).pull(ct)]);
  const replayed: NdArray[] = [];
  const value: NdArray[] = [];
  const cotangents: NdArray[] = [];
  const tangents: NdArray[] = [];
  for (let round = 0; round < rounds; round++) {
    const args = use.shapes.map((shape, position) => {
      const kinks = position > 0 ? [] : (primitive.kinks?.(use.params) ?? []).map((kink) => kink.at);
      const drawn = draw(random, shape, primitive.domain[primitive.variadic ? 0 : position], kinks, dtype);
      return use.arrange?.[position]?.(drawn) ?? drawn;
    });
    const out = f(...args) as NdArray;
    value.push(out);
    const ct = direction(random, out.shape, dtypeOf(out));
    cotangents.push(...(vjp(f, ...args).pull(ct) as NdArray[]));
    replayed.push(...(compiled(ct, ...args) as NdArray[]));
    tangents.push(jvp(f as never, args, args.map((x) => direction(random, x.shape, dtypeOf(x)))).tangent as NdArray);
  }
  yield { name: `${name}: value`, arrays: value };
  yield { name: `${name}: vjp`, arrays: cotangents };
  yield { name: `${name}: jvp`, arrays: tangents };
  yield { name: `${name}: value and vjp, compiled`, arrays: replayed };
}

/** Of eight elements five anywhere in the interval, one at an end of it, one on a kink (or anywhere) and one that is there already. */
function draw(random: Stream, shape: readonly number[], { low, high }: Interval, kinks: readonly number[], dtype: Dtype): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  const anywhere = () => low + (high - low) * random.uniform();
  for (let i = 0; i < data.length; i++) {
    const kind = random.integer(0, 7);
    if (kind === 0) data[i] = random.integer(0, 1) === 0 ? low : high;
    else if (kind === 1 && kinks.length > 0) data[i] = kinks[random.integer(0, kinks.length - 1)];
    else if (kind === 2 && i > 0) data[i] = data[random.integer(0, i - 1)];
    else data[i] = anywhere();
  }
  return view(data, shape);
}

function direction(random: Stream, shape: readonly number[], dtype: Dtype): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = random.normal();
  return view(data, shape);
}
