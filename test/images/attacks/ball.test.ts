import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBuffer } from "lemmagrad";
import { type Ball, boundsOf, checkBall, climb, greyRadius, moveImage } from "lemmagrad/images";
import { steepestInPlace } from "../../../src/images/attacks/result.ts";
import { numbers, onEachBackend } from "../../support/arrays.ts";
import { messageOf } from "../../support/message-of.ts";

const size = 6;
const pixel = fc.double({ min: 0, max: 1, noNaN: true });
const image = fc.array(fc.oneof(pixel, fc.constantFrom(0, 1)), { minLength: size, maxLength: size });
const gradients = fc.array(fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constant(0)), { minLength: size, maxLength: size });
const ball = fc.record({ norm: fc.constantFrom("linf" as const, "l2" as const), radius: fc.double({ min: 0, max: 0.45, noNaN: true }) });
const step = fc.double({ min: 0, max: 1, noNaN: true });

/** One step from a point, by the loop. */
function moved(clean: number[], at: number[], gradient: number[], own: Ball, length: number): Float32Array {
  const [c, a, g] = [clean, at, gradient].map((list) => Float32Array.from(list));
  const out = new Float32Array(size);
  steepestInPlace(g, 0, size, own.norm);
  moveImage(out, a, g, c, 0, size, own, length);
  return out;
}
/** The same by ops, as training does. */
function climbed(clean: number[], at: number[], gradient: number[], own: Ball, length: number): number[] {
  const row = (list: ArrayLike<number>) => fromBuffer(Float32Array.from(list), [1, size]);
  const one = (x: number) => fromBuffer(Float32Array.of(x), [1, 1]);
  const { low, high } = boundsOf(Float32Array.from(clean), own);
  return numbers(climb({ norm: own.norm, clean: row(clean), radius: one(own.radius), low: row(low), high: row(high) }, row(at), row(gradient), one(length)));
}
/** Numbers of size 1 in float32, and sums of six of their squares: a few units in the last place. */
const tolerance = 1e-6;
const distance = (a: ArrayLike<number>, b: ArrayLike<number>, norm: Ball["norm"]) => {
  const off = Array.from(a, (x, i) => Math.abs(x - Math.fround(b[i])));
  return norm === "linf" ? Math.max(...off) : Math.hypot(...off);
};

describe("a step of an attack", () => {
  it("ends inside the ball and among images, whatever point it starts from", () => fc.assert(fc.property(image, image, gradients, ball, step, (clean, at, g, own, length) => {
    for (const out of [moved(clean, at, g, own, length), climbed(clean, at, g, own, length)]) {
      expect(distance(out, clean, own.norm)).toBeLessThanOrEqual(own.radius + tolerance);
      for (const x of out) expect(x >= 0 && x <= 1).toBe(true);
    }
  })));
  it("is the same by loop and by ops, on each backend", () => onEachBackend(() => fc.assert(fc.property(image, image, gradients, ball, step, (clean, at, g, own, length) => {
    const [loop, ops] = [moved(clean, at, g, own, length), climbed(clean, at, g, own, length)];
    loop.forEach((x, i) => expect(Math.abs(x - ops[i])).toBeLessThanOrEqual(tolerance));
  }), { numRuns: 60 })));
  it("of length 0 is the projection, and projecting twice is projecting once", () => fc.assert(fc.property(image, image, ball, (clean, at, own) => {
    const nowhere = Array.from({ length: size }, () => 0);
    const once = moved(clean, at, nowhere, own, 0);
    expect(distance(moved(clean, [...once], nowhere, own, 0), [...once], "linf")).toBeLessThanOrEqual(tolerance);
    // a point that is inside already stays
    const near = clean.map((x, i) => Math.min(1, Math.max(0, x + (at[i] - 0.5) * 0.1 * own.radius)));
    expect(distance(moved(clean, near, nowhere, own, 0), near, "linf")).toBeLessThanOrEqual(tolerance);
  })));
  it("at radius 0 changes nothing", () => fc.assert(fc.property(image, gradients, fc.constantFrom("linf" as const, "l2" as const), step, (clean, g, norm, length) => {
    const kept = [...Float32Array.from(clean)];
    expect([...moved(clean, clean, g, { norm, radius: 0 }, length)]).toEqual(kept);
    expect(climbed(clean, clean, g, { norm, radius: 0 }, length)).toEqual(kept);
  }), { examples: [[[0, 0, 0, 0, 0, 0], [0, 0, 7.006492321624087e-46, 0, 0, 0], "l2", 7.006492321624087e-46]] }));
  it("from the clean image never lowers the linearised loss, and raises it where it can", () => fc.assert(fc.property(image, gradients, ball, step, (clean, g, own, length) => {
    const out = moved(clean, clean, g, own, length);
    const gain = out.reduce((sum, x, i) => sum + (x - Math.fround(clean[i])) * g[i], 0);
    expect(gain).toBeGreaterThanOrEqual(-tolerance * 10);
    const free = clean.some((x, i) => Math.abs(g[i]) > 0.5 && (g[i] > 0 ? x < 0.9 : x > 0.1));
    if (free && own.radius > 0.05 && length > 0.05) expect(gain).toBeGreaterThan(0);
  })));
  it("stays where the gradient is 0", () => { expect([...moved([0.2, 0.4, 0, 1, 0.5, 0.5], [0.2, 0.4, 0, 1, 0.5, 0.5], [0, 0, 0, 0, 0, 0], { norm: "l2", radius: 0.3 }, 0.3)]).toEqual([...Float32Array.of(0.2, 0.4, 0, 1, 0.5, 0.5)]); });
  it("in l2 is as long as the step while the ball and the cube leave it free", () => {
    const middle = Array.from({ length: size }, () => 0.5);
    expect(distance(moved(middle, middle, [1, -2, 0.5, 0, 1, 1], { norm: "l2", radius: 0.4 }, 0.25), middle, "l2")).toBeCloseTo(0.25, 6);
    expect(distance(moved(middle, middle, [1, -2, 0.5, 0, 1, 1], { norm: "l2", radius: 0.1 }, 0.25), middle, "l2")).toBeCloseTo(0.1, 6);
  });
});

describe("checkBall", () => {
  it("takes radii in pixel units, up to those that turn everything grey", () => {
    expect(messageOf(() => checkBall("x", { norm: "linf", radius: 8 / 255 }, 784))).toBe("nothing was thrown");
    expect(messageOf(() => checkBall("x", { norm: "l2", radius: 2 }, 3072))).toBe("nothing was thrown");
    expect(greyRadius("l2", 784)).toBe(14);
    expect(greyRadius("linf", 784)).toBe(0.5);
  });
  it("says that 8 and 76 are in grey levels, and what they are in pixel units", () => {
    expect(messageOf(() => checkBall("here", { norm: "linf", radius: 8 }, 784))).toBe("ParameterError: here: the linf radius 8 turns every image of 784 pixels into plain grey.\n  Expected a radius below 0.5: pixels run from 0 to 1 here, not from 0 to 255.\n  Mend: if 8 is in grey levels, pass 8/255 = 0.03137.");
    expect(messageOf(() => checkBall("here", { norm: "linf", radius: 76 }, 784))).toMatch(/pass 76\/255 = 0\.298/);
    expect(messageOf(() => checkBall("here", { norm: "l2", radius: 76 }, 3072))).toMatch(/below 27\.71/);
  });
  it("refuses what is no radius or no norm", () => {
    for (const radius of [-0.1, NaN, Infinity, "8" as never]) expect(messageOf(() => checkBall("x", { norm: "l2", radius }, 784))).toMatch(/ParameterError: x: the (l2 )?radius/);
    expect(messageOf(() => checkBall("x", { norm: "l1" as never, radius: 1 }, 784))).toMatch(/no norm "l1"/);
  });
});
