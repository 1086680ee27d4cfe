import { describe, expect, it } from "vitest";
import type { Point } from "../../../src/claims/index.ts";
import { attackBox, attackRegion, parameterRegion, referencePoint, type Setting } from "../../../src/theories/robust-features/index.ts";

const { basis: _basis, ...parameters } = referencePoint;
const names = Object.keys(attackBox);
const only = (values: object): Point => Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name))) as Point;
const quiet = only({ ...parameters, sigmaN: 0.001, N: 5, T: 600 });
const experiments = (_setting: Setting, _steps: number) => ({});

describe("attackRegion", () => {
  const region = attackRegion({ experiments, hypotheses: ({ m }) => [{ name: "of the claim", maths: "", holds: m < 12, margin: 12 - m, detail: "" }] });
  const broken = (changes: object) => region.hypotheses({ ...quiet, ...changes }).filter(({ holds }) => !holds).map(({ name }) => name);

  it("has the quiet point inside, and shrinks towards it", () => {
    expect(broken({})).toEqual([]);
    for (const [name, range] of Object.entries(attackBox)) {
      const toward = typeof range !== "object" ? range : "choices" in range ? range.choices[0] : range.toward;
      expect({ [name]: toward }).toEqual({ [name]: quiet[name] });
    }
  });
  it("leaves out settings that are too short, too loud, or freeze, and those that the claim does not speak of", () => {
    expect(broken({ T: 200 })).toEqual(["horizon, typically"]);
    expect(broken({ sigmaN: 0.005 })).toEqual(["noise silent, typically"]);
    expect(broken({ d: 200, eps: 1.5, sigmaN: 0.0005 })).toContain("no freeze");
    expect(broken({ m: 12 })).toEqual(["of the claim"]);
  });
  it("is the region of adversarial training: saturation on the bend counts, which it does not for standard training", () => {
    expect(broken({ e: 0.1 })).toContain("saturation on the bend");
    expect(parameterRegion({ mode: "standard", experiments }).hypotheses({ ...quiet, e: 0.1 }).map(({ name }) => name)).not.toContain("saturation on the bend");
  });
});
