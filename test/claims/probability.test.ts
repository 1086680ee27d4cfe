import { describe, expect, it } from "vitest";
import { defineClaim, isPooled, probability, verifyClaim } from "../../src/claims/index.ts";
import { toyClaim, type ToyRun, toyRun } from "./toy.ts";

const seen = (happened: number, n: number) => Array.from({ length: n }, (_, at) => at < happened);

describe("probability", () => {
  it("below a limit is shown by 59 seeds without the event, not by 58, and refuted by many", () => {
    const rare = probability({ atMost: 0.05 }, "rare");
    expect([rare.judgeAll(seen(0, 59)).outcome, rare.judgeAll(seen(0, 58)).outcome, rare.judgeAll(seen(1, 59)).outcome]).toEqual(["holds", "undecided", "undecided"]);
    // 7 of 59: the lower bound is 5.7 %
    expect([rare.judgeAll(seen(6, 59)).outcome, rare.judgeAll(seen(7, 59)).outcome]).toEqual(["undecided", "fails"]);
  });
  it("above a limit is the mirror image", () => {
    const common = probability({ atLeast: 0.95 }, "common");
    expect([common.judgeAll(seen(59, 59)).outcome, common.judgeAll(seen(58, 58)).outcome, common.judgeAll(seen(52, 59)).outcome]).toEqual(["holds", "undecided", "fails"]);
  });
  it("in a range needs both ends", () => {
    const half = probability({ atLeast: 0.4, atMost: 0.6 }, "half");
    expect([half.judgeAll(seen(500, 1000)).outcome, half.judgeAll(seen(50, 100)).outcome, half.judgeAll(seen(590, 1000)).outcome]).toEqual(["holds", "holds", "undecided"]);
    expect([half.judgeAll(seen(5, 10)).outcome, half.judgeAll(seen(1, 20)).outcome, half.judgeAll(seen(19, 20)).outcome]).toEqual(["undecided", "fails", "fails"]);
    expect(half.judgeAll(seen(50, 100)).observed).toBe("happened in 50 of 100 seeds: probability 0.4136 to 0.5864, each end at 95 %; predicted 0.4 to 0.6");
    expect(half.judgeAll([]).outcome).toBe("undecided");
  });
  it("is the prediction of a whole claim", async () => {
    const claim = defineClaim<{ run: ToyRun }, boolean>({ ...toyClaim(), figure: undefined, observable: ({ run }) => run.value >= 0, prediction: probability({ atLeast: 0.5 }, "often"), controls: [{ change: "shifted far below", experiments: { run: toyRun(-1000) } }] });
    expect(isPooled(claim.prediction)).toBe(true);
    expect(await verifyClaim(claim)).toMatchObject({ verdict: "supported", judged: "all seeds together", controls: [{ fails: true }] });
  });
  it.each([[{}], [{ atLeast: 0.5, atMost: 0.5 }], [{ atMost: 1.5 }], [{ atLeast: -1 }]])("refuses %j", (range) => {
    expect(() => probability(range, "")).toThrow(/is no prediction[\s\S]*0 <= atLeast < atMost <= 1[\s\S]*give a margin/);
  });
});
